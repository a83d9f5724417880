import type { Config } from '../config.ts';
import type { Logger } from '../logger.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { awaitMigrations, refusePending } from '../store/await-migrations.ts';
import {
  awaitDatabase,
  openDatabase,
  type DatabaseConnection,
  type DatabaseHandle,
} from '../store/database.ts';
import { inspectServer } from '../store/database-server.ts';
import { migrate } from '../store/migrate.ts';
import { watchSilence } from '../store/silent-connections.ts';
import { refuseUnfinishedRestore } from './unfinished-restore.ts';

/** How long a command waits for the database: a person waits for the command. */
export const COMMAND_TIMEOUT_MS = 30_000;

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
  timeoutMs: number = COMMAND_TIMEOUT_MS,
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

/**
 * Opens the database and brings it up to date, or waits until somebody else has.
 * @throws PendingMigrationsError where it is neither
 */
export async function openMigrated(
  connection: DatabaseConnection,
  bounds: {
    readonly maxConnections: number;
    readonly timeoutMs: number;
    /** `refuse`: what is pending is somebody else's, and not waited for. */
    readonly migrate: Config['migrate'] | 'refuse';
  },
  logger: Logger,
  closers: (() => Promise<void>)[],
): Promise<DatabaseHandle> {
  const database = openDatabase(connection, { maxConnections: bounds.maxConnections, logger });
  const unwatch = watchSilence(database.pool, connection, { logger });
  closers.push(() => Promise.resolve(unwatch()));
  closers.push(() => database.close());
  await awaitDatabase(database.db, bounds.timeoutMs);
  if (bounds.migrate === 'refuse') {
    await refusePending(database.db);
    return database;
  }
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
