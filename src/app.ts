import { mkdir } from 'node:fs/promises';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBlobs } from './app/open-blobs.ts';
import { openConnection, openMigrated } from './app/open-database.ts';
import { openParts } from './app/open-parts.ts';
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
import { createHints } from './queue/hints.ts';
import { createPgBossQueue } from './queue/pg-boss-queue.ts';
import { createAuthenticator } from './services/api-keys.ts';
import type { Services } from './services/context.ts';
import { createDownloadLinks } from './services/download-links.ts';
import { openFirstKey } from './services/first-key.ts';
import { areBlobsUp, isDatabaseUp } from './services/health.ts';
import type { ServerFacts } from './services/system.ts';
import { enterPrograms } from './services/presence.ts';
import { openDefaultProject } from './services/projects.ts';
import { claimBlobs } from './store/blobs/claimed.ts';
import type { BlobStore } from './store/blobs/port.ts';
import { readQueueFigures } from './store/queue-figures.ts';
import { ensureSecret } from './store/projects.ts';
import { startTelemetry, type Telemetry } from './telemetry/telemetry.ts';
import { programVersion } from './version.ts';
import { createWorker } from './worker/worker.ts';

/** A database that recovers from a crash may need this long to answer. */
const DATABASE_TIMEOUT_MS = 5 * 60_000;
/** Where the build leaves the dashboard; the same seen from `src/` and from `dist/`. */
const DASHBOARD_DIRECTORY = fileURLToPath(new URL('../dist/dashboard', import.meta.url));

/** A running Sheaf. */
export interface App {
  /** Where it listens; undefined for a worker. */
  readonly url: string | undefined;
  /** Where the API key of the first start lies; undefined when the operator chose the key or revoked it, and for a worker. */
  readonly apiKeyFile: string | undefined;
  /** Resolves, with the reason, when this program can no longer work with the database: it is to be stopped then. */
  readonly overtaken: Promise<Error>;
  /** Stops claiming, gives running jobs a few seconds, puts the others back, and closes everything. Safe to call twice. */
  stop(): Promise<void>;
}

/**
 * Starts Sheaf in this process as its configuration says. The only place that knows every room.
 * @throws when any part cannot start; what had started by then is stopped again
 */
export async function startApp(config: Config, logFormat: LogFormat = 'json'): Promise<App> {
  const logger = createLogger({ level: config.logLevel, format: logFormat });
  let overtake: (reason: Error) => void = () => undefined;
  const overtaken = new Promise<Error>((resolve) => (overtake = resolve));
  return openParts(logger, async (closers, stop) => {
    const place = await startParts(config, logger, closers, overtake);
    return { ...place, overtaken, stop };
  });
}

async function startParts(
  config: Config,
  logger: Logger,
  closers: (() => Promise<void>)[],
  overtake: (reason: Error) => void,
): Promise<Pick<App, 'url' | 'apiKeyFile'>> {
  await mkdir(config.dataDir, { recursive: true });
  const telemetry = await startTelemetry(config, { version: programVersion(), logger });
  closers.push(() => telemetry.close());
  const model = openModel(config, logger);
  const services = {
    ...(await startServices(config, logger, closers, { telemetry, overtake })),
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
  if (config.role === 'worker') return { url: undefined, apiKeyFile: undefined };

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
  return { url, apiKeyFile };
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
  { telemetry, overtake }: { readonly telemetry: Telemetry; readonly overtake: (reason: Error) => void },
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
  const program = { version: programVersion(), role: config.role };
  closers.push(await enterPrograms({ db, logger }, program, overtake));

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
