import { availableParallelism } from 'node:os';
import { LOG_LEVELS } from '../logger.ts';
import { parseBlobUrl } from '../model/blob-location.ts';
import {
  allowList,
  credential,
  headers,
  integer,
  key,
  modelUrl,
  oneOf,
  program,
  text,
  url,
} from './readers.ts';

/** What a process of Sheaf does. */
export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Who extracts: the rules alone, the model, or as each tier says. */
export const EXTRACT_ENGINES = ['auto', 'rules', 'model'] as const;

/** Who migrates the database: whatever starts first, or `sheaf migrate up`. */
export const MIGRATE_WAYS = ['start', 'wait'] as const;

/** A setting: its variable, and how its text is read; docs/configuration.md says what it is for. */
export interface Setting<T> {
  readonly variable: string;
  readonly default: T;
  /** Returns the value, or throws a sentence that follows the variable's name. */
  readonly read: (text: string) => T;
  /** Its value is shown to nobody, not even in a message about it. */
  readonly isSecret: boolean;
}

const setting = <T>(variable: string, fallback: NoInfer<T>, read: (text: string) => T): Setting<T> => ({
  variable,
  default: fallback,
  read,
  isSecret: false,
});
const optional = <T>(variable: string, read: (text: string) => T): Setting<T | undefined> =>
  setting<T | undefined>(variable, undefined, read);
const secret = <T>(variable: string, read: (text: string) => T): Setting<T | undefined> => ({
  ...optional(variable, read),
  isSecret: true,
});

const MIB = 1024 * 1024;
const postgresUrl = url('postgres:', 'postgresql:');
const webUrl = url('http:', 'https:');

/** All of them, by their names in the configuration. */
export const SETTINGS = {
  role: setting('SHEAF_ROLE', 'all', oneOf(ROLES)),
  host: setting('SHEAF_HOST', '127.0.0.1', text),
  port: setting('SHEAF_PORT', 8787, integer(0, 65_535)),
  dataDir: setting('SHEAF_DATA_DIR', './.sheaf', text),
  databaseUrl: secret('SHEAF_DATABASE_URL', postgresUrl),
  blobUrl: secret('SHEAF_BLOB_URL', parseBlobUrl),
  blobAccessKeyId: secret('SHEAF_BLOB_ACCESS_KEY_ID', credential),
  blobSecretAccessKey: secret('SHEAF_BLOB_SECRET_ACCESS_KEY', credential),
  databaseDirectUrl: secret('SHEAF_DATABASE_DIRECT_URL', postgresUrl),
  databaseConnections: setting('SHEAF_DATABASE_CONNECTIONS', 16, integer(4, 1000)),
  stopGraceSeconds: setting('SHEAF_STOP_GRACE_SECONDS', 5, integer(0, 3600)),
  migrate: setting('SHEAF_MIGRATE', 'start', oneOf(MIGRATE_WAYS)),
  apiKey: secret('SHEAF_API_KEY', key),
  publicUrl: optional('SHEAF_PUBLIC_URL', webUrl),
  parseProcesses: setting('SHEAF_PARSE_PROCESSES', availableParallelism(), integer(1, 256)),
  parseMemoryBytes: setting('SHEAF_PARSE_MEMORY_BYTES', 2048 * MIB, integer(256 * MIB, 1024 * 1024 * MIB)),
  maxRunningJobsPerProject: setting('SHEAF_MAX_RUNNING_JOBS_PER_PROJECT', 32, integer(1, 100_000)),
  maxRunningBatchesPerProject: setting('SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT', 10, integer(1, 100_000)),
  maxBatchFiles: setting('SHEAF_MAX_BATCH_FILES', 1000, integer(1, 1_000_000)),
  maxUploadBytes: setting('SHEAF_MAX_UPLOAD_BYTES', 512 * MIB, integer(1, Number.MAX_SAFE_INTEGER)),
  uploadLifetimeHours: setting('SHEAF_UPLOAD_LIFETIME_HOURS', 48, integer(0, 1_000_000)),
  webhookRetryHours: setting('SHEAF_WEBHOOK_RETRY_HOURS', 24, integer(1, 720)),
  resultCacheHours: setting('SHEAF_RESULT_CACHE_HOURS', 48, integer(0, 8760)),
  resultRetentionDays: setting('SHEAF_RESULT_RETENTION_DAYS', 0, integer(0, 36_500)),
  maxPages: setting('SHEAF_MAX_PAGES', 10_000, integer(1, 1_000_000)),
  rateLimitPerSecond: optional('SHEAF_RATE_LIMIT_PER_SECOND', integer(1, 1_000_000)),
  rateLimitBurst: optional('SHEAF_RATE_LIMIT_BURST', integer(1, 1_000_000)),
  egressAllow: setting('SHEAF_EGRESS_ALLOW', [] as readonly string[], allowList),
  tessdataDir: optional('SHEAF_TESSDATA_DIR', text),
  soffice: optional('SHEAF_SOFFICE', program),
  modelBaseUrl: secret('SHEAF_MODEL_BASE_URL', modelUrl),
  modelApiKey: secret('SHEAF_MODEL_API_KEY', credential),
  modelName: optional('SHEAF_MODEL_NAME', text),
  modelConcurrency: setting('SHEAF_MODEL_CONCURRENCY', 4, integer(1, 256)),
  modelTimeoutSeconds: setting('SHEAF_MODEL_TIMEOUT_SECONDS', 120, integer(1, 3600)),
  modelContextTokens: setting('SHEAF_MODEL_CONTEXT_TOKENS', 32_000, integer(4_000, 10_000_000)),
  extractEngine: setting('SHEAF_EXTRACT_ENGINE', 'auto', oneOf(EXTRACT_ENGINES)),
  logLevel: setting('SHEAF_LOG_LEVEL', 'info', oneOf(LOG_LEVELS)),
  metricsHost: setting('SHEAF_METRICS_HOST', '127.0.0.1', text),
  metricsPort: optional('SHEAF_METRICS_PORT', integer(0, 65_535)),
  metricsToken: secret('SHEAF_METRICS_TOKEN', key),
  otlpEndpoint: secret('OTEL_EXPORTER_OTLP_ENDPOINT', webUrl),
  otlpHeaders: { ...setting('OTEL_EXPORTER_OTLP_HEADERS', {}, headers), isSecret: true },
} as const satisfies Record<string, Setting<unknown>>;
