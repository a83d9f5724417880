import { rm } from 'node:fs/promises';
import pg from 'pg';
import type { TestProject } from 'vitest/node';
import { createLogger } from '../../src/logger.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { announceS3, RUN_ON_S3 } from './blob-settings.ts';
import { startS3Server } from './s3-server.ts';
import { EXTERNAL_DATABASE, onServer } from './external-database.ts';
import { makeDataDir } from './sheaf-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The database server of this test run; each test file makes a database of its own on it. */
    databaseServer: { host: string; port: number; user: string; password: string };
  }
}

/**
 * One PostgreSQL for all tests that need a database but not a whole server: an embedded one, or the one that
 * `SHEAF_TEST_DATABASE_URL` names.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const stopDatabase = await (EXTERNAL_DATABASE === undefined
    ? startOwn(project)
    : useExternal(project, EXTERNAL_DATABASE));
  const s3 = RUN_ON_S3 ? await startS3Server() : undefined;
  if (s3) announceS3(s3);
  return async () => {
    await s3?.close();
    await stopDatabase();
  };
}

/** A template that an earlier run has left may be older than this program. */
async function useExternal(project: TestProject, server: string): Promise<() => Promise<void>> {
  const { hostname, port, username, password } = new URL(server);
  await onServer(server, async (client) => {
    for (const name of ['sheaf_template', 'sheaf_template_making'])
      await client.query(`drop database if exists ${name} with (force)`);
  });
  project.provide('databaseServer', {
    host: hostname,
    port: Number(port || 5432),
    user: decodeURIComponent(username),
    password: decodeURIComponent(password),
  });
  return () => Promise.resolve();
}

async function startOwn(project: TestProject): Promise<() => Promise<void>> {
  const dataDir = await makeDataDir();
  const postgres: EmbeddedPostgres = await startEmbeddedPostgres({
    dataDir,
    logger: createLogger({ level: 'silent' }),
  });
  const { host, port, user, password } = postgres.connection;
  await forgetDurability({ ...postgres.connection });
  project.provide('databaseServer', { host, port, user, password });
  return async () => {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** These databases live as long as the run: waiting for the disk would be most of the tests' time. */
async function forgetDurability(connection: pg.ClientConfig): Promise<void> {
  const client = new pg.Client(connection);
  await client.connect();
  try {
    for (const setting of ['fsync', 'full_page_writes', 'synchronous_commit']) {
      await client.query(`alter system set ${setting} = off`);
    }
    await client.query('select pg_reload_conf()');
  } finally {
    await client.end();
  }
}
