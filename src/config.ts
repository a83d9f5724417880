import { availableParallelism } from 'node:os';
import { isAbsolute, resolve } from 'node:path';
import { parseAllowList } from './egress/allow-list.ts';
import { LOG_LEVELS, type LogLevel } from './logger.ts';
import { parseBlobUrl, type BlobLocation } from './model/blob-location.ts';
import { nearest } from './model/nearest.ts';

/** What a process of Sheaf does. */
export const ROLES = ['all', 'api', 'worker'] as const;
export type Role = (typeof ROLES)[number];

/** Who extracts: the rules alone, the model, or as each tier says. */
export const EXTRACT_ENGINES = ['auto', 'rules', 'model'] as const;

/** Who migrates the database: whatever starts first, or `sheaf migrate up`. */
export const MIGRATE_WAYS = ['start', 'wait'] as const;

/** Everything that can be set, checked once at start and never changed afterwards. */
export interface Config {
  readonly role: Role;
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Absolute. */
  readonly dataDir: string;
  /** Absent: the embedded PostgreSQL in the data directory. */
  readonly databaseUrl?: string;
  /** Where files and results lie; absent: in the data directory. */
  readonly blobUrl?: BlobLocation;
  /** For a store that speaks S3; absent: AWS's own places are looked through. */
  readonly blobAccessKeyId?: string;
  /** There when `blobAccessKeyId` is. */
  readonly blobSecretAccessKey?: string;
  /** The same database without a pooler between, for notifications. */
  readonly databaseDirectUrl?: string;
  /** Connections that this process may have at the same time. */
  readonly databaseConnections: number;
  /** What running jobs and requests get to end in when the process is told to stop. */
  readonly stopGraceSeconds: number;
  /** Whether a start migrates the database or waits until somebody has. */
  readonly migrate: (typeof MIGRATE_WAYS)[number];
  /** An API key that the operator chose; absent: one is made at the first start. */
  readonly apiKey?: string;
  /** How clients reach this server, when that differs from host and port. */
  readonly publicUrl?: string;
  readonly parseProcesses: number;
  readonly parseMemoryBytes: number;
  readonly maxRunningJobsPerProject: number;
  readonly maxRunningBatchesPerProject: number;
  readonly maxBatchFiles: number;
  readonly maxUploadBytes: number;
  readonly uploadLifetimeHours: number;
  /** 0: ended jobs and batches stay until they are deleted. */
  readonly resultRetentionDays: number;
  readonly maxPages: number;
  /** Requests per second of one key; absent: unlimited. */
  readonly rateLimitPerSecond?: number;
  /** Requests of one key that may come at once; absent: those of one second. */
  readonly rateLimitBurst?: number;
  /** Addresses that are not public and may be called all the same: networks, addresses, names, each with its port. */
  readonly egressAllow: readonly string[];
  /** Hours that a webhook is tried again after its first failure. */
  readonly webhookRetryHours: number;
  /** 0: results are not used again. */
  readonly resultCacheHours: number;
  /** A directory with `<language>.traineddata` files; absent: the data that comes with Sheaf. */
  readonly tessdataDir?: string;
  /** The absolute path of LibreOffice's program, or `off`; absent: the one on PATH. */
  readonly soffice?: string;
  /** Base of an OpenAI-compatible API; absent: there is no model. */
  readonly modelBaseUrl?: string;
  readonly modelApiKey?: string;
  /** There when `modelBaseUrl` is. */
  readonly modelName?: string;
  /** Requests to the model that this process may have on their way at the same time. */
  readonly modelConcurrency: number;
  /** Seconds that one try of a request to the model may take. */
  readonly modelTimeoutSeconds: number;
  /** Tokens that a question to the model and its answer may have together; longer documents go in parts. */
  readonly modelContextTokens: number;
  /** Without a model, `auto` is `rules`. */
  readonly extractEngine: (typeof EXTRACT_ENGINES)[number];
  readonly logLevel: LogLevel;
  /** Where `/metrics`, `/healthz` and `/readyz` are told to the operator's machines. */
  readonly metricsHost: string;
  /** Absent: nowhere; 0 lets the system choose. */
  readonly metricsPort?: number;
  /** Asked for as a bearer token by `/metrics`; absent: whoever reaches the address may read them. */
  readonly metricsToken?: string;
  /** Base of an OTLP/HTTP receiver; absent: no traces. */
  readonly otlpEndpoint?: string;
  readonly otlpHeaders: Readonly<Record<string, string>>;
}

/** Every problem of a configuration, one line each. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : 'problems'}:\n- ${problems.join('\n- ')}`,
    );
    this.problems = problems;
  }
}

/** A setting: its variable, how its text is read, and what it is for (compared with docs/configuration.md by a test). */
interface Setting<T> {
  readonly variable: string;
  readonly default: T;
  /** Returns the value, or throws a sentence that follows the variable's name. */
  readonly read: (text: string) => T;
}

