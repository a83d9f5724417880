import { mkdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Config } from './config.ts';
import { createEgress } from './egress/egress.ts';
import { createLocalEngine } from './engines/parse/supervised/engine.ts';
import { createHttpServer } from './http/server.ts';
import { registerRoutes } from './http/routes/index.ts';
import { createLogger, type LogFormat, type Logger } from './logger.ts';
import { createPageTokens } from './model/page-token.ts';
import { startEmbeddedPostgres } from './postgres/embedded.ts';
import { createHints } from './queue/hints.ts';
import { createPgBossQueue } from './queue/pg-boss-queue.ts';
import { createAuthenticator } from './services/api-keys.ts';
import type { Services } from './services/context.ts';
import { createDownloadLinks } from './services/download-links.ts';
import { openFirstKey } from './services/first-key.ts';
import { openDefaultProject } from './services/projects.ts';
import { openDiskBlobs } from './store/blobs/disk.ts';
import { awaitDatabase, openDatabase, type DatabaseConnection } from './store/database.ts';
import { migrate } from './store/migrate.ts';
import { ensureSecret } from './store/projects.ts';
import { programVersion } from './version.ts';
import { createWorker } from './worker/worker.ts';

/** Connections of one process. With the embedded server's 60 this leaves room for several processes. */
const MAX_CONNECTIONS = 16;
/** A database that recovers from a crash may need this long to answer. */
const DATABASE_TIMEOUT_MS = 5 * 60_000;
/** What a stopping process gives its running jobs before it gives them back. */
const GRACE_MS = 5_000;

/** A running Sheaf. */
export interface App {
  /** Where it listens; undefined for a worker. */
  readonly url: string | undefined;
  /** Where the API key of the first start lies; undefined when the operator chose the key, and for a worker. */
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
  const closers: (() => Promise<void>)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of closers.splice(0).toReversed()) {
      await close().catch((error: unknown) => logger.error({ err: error }, 'a part did not stop cleanly'));
    }
  };
  try {
    return await startParts(config, logger, closers, closeAll);
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
  const services = await startServices(config, logger, closers);
  if (config.role !== 'api') {
    const engine = createLocalEngine({
      processes: config.parseProcesses,
      memoryLimitBytes: config.parseMemoryBytes,
      maxPages: config.maxPages,
      tmpDir: join(services.blobs.temporaryDirectory, 'engine'),
      tessdataCacheDir: join(config.dataDir, 'cache', 'tessdata'),
      logger,
      ...(config.tessdataDir !== undefined && { tessdataDir: config.tessdataDir }),
    });
    closers.push(() => engine.close());
    const worker = createWorker(services, { parse: engine });
    closers.push(() => worker.stop(GRACE_MS));
    await worker.start();
  }
  if (config.role === 'worker') return { url: undefined, apiKeyFile: undefined, stop };

  const project = await openDefaultProject(services.db);
  const apiKeyFile = await openFirstKey(services.db, config, project.id);
  const server = createHttpServer({
    logger,
    maxUploadBytes: config.maxUploadBytes,
    authenticate: createAuthenticator(services.db),
    version: programVersion(),
    ...(config.publicUrl !== undefined && { publicUrl: config.publicUrl }),
    ...(config.rateLimitPerSecond !== undefined && {
      rateLimit: { perSecond: config.rateLimitPerSecond, burst: config.rateLimitBurst },
    }),
  });
  closers.push(() => server.close());
  await server.register((app) => registerRoutes(app, { services }));
  const url = await server.listen({ host: config.host, port: config.port });
  return { url, apiKeyFile, stop };
}

async function startServices(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<Services> {
  const connection = await openConnection(config, logger, closers);
  const database = openDatabase(connection, { maxConnections: MAX_CONNECTIONS, logger });
  closers.push(() => database.close());
  const { db, pool } = database;
  await awaitDatabase(db, DATABASE_TIMEOUT_MS);
  const applied = await migrate(db);
  if (applied.length > 0) logger.info({ migrations: applied }, 'the database was brought up to date');

  const queue = createPgBossQueue(pool, { logger, supervise: config.role !== 'api' });
  closers.push(() => queue.stop());
  await queue.start();
  const hints = createHints(connection, pool, { logger });
  closers.push(() => hints.stop());
  await hints.start();
  const blobs = await openDiskBlobs(config.dataDir);
  closers.push(() => blobs.close());
  return {
    db,
    queue,
    hints,
    blobs,
    pageTokens: createPageTokens(await ensureSecret(db, 'page-tokens', randomBytes(32))),
    downloadLinks: createDownloadLinks(await ensureSecret(db, 'download-links', randomBytes(32))),
    egress: createEgress({ allow: config.egressAllow }),
    limits: config,
    logger,
  };
}

async function openConnection(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<DatabaseConnection> {
  if (config.databaseUrl !== undefined) return { url: config.databaseUrl };
  const postgres = await startEmbeddedPostgres({ dataDir: config.dataDir, logger });
  closers.push(() => postgres.stop());
  return postgres.connection;
}
