import { mkdir } from 'node:fs/promises';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { createAdministration, type Administration } from '../services/administration.ts';
import { openDefaultProject } from '../services/projects.ts';
import { awaitDatabase, openDatabase } from '../store/database.ts';
import { migrate, readSchemaState, type MigrateOptions, type SchemaState } from '../store/migrate.ts';
import { COMMAND_TIMEOUT_MS, openConnection, openMigrated } from './open-database.ts';
import { openParts } from './open-parts.ts';

export type { Administration, ListedKey, ListedProject, Organization } from '../services/administration.ts';

/** A command does one thing at a time. */
const MAX_CONNECTIONS = 2;

/** The operator's access to the database, and how to leave it. */
export interface AdministrationSession {
  readonly administration: Administration;
  close(): Promise<void>;
}

/**
 * Opens the database for the operator, whether or not servers run on it: no queue, no worker, no HTTP. A database that
 * was never used gets its schema and the default project, as by a first start.
 * @throws when the database cannot be reached, or is not up to date and SHEAF_MIGRATE leaves that to somebody else
 */
export async function openAdministration(config: Config): Promise<AdministrationSession> {
  const logger = createLogger({ level: config.logLevel, format: 'text' });
  return openParts(logger, async (closers, close) => {
    await mkdir(config.dataDir, { recursive: true });
    const { connection } = await openConnection(config, logger, closers);
    const bounds = { maxConnections: MAX_CONNECTIONS, timeoutMs: COMMAND_TIMEOUT_MS };
    const how = config.migrate === 'wait' ? 'refuse' : config.migrate;
    const { db } = await openMigrated(connection, { ...bounds, migrate: how }, logger, closers);
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
    const { connection } = await openConnection(config, logger, closers);
    const { db, close: closeDatabase } = openDatabase(connection, {
      maxConnections: MAX_CONNECTIONS,
      logger,
    });
    closers.push(closeDatabase);
    await awaitDatabase(db, COMMAND_TIMEOUT_MS);
    return {
      status: () => readSchemaState(db),
      up: (options) => migrate(db, options),
      close,
    };
  });
}
