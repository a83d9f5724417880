import { randomUUID } from 'node:crypto';
import pg from 'pg';
import { inject } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { openDatabase, type DatabaseConnection, type DatabaseHandle } from '../../src/store/database.ts';
import { migrate } from '../../src/store/migrate.ts';

/** A database of its own for one test file, with or without Sheaf's schema. */
export interface TestDatabase extends DatabaseHandle, AsyncDisposable {
  readonly connection: DatabaseConnection;
}

export async function openTestDatabase(
  options: { migrated: boolean } = { migrated: true },
): Promise<TestDatabase> {
  const server = inject('databaseServer');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await administer(`create database ${name}`);
  const connection = { ...server, database: name };
  const handle = openDatabase(connection, { maxConnections: 8, logger: createLogger({ level: 'silent' }) });
  if (options.migrated) await migrate(handle.db);
  const close = async (): Promise<void> => {
    await handle.close();
    await administer(`drop database if exists ${name} with (force)`);
  };
  return { ...handle, connection, close, [Symbol.asyncDispose]: close };
}

async function administer(statement: string): Promise<void> {
  const client = new pg.Client({ ...inject('databaseServer'), database: 'postgres' });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