const MIB = 1024 * 1024;

const text = (value: string): string => value;
const integer =
  (min: number, max: number) =>
  (value: string): number => {
    const number = Number(value);
    if (!/^\d+$/.test(value) || number < min || number > max) {
      throw new Error(`must be a whole number from ${min} to ${max}`);
    }
    return number;
  };
const oneOf =
  <T extends string>(allowed: readonly T[]) =>
  (value: string): T => {
    const found = allowed.find((candidate) => candidate === value);
    if (!found) throw new Error(`must be one of ${allowed.join(', ')}`);
    return found;
  };
const url =
  (...protocols: string[]) =>
  (value: string): string => {
    const parsed = URL.canParse(value) ? new URL(value) : undefined;
    if (!parsed || !protocols.includes(parsed.protocol)) {
      throw new Error(`must be a URL that starts with ${protocols.map((p) => `${p}//`).join(' or ')}`);
    }
    return value.replace(/\/+$/, '');
  };
const key = (value: string): string => {
  if (value.length < 16 || /\s/.test(value)) throw new Error('must be at least 16 characters without spaces');
  return value;
};
/** A key is sent with every request, so nothing else may be in the address, where logs would show it. */
const modelUrl = (value: string): string => {
  const address = url('http:', 'https:')(value);
  const { username, password, search, hash } = new URL(address);
  if (username + password + search + hash !== '') {
    throw new Error(
      'must be without user, password, query and fragment; the key goes into SHEAF_MODEL_API_KEY',
    );
  }
  return address;
};
const credential = (value: string): string => {
  if (!/^[\x21-\x7e]+$/.test(value)) throw new Error('must be printable ASCII without spaces');
  return value;
};
/** `name=value` with commas between, values encoded as in URLs: as OpenTelemetry writes headers into a variable. */
const headers = (value: string): Readonly<Record<string, string>> => {
  const pairs = value.split(',').filter((pair) => pair.trim() !== '');
  const read = pairs.map((pair) =>
    /^\s*([\w!#$%&'*+.^`|~-]+)\s*=\s*((?:[!-$&-~]|%[0-7][\da-f])*)\s*$/i.exec(pair),
  );
  if (read.some((match) => match === null)) throw new Error('must be name=value, with commas between');
  return Object.freeze(
    Object.fromEntries(
      read.map((match) => [(match?.[1] ?? '').toLowerCase(), decodeURIComponent(match?.[2] ?? '')]),
    ),
  );
};
const program = (value: string): string => {
  if (value !== 'off' && !isAbsolute(value)) throw new Error("must be a program's absolute path, or off");
  return value;
};
const allowList = (value: string): readonly string[] => {
  const entries = value
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const { wrong } = parseAllowList(entries);
  if (wrong.length > 0) {
    throw new Error(
      'must be networks (10.0.0.0/8), addresses, host names or host:port with commas between ' +
        `(wrong: ${wrong.join(' ')})`,
    );
  }
  return Object.freeze(entries);
};

const SETTINGS = {
  role: { variable: 'SHEAF_ROLE', default: 'all', read: oneOf(ROLES) },
  host: { variable: 'SHEAF_HOST', default: '127.0.0.1', read: text },
  port: { variable: 'SHEAF_PORT', default: 8787, read: integer(0, 65_535) },
  dataDir: { variable: 'SHEAF_DATA_DIR', default: './.sheaf', read: text },
  databaseUrl: {
    variable: 'SHEAF_DATABASE_URL',
    default: undefined as string | undefined,
    read: url('postgres:', 'postgresql:'),
  },
  blobUrl: {
    variable: 'SHEAF_BLOB_URL',
    default: undefined as BlobLocation | undefined,
    read: parseBlobUrl,
  },
  blobAccessKeyId: {
    variable: 'SHEAF_BLOB_ACCESS_KEY_ID',
    default: undefined as string | undefined,
    read: credential,
  },
  blobSecretAccessKey: {
    variable: 'SHEAF_BLOB_SECRET_ACCESS_KEY',
    default: undefined as string | undefined,
    read: credential,
  },
  databaseDirectUrl: {
    variable: 'SHEAF_DATABASE_DIRECT_URL',
    default: undefined as string | undefined,
    read: url('postgres:', 'postgresql:'),
  },
  databaseConnections: { variable: 'SHEAF_DATABASE_CONNECTIONS', default: 16, read: integer(4, 1000) },
  stopGraceSeconds: { variable: 'SHEAF_STOP_GRACE_SECONDS', default: 5, read: integer(0, 3600) },
  migrate: { variable: 'SHEAF_MIGRATE', default: 'start', read: oneOf(MIGRATE_WAYS) },
  apiKey: { variable: 'SHEAF_API_KEY', default: undefined as string | undefined, read: key },
  publicUrl: {
    variable: 'SHEAF_PUBLIC_URL',
    default: undefined as string | undefined,
    read: url('http:', 'https:'),
  },
  parseProcesses: {
    variable: 'SHEAF_PARSE_PROCESSES',
    default: availableParallelism(),
    read: integer(1, 256),
  },
  parseMemoryBytes: {
    variable: 'SHEAF_PARSE_MEMORY_BYTES',
    default: 2048 * MIB,
    read: integer(256 * MIB, 1024 * 1024 * MIB),
  },
  maxRunningJobsPerProject: {
    variable: 'SHEAF_MAX_RUNNING_JOBS_PER_PROJECT',
    default: 32,
    read: integer(1, 100_000),
  },
  maxRunningBatchesPerProject: {
    variable: 'SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT',
    default: 10,
    read: integer(1, 100_000),
  },
  maxBatchFiles: { variable: 'SHEAF_MAX_BATCH_FILES', default: 1000, read: integer(1, 1_000_000) },
  maxUploadBytes: {
    variable: 'SHEAF_MAX_UPLOAD_BYTES',
    default: 512 * MIB,
    read: integer(1, Number.MAX_SAFE_INTEGER),
  },
  uploadLifetimeHours: {
    variable: 'SHEAF_UPLOAD_LIFETIME_HOURS',
    default: 48,
    read: integer(0, 1_000_000),
  },
  webhookRetryHours: { variable: 'SHEAF_WEBHOOK_RETRY_HOURS', default: 24, read: integer(1, 720) },
  resultCacheHours: { variable: 'SHEAF_RESULT_CACHE_HOURS', default: 48, read: integer(0, 8760) },
  resultRetentionDays: { variable: 'SHEAF_RESULT_RETENTION_DAYS', default: 0, read: integer(0, 36_500) },
  maxPages: { variable: 'SHEAF_MAX_PAGES', default: 10_000, read: integer(1, 1_000_000) },
  rateLimitPerSecond: {
    variable: 'SHEAF_RATE_LIMIT_PER_SECOND',
    default: undefined as number | undefined,
    read: integer(1, 1_000_000),
  },
  rateLimitBurst: {
    variable: 'SHEAF_RATE_LIMIT_BURST',
    default: undefined as number | undefined,
    read: integer(1, 1_000_000),
  },
  egressAllow: { variable: 'SHEAF_EGRESS_ALLOW', default: [] as readonly string[], read: allowList },
  tessdataDir: { variable: 'SHEAF_TESSDATA_DIR', default: undefined as string | undefined, read: text },
  soffice: { variable: 'SHEAF_SOFFICE', default: undefined as string | undefined, read: program },
  modelBaseUrl: {
    variable: 'SHEAF_MODEL_BASE_URL',
    default: undefined as string | undefined,
    read: modelUrl,
  },
  modelApiKey: {
    variable: 'SHEAF_MODEL_API_KEY',
    default: undefined as string | undefined,
    read: credential,
  },
  modelName: { variable: 'SHEAF_MODEL_NAME', default: undefined as string | undefined, read: text },
  modelConcurrency: { variable: 'SHEAF_MODEL_CONCURRENCY', default: 4, read: integer(1, 256) },
  modelTimeoutSeconds: { variable: 'SHEAF_MODEL_TIMEOUT_SECONDS', default: 120, read: integer(1, 3600) },
  modelContextTokens: {
    variable: 'SHEAF_MODEL_CONTEXT_TOKENS',
    default: 32_000,
    read: integer(4_000, 10_000_000),
  },
  extractEngine: { variable: 'SHEAF_EXTRACT_ENGINE', default: 'auto', read: oneOf(EXTRACT_ENGINES) },
  logLevel: { variable: 'SHEAF_LOG_LEVEL', default: 'info', read: oneOf(LOG_LEVELS) },
  metricsHost: { variable: 'SHEAF_METRICS_HOST', default: '127.0.0.1', read: text },
  metricsPort: {
    variable: 'SHEAF_METRICS_PORT',
    default: undefined as number | undefined,
    read: integer(0, 65_535),
  },
  metricsToken: { variable: 'SHEAF_METRICS_TOKEN', default: undefined as string | undefined, read: key },
  otlpEndpoint: {
    variable: 'OTEL_EXPORTER_OTLP_ENDPOINT',
    default: undefined as string | undefined,
    read: url('http:', 'https:'),
  },
  otlpHeaders: {
    variable: 'OTEL_EXPORTER_OTLP_HEADERS',
    default: {},
    read: headers,
  },
} satisfies Record<string, Setting<unknown>>;

/** The variables that Sheaf reads, with the text of their defaults. */
export const SETTING_VARIABLES: readonly string[] = Object.values(SETTINGS).map(
  (setting) => setting.variable,
);

/** What the command line may say; it wins over the environment. */
export type ConfigOverrides = Partial<Record<'role' | 'host' | 'port' | 'dataDir', string>>;

/**
 * Reads the configuration. The only place where the environment is read.
 * @throws ConfigError that names every problem at once
 */
export function loadConfig(environment: NodeJS.ProcessEnv, overrides: ConfigOverrides = {}): Config {
  const problems = unknownVariables(environment);
  const values: Record<string, unknown> = {};
  for (const [name, setting] of Object.entries(SETTINGS) as [string, Setting<unknown>][]) {
    const flag = overrides[name as keyof ConfigOverrides];
    const given = flag ?? environment[setting.variable];
    if (given === undefined || given === '') {
      if (setting.default !== undefined) values[name] = setting.default;
      continue;
    }
    try {
      values[name] = setting.read(given);
    } catch (error) {
      const source =
        flag === undefined
          ? setting.variable
          : `--${name.replaceAll(/[A-Z]/g, (c) => `-${c.toLowerCase()}`)}`;
      problems.push(
        `${source} ${(error as Error).message}${isSecret(setting.variable) ? '' : `, not ${JSON.stringify(given)}`}`,
      );
    }
  }
  if (problems.length === 0) problems.push(...unpaired(values));
  if (problems.length > 0) throw new ConfigError(problems);
  const config = { ...values, dataDir: resolve(values.dataDir as string) } as unknown as Config;
  return Object.freeze(config);
}

/** Settings that say nothing without another. */
function unpaired(values: Record<string, unknown>): string[] {
  const { blobUrl, blobAccessKeyId, blobSecretAccessKey } = values;
  if ((blobAccessKeyId === undefined) !== (blobSecretAccessKey === undefined))
    return ['SHEAF_BLOB_ACCESS_KEY_ID and SHEAF_BLOB_SECRET_ACCESS_KEY must be set together'];
  if (blobAccessKeyId !== undefined && (blobUrl as BlobLocation | undefined)?.kind !== 's3')
    return ['SHEAF_BLOB_URL must be s3://… with SHEAF_BLOB_ACCESS_KEY_ID: it says where the store is'];
  const { modelBaseUrl, modelName, modelApiKey, extractEngine } = values;
  if (values['databaseDirectUrl'] !== undefined && values['databaseUrl'] === undefined)
    return ['SHEAF_DATABASE_URL must be set with SHEAF_DATABASE_DIRECT_URL, which is the way past a pooler'];
  if (modelBaseUrl !== undefined && modelName === undefined)
    return ['SHEAF_MODEL_NAME must be set with SHEAF_MODEL_BASE_URL: it names the model to ask there'];
  if (modelBaseUrl === undefined && (modelName !== undefined || modelApiKey !== undefined))
    return ['SHEAF_MODEL_BASE_URL must be set with SHEAF_MODEL_NAME and SHEAF_MODEL_API_KEY'];
  if (modelBaseUrl === undefined && extractEngine === 'model')
    return ['SHEAF_MODEL_BASE_URL must be set with SHEAF_EXTRACT_ENGINE=model: it says where the model is'];
  return [];
}

const SECRETS: ReadonlySet<string> = new Set([
  'SHEAF_API_KEY',
  'SHEAF_BLOB_URL',
  'SHEAF_BLOB_ACCESS_KEY_ID',
  'SHEAF_BLOB_SECRET_ACCESS_KEY',
  'SHEAF_DATABASE_URL',
  'SHEAF_DATABASE_DIRECT_URL',
  'SHEAF_MODEL_API_KEY',
  'SHEAF_MODEL_BASE_URL',
  'SHEAF_METRICS_TOKEN',
  'OTEL_EXPORTER_OTLP_ENDPOINT',
  'OTEL_EXPORTER_OTLP_HEADERS',
]);

function isSecret(variable: string): boolean {
  return SECRETS.has(variable);
}

/** A misspelt setting must not be a silent default. */
function unknownVariables(environment: NodeJS.ProcessEnv): string[] {
  return Object.keys(environment)
    .filter(
      (name) => name.startsWith('SHEAF_') && !SETTING_VARIABLES.includes(name) && !isClientVariable(name),
    )
    .map((name) => {
      const near = nearest(name, SETTING_VARIABLES);
      return `${name} is not a setting of Sheaf${near ? `; did you mean ${near}?` : ''}`;
    });
}

/** Read by the commands that talk to a server, not by the server. */
function isClientVariable(name: string): boolean {
  return name === 'SHEAF_SERVER';
}
