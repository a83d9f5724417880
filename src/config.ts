import { resolve } from 'node:path';
import {
  SETTINGS,
  type EXTRACT_ENGINES,
  type MIGRATE_WAYS,
  type Role,
  type Setting,
} from './config/settings.ts';
import type { LogLevel } from './logger.ts';
import type { BlobLocation } from './model/blob-location.ts';
import { nearest } from './model/nearest.ts';

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

/** The variables that Sheaf reads. */
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
        `${source} ${(error as Error).message}${setting.isSecret ? '' : `, not ${JSON.stringify(given)}`}`,
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
