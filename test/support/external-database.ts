import { createHash } from 'node:crypto';
import pg from 'pg';

/** The server of your own that `SHEAF_TEST_DATABASE_URL` names; absent: tests bring an embedded one. */
export const EXTERNAL_DATABASE = process.env['SHEAF_TEST_DATABASE_URL'];

/** A URL on the same server for another database. */
export function urlOfDatabase(server: string, database: string): string {
  const url = new URL(server);
  url.pathname = `/${database}`;
  return url.href;
}

/** The database of a data directory on the external server, made if it is not there; undefined without a server. */
export async function databaseUrlFor(dataDir: string): Promise<string | undefined> {
  if (EXTERNAL_DATABASE === undefined) return undefined;
  const name = databaseName(dataDir);
  await onServer(EXTERNAL_DATABASE, async (client) => {
    const found = await client.query('select from pg_database where datname = $1', [name]);
    if (found.rowCount === 0) await client.query(`create database ${name}`);
  });
  return urlOfDatabase(EXTERNAL_DATABASE, name);
}

/** Drops what {@link databaseUrlFor} has made. */
export async function dropDatabaseOf(dataDir: string): Promise<void> {
  if (EXTERNAL_DATABASE === undefined) return;
  const statement = `drop database if exists ${databaseName(dataDir)} with (force)`;
  await onServer(EXTERNAL_DATABASE, (client) => client.query(statement));
}

/** Runs statements outside any test's database. */
export async function onServer<T>(server: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: urlOfDatabase(server, 'postgres') });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function databaseName(dataDir: string): string {
  return `test_dir_${createHash('sha256').update(dataDir).digest('hex').slice(0, 24)}`;
}
