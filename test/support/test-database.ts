import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { createPgBossQueue } from '../../src/queue/pg-boss-queue.ts';
import { openDatabase, type DatabaseConnection, type DatabaseHandle } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';

/** A database of its own for one test file, with or without Sheaf's schema. */
export interface TestDatabase extends DatabaseHandle, AsyncDisposable {
  readonly connection: DatabaseConnection;
}

/** The schema of the domain and of the queue, made once for a run and copied for each database. */
const TEMPLATE = 'sheaf_template';

const logger = createLogger({ level: 'silent' });

export async function openTestDatabase(
  options: { migrated: boolean } = { migrated: true },
): Promise<TestDatabase> {
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(async (client) => {
    if (options.migrated) await ensureTemplate(client);
    await client.query(`create database ${name}${options.migrated ? ` template ${TEMPLATE}` : ''}`);
  });
  const connection = { ...inject('databaseServer'), database: name };
  const handle = openDatabase(connection, { maxConnections: 8, logger });
  const close = async (): Promise<void> => {
    await handle.close();
    await administer((client) => client.query(`drop database if exists ${name} with (force)`));
  };
  return { ...handle, connection, close, [Symbol.asyncDispose]: close };
}

/** The way to it for a Sheaf in a process of its own: SHEAF_DATABASE_URL. */
export function urlOfTestDatabase({ connection }: TestDatabase): string {
  if ('url' in connection) return connection.url;
  const { host, port, user, password, database } = connection;
  // A host that is a directory holds a Unix socket, for which a URL has no place.
  const place = host.startsWith('/')
    ? `localhost/${database}?host=${encodeURIComponent(host)}&port=${port}`
    : `${host}:${port}/${database}`;
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${place}`;
}

/** Makes the template where this is the run's first database; the processes of a run wait for each other. */
async function ensureTemplate(client: pg.Client): Promise<void> {
  await client.query(`select pg_advisory_lock(hashtext('${TEMPLATE}'))`);
  const found = await client.query('select from pg_database where datname = $1', [TEMPLATE]);
  if (found.rowCount === 0) {
    await client.query(`create database ${TEMPLATE}_making`);
    await installSchema(`${TEMPLATE}_making`);
    await client.query(`alter database ${TEMPLATE}_making rename to ${TEMPLATE}`);
  }
  await client.query(`select pg_advisory_unlock(hashtext('${TEMPLATE}'))`);
}

async function installSchema(database: string): Promise<void> {
  const handle = openDatabase({ ...inject('databaseServer'), database }, { maxConnections: 2, logger });
  try {
    await migrate(handle.db);
    const queue = createPgBossQueue(handle.pool, { logger, supervise: false });
    await queue.start();
    await queue.stop();
  } finally {
    await handle.close();
  }
}

async function administer(work: (client: pg.Client) => Promise<unknown>): Promise<void> {
  const client = new pg.Client({ ...inject('databaseServer'), database: 'postgres' });
  await client.connect();
  try {
    await work(client);
  } finally {
    await client.end();
  }
}
