import { mkdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { refuseUnfinishedRestore } from './app/unfinished-restore.ts';
import type { Config } from './config.ts';
import { createEgress } from './egress/egress.ts';
import { createSchemaAuthor } from './engines/extract/model/schema-author.ts';
import { createModelClient } from './engines/model/openai-client.ts';
import type { ModelClient } from './engines/model/port.ts';
import { createFileInspector } from './engines/parse/inspection/inspector.ts';
import { findProgram } from './engines/parse/libreoffice/find-program.ts';
import { availableLanguages } from './engines/parse/liteparse/tessdata.ts';
import { createLocalEngine } from './engines/parse/supervised/engine.ts';
import { registerDashboard } from './http/dashboard/routes.ts';
import { createHttpServer } from './http/server.ts';
import { registerRoutes } from './http/routes/index.ts';
import { createLogger, type LogFormat, type Logger } from './logger.ts';
import { createPageTokens } from './model/page-token.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import { createHints } from './queue/hints.ts';
import { createPgBossQueue } from './queue/pg-boss-queue.ts';
import { createAdministration, type Administration } from './services/administration.ts';
import { createAuthenticator } from './services/api-keys.ts';
import type { Services } from './services/context.ts';
import { createDownloadLinks } from './services/download-links.ts';
import { openFirstKey } from './services/first-key.ts';
import { areBlobsUp, isDatabaseUp } from './services/health.ts';
import type { ServerFacts } from './services/system.ts';
import { enterPrograms } from './services/presence.ts';
import { openDefaultProject } from './services/projects.ts';
import { claimBlobs } from './store/blobs/claimed.ts';
import { openDiskBlobs } from './store/blobs/disk.ts';
import type { BlobStore } from './store/blobs/port.ts';
import {
  awaitDatabase,
  openDatabase,
  type DatabaseConnection,
  type DatabaseHandle,
} from './store/database.ts';
import { awaitMigrations } from './store/await-migrations.ts';
import { inspectServer } from './store/database-server.ts';
import { migrate, readSchemaState, type MigrateOptions, type SchemaState } from './store/migrate.ts';
import { readQueueFigures } from './store/queue-figures.ts';
import { ensureSecret } from './store/projects.ts';
import { startTelemetry, type Telemetry } from './telemetry/telemetry.ts';
import { programVersion } from './version.ts';
import { createWorker } from './worker/worker.ts';

export type { Administration, ListedKey, ListedProject, Organization } from './services/administration.ts';

/** A database that recovers from a crash may need this long to answer. */
const DATABASE_TIMEOUT_MS = 5 * 60_000;
/** A person waits, and does one thing at a time. */
const ADMINISTRATION_BOUNDS = { maxConnections: 2, timeoutMs: 30_000 };
/** Where the build leaves the dashboard; the same seen from `src/` and from `dist/`. */
const DASHBOARD_DIRECTORY = fileURLToPath(new URL('../dist/dashboard', import.meta.url));

/** A running Sheaf. */
export interface App {
  /** Where it listens; undefined for a worker. */
  readonly url: string | undefined;
  /** Where the API key of the first start lies; undefined when the operator chose the key or revoked it, and for a worker. */
  readonly apiKeyFile: string | undefined;
  /** Stops claiming, gives running jobs a few seconds, puts the others back, and closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts Sheaf in this process as its configuration says. The only place that knows every room.
 * @throws when any part cannot start; what had started by then is stopped again
 */
export async function startApp(config: Config, logFormat: LogFormat = 'json'): Promise<App> {
  const logger = createLogger({ level: config.logLevel, format: logFormat });
  return openParts(logger, (closers, stop) => startParts(config, logger, closers, stop));
}

/** The operator's access to the database, and how to leave it. */
export interface AdministrationSession {
  readonly administration: Administration;
  close(): Promise<void>;
}

/**
 * Opens the database for the operator, whether or not servers run on it: no queue, no worker, no HTTP. A database that
 * was never used gets its schema and the default project, as by a first start.
 * @throws when the database cannot be reached
 */
export async function openAdministration(config: Config): Promise<AdministrationSession> {
  const logger = createLogger({ level: config.logLevel, format: 'text' });
  return openParts(logger, async (closers, close) => {
    await mkdir(config.dataDir, { recursive: true });
    const { connection } = await openConnection(config, logger, closers);
    const { db } = await openMigrated(
      connection,
      { ...ADMINISTRATION_BOUNDS, migrate: 'start' },
      logger,
      closers,
    );
    await openDefaultProject(db);
    return { administration: createAdministration(db), close };
  });
}

/** The operator's access to the schema alone. */
export interface MigrationSession {
  status(): Promise<SchemaState>;
  /** @returns the migrations that were applied */
  up(options: Pick<MigrateOptions, 'force' | 'onWait'>): Promise<string[]>;
  close(): Promise<void>;
}

/** Opens the database without changing anything in it. @throws when it cannot be reached */
export async function openMigrationSession(config: Config): Promise<MigrationSession> {
  const logger = createLogger({ level: config.logLevel, format: 'text' });
  return openParts(logger, async (closers, close) => {
    await mkdir(config.dataDir, { recursive: true });
    const { connection } = await openConnection(config, logger, closers, ADMINISTRATION_BOUNDS.timeoutMs);
    const { db, close: closeDatabase } = openDatabase(connection, { maxConnections: 2, logger });
    closers.push(closeDatabase);
    await awaitDatabase(db, ADMINISTRATION_BOUNDS.timeoutMs);
    return {
      status: () => readSchemaState(db),
      up: (options) => migrate(db, options),
      close,
    };
  });
}

/** Opens parts one after the other; when one fails, those that are open are closed again, the last first. */
export async function openParts<T>(
  logger: Logger,
  open: (closers: (() => Promise<void>)[], closeAll: () => Promise<void>) => Promise<T>,
): Promise<T> {
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) {
      await close().catch((error: unknown) => logger.error({ err: error }, 'a part did not stop cleanly'));
    }
  };
  try {
    return await open(closers, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function startParts(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<App> {
  await mkdir(config.dataDir, { recursive: true });
  const telemetry = await startTelemetry(config, { version: programVersion(), logger });
  closers.push(() => telemetry.close());
  const model = openModel(config, logger);
  const services = {
    ...(await startServices(config, logger, closers, telemetry)),
    ...(model &&
      config.extractEngine !== 'rules' && {
        schemaAuthor: createSchemaAuthor(model, config.modelContextTokens),
      }),
  };
  const graceMs = config.stopGraceSeconds * 1000;
  let stopWorker = async (): Promise<void> => {};
  if (config.role !== 'api') {
    const engine = createLocalEngine({
      processes: config.parseProcesses,
      memoryLimitBytes: config.parseMemoryBytes,
      maxPages: config.maxPages,
      tmpDir: join(services.blobs.temporaryDirectory, 'engine'),
      tessdataCacheDir: join(config.dataDir, 'cache', 'tessdata'),
      checkpointDir: join(config.dataDir, 'cache', 'unfinished'),
      logger,
      observer: telemetry,
      ...(config.tessdataDir !== undefined && { tessdataDir: config.tessdataDir }),
      ...(config.soffice !== undefined && { soffice: config.soffice }),
      ...(model && { model }),
      extraction: { engine: config.extractEngine, contextTokens: config.modelContextTokens },
    });
    closers.push(() => engine.close());
    const worker = createWorker(services, { parse: engine, extract: engine.extraction }, telemetry);
    stopWorker = once(() => worker.stop(graceMs));
    closers.push(stopWorker);
    await worker.start();
  }
  if (config.role === 'worker') closers.push(telemetry.stopping);
  if (config.role === 'worker') return { url: undefined, apiKeyFile: undefined, stop };

  const project = await openDefaultProject(services.db);
  const firstKey = await openFirstKey(services.db, config, project.id);
  if (!firstKey.usable) logger.warn(revokedKeyWarning(firstKey.file));
  const apiKeyFile = firstKey.usable ? firstKey.file : undefined;
  const server = createHttpServer({
    logger,
    observer: telemetry,
    closeGraceMs: graceMs,
    maxUploadBytes: config.maxUploadBytes,
    authenticate: createAuthenticator(services.db),
    version: programVersion(),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    ...(config.rateLimitPerSecond !== undefined && {
      rateLimit: { perSecond: config.rateLimitPerSecond, burst: config.rateLimitBurst },
    }),
  });
  // Requests and jobs end side by side, so that the whole stop takes one grace time.
  closers.push(() => Promise.all([server.close(), stopWorker()]).then(() => undefined));
  await server.register((app) => registerRoutes(app, { services, server: serverFacts(config) }));
  await server.register((app) =>
    registerDashboard(app, {
      directory: DASHBOARD_DIRECTORY,
      ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    }),
  );
  const url = await server.listen({ host: config.host, port: config.port });
  closers.push(telemetry.stopping);
  return { url, apiKeyFile, stop };
}

/** What this process says of itself. */
function serverFacts(config: Config): ServerFacts {
  return {
    version: programVersion(),
    role: config.role,
    startedAt: performance.now(),
    storage: config.blobUrl?.kind === 's3' ? 's3' : 'disk',
    engines: () => ({
      ocrLanguages: availableLanguages(config.tessdataDir, join(config.dataDir, 'cache', 'tessdata')),
      libreOffice: findProgram(config.soffice) !== undefined,
      model: config.modelBaseUrl === undefined ? null : (config.modelName ?? null),
    }),
  };
}

/** Runs it when it is first called; every caller waits for that one run. */
function once(run: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => (running ??= run());
}

/** The model that the operator configured, if any. It is asked by address for the first time when a document needs it. */
export function openModel(config: Config, logger: Logger): ModelClient | undefined {
  const { modelBaseUrl: baseUrl, modelName: model, modelApiKey: apiKey } = config;
  if (baseUrl === undefined || model === undefined) return undefined;
  return createModelClient({
    baseUrl,
    model,
    concurrency: config.modelConcurrency,
    timeoutMs: config.modelTimeoutSeconds * 1000,
    logger,
    ...(apiKey !== undefined && { apiKey }),
  });
}

function revokedKeyWarning(file: string | undefined): string {
  const [what, mend] = file
    ? [`The API key in ${file}`, 'delete the file, and the next start makes a new one']
    : ['The API key in SHEAF_API_KEY', 'set SHEAF_API_KEY to another one'];
  return `${what} has been revoked: requests with it are refused. Use a key of \`sheaf keys create\`, or ${mend}.`;
}

async function startServices(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
  telemetry: Telemetry,
): Promise<Services> {
  const { connection, listenOn } = await openConnection(config, logger, closers, DATABASE_TIMEOUT_MS, () =>
    telemetry.databaseLost(),
  );
  const sizes = {
    maxConnections: config.databaseConnections,
    timeoutMs: DATABASE_TIMEOUT_MS,
    migrate: config.migrate,
  };
  const { db, pool } = await openMigrated(connection, sizes, logger, closers);
  closers.push(await enterPrograms({ db, logger }, { version: programVersion(), role: config.role }));

  let blobs: BlobStore | undefined;
  telemetry.watch({
    pool: () => ({
      busy: pool.totalCount - pool.idleCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
    }),
    queue: () => readQueueFigures(db),
    isUp: async () =>
      (await isDatabaseUp({ db, logger })) && (!blobs || (await areBlobsUp({ blobs, logger }))),
  });

  const queue = createPgBossQueue(pool, { logger, supervise: config.role !== 'api' });
  closers.push(() => queue.stop());
  await queue.start();
  const hints = createHints(listenOn, pool, { logger });
  closers.push(() => hints.stop());
  await hints.start();
  const unclaimed = await openBlobs(config);
  closers.push(() => unclaimed.close());
  const installation = (await ensureSecret(db, 'installation', randomBytes(16))).toString('hex');
  blobs = await claimBlobs(unclaimed, installation, (error) =>
    logger.warn(
      { err: error },
      'the blob store cannot be reached yet; requests that need it are answered 503',
    ),
  );
  return {
    db,
    queue,
    hints,
    blobs,
    pageTokens: createPageTokens(await ensureSecret(db, 'page-tokens', randomBytes(32))),
    downloadLinks: createDownloadLinks(await ensureSecret(db, 'download-links', randomBytes(32))),
    egress: createEgress({ allow: config.egressAllow }),
    fileInspector: createFileInspector({
      libreOffice: () => findProgram(config.soffice) !== undefined,
      parsesElsewhere: config.role === 'api',
    }),
    limits: config,
    logger,
  };
}

/** The client of S3 is loaded where it is needed. */
export async function openBlobs(config: Config): Promise<BlobStore> {
  const { blobUrl: location, blobAccessKeyId, blobSecretAccessKey } = config;
  if (location?.kind !== 's3') return openDiskBlobs(location?.directory ?? config.dataDir);
  const { openS3Blobs } = await import('./store/blobs/s3/s3.ts');
  return openS3Blobs({
    location,
    localDirectory: config.dataDir,
    ...(blobAccessKeyId !== undefined &&
      blobSecretAccessKey !== undefined && {
        credentials: { accessKeyId: blobAccessKeyId, secretAccessKey: blobSecretAccessKey },
      }),
  });
}

/** Opens the database and brings it up to date, or waits until somebody else has. */
async function openMigrated(
  connection: DatabaseConnection,
  bounds: {
    readonly maxConnections: number;
    readonly timeoutMs: number;
    readonly migrate: Config['migrate'];
  },
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<DatabaseHandle> {
  const database = openDatabase(connection, { maxConnections: bounds.maxConnections, logger });
  closers.push(() => database.close());
  await awaitDatabase(database.db, bounds.timeoutMs);
  if (bounds.migrate === 'wait') {
    await awaitMigrations(database.db, (pending) =>
      logger.info({ pending }, 'waiting for somebody to run `sheaf migrate up` (SHEAF_MIGRATE=wait)'),
    );
    return database;
  }
  const applied = await migrate(database.db, { onWait: (why) => logger.info(`waiting: ${why}`) });
  if (applied.length > 0) logger.info({ migrations: applied }, 'the database was brought up to date');
  return database;
}

/** How statements reach the database, and where notifications can be listened for; undefined: nowhere. */
interface Connections {
  readonly connection: DatabaseConnection;
  readonly listenOn: DatabaseConnection | undefined;
}

/** Where the database is; an embedded one is started or adopted. */
export async function openConnection(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
  timeoutMs: number = ADMINISTRATION_BOUNDS.timeoutMs,
  onUnexpectedExit: () => void = () => {},
): Promise<Connections> {
  if (config.databaseUrl !== undefined) return openExternal(config.databaseUrl, config, logger, timeoutMs);
  refuseUnfinishedRestore(config.dataDir);
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, logger, onUnexpectedExit });
  closers.push(() => postgres.stop());
  return { connection: postgres.connection, listenOn: postgres.connection };
}

/** A planner that takes the disk for a spinning one reads whole tables where an index is faster. */
const HIGH_RANDOM_PAGE_COST = 2;

async function openExternal(
  url: string,
  config: Config,
  logger: Logger,
  timeoutMs: number,
): Promise<Connections> {
  const { pooled, randomPageCost, foldsCase } = await inspectServer({ url }, timeoutMs, (reason) =>
    logger.warn({ reason }, 'waiting for the database (SHEAF_DATABASE_URL), which does not answer'),
  );
  if (!foldsCase)
    logger.warn(
      "the database's locale (LC_CTYPE) does not know letters beyond ASCII: searches tell Ä from ä; " +
        "a database made with lc_ctype 'C.UTF-8' does not",
    );
  const direct = config.databaseDirectUrl === undefined ? undefined : { url: config.databaseDirectUrl };
  if (!pooled) return { connection: { url }, listenOn: direct ?? { url } };
  logger.info(
    { notifications: direct !== undefined },
    direct
      ? 'the database is behind a pooler; notifications come over SHEAF_DATABASE_DIRECT_URL'
      : 'the database is behind a pooler, which passes no notifications on: other processes are heard of by polling',
  );
  if (randomPageCost > HIGH_RANDOM_PAGE_COST)
    logger.warn({ randomPageCost }, 'lists are faster after: alter role ... set random_page_cost = 1.1');
  return { connection: { url, pooled }, listenOn: direct };
}
