import { sql, type RawBuilder } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { startCuttingProxy, type CuttingProxy } from '../../test/support/cutting-proxy.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createLogger } from '../logger.ts';
import { isTransientDatabaseError, openDatabase, type DatabaseHandle } from './database.ts';
import { watchSilence } from './silent-connections.ts';

const logger = createLogger({ level: 'silent' });
const SILENCE_MS = 400;
let database: TestDatabase;
let proxy: CuttingProxy;
let handle: DatabaseHandle;
let unwatch: () => void;

beforeAll(async () => {
  database = await openTestDatabase({ migrated: false });
  const { host, port } = inject('databaseServer');
  proxy = await startCuttingProxy(
    host.startsWith('/') ? { path: `${host}/.s.PGSQL.${port}` } : { host, port },
  );
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await database.close();
});

beforeEach(() => {
  const connection = { ...database.connection, host: '127.0.0.1', port: proxy.port };
  handle = openDatabase(connection, { maxConnections: 4, logger });
  unwatch = watchSilence(handle.pool, connection, { logger, silenceMs: SILENCE_MS });
});
afterEach(async () => {
  proxy.mend();
  await handle.close();
  unwatch();
});

const outcome = (statement: RawBuilder<unknown>): Promise<unknown> =>
  statement.execute(handle.db).then(
    () => 'answered',
    (error: unknown) => error,
  );
const outcomeOf = (seconds: number): Promise<unknown> => outcome(sql`select pg_sleep(${seconds})`);

/** All connections of the pool have answered once. */
const openAll = async (): Promise<void> => {
  await Promise.all(Array.from({ length: 4 }, () => outcomeOf(0.1)));
  expect(handle.pool.totalCount).toBe(4);
};

test('a statement that takes long is waited for, whatever happens to others', async () => {
  const long = outcomeOf((10 * SILENCE_MS) / 1000);
  expect(await outcomeOf((3 * SILENCE_MS) / 1000)).toBe('answered');
  expect(await long).toBe('answered');
});

test('a server that refuses the question is there, and long statements are waited for', async () => {
  unwatch();
  const unknown = { ...database.connection, host: '127.0.0.1', port: proxy.port, database: 'nowhere' };
  unwatch = watchSilence(handle.pool, unknown, { logger, silenceMs: SILENCE_MS });
  expect(await outcomeOf((6 * SILENCE_MS) / 1000)).toBe('answered');
});

test('an answer that the network has swallowed is given up, though the server can be reached', async () => {
  await openAll();
  const also = outcomeOf(60);
  const lost = await database.db.connection().execute(async (holder) => {
    await sql`select pg_advisory_lock(1)`.execute(holder);
    const waiting = outcome(sql`select pg_advisory_lock(1) /* as long as pg_sleep */`);
    await waitUntilWorking(2);
    proxy.swallow('pass');
    await sql`select pg_advisory_unlock(1)`.execute(holder);
    return { waiting };
  });
  expect(isTransientDatabaseError(await lost.waiting)).toBe(true);
  // Idle ones went with it, and are not met one after the other.
  for (let n = 0; n < 4; n += 1) expect(await outcomeOf(0)).toBe('answered');
  await sql`
    select pg_terminate_backend(pid) from pg_stat_activity
    where datname = current_database() and query like '%pg_sleep%' and pid <> pg_backend_pid()`.execute(
    handle.db,
  );
  expect(isTransientDatabaseError(await also)).toBe(true);
});

test('a server that cannot be reached either is away, until it can', async () => {
  await openAll();
  const long = outcomeOf(60);
  await waitUntilWorking(1);
  proxy.swallow('swallow');
  expect(isTransientDatabaseError(await long)).toBe(true);
  proxy.mend();
  expect(await outcomeOf(0)).toBe('answered');
}, 30_000);

async function waitUntilWorking(count: number): Promise<void> {
  const working = sql<{ n: number }>`
    select count(*) as n from pg_stat_activity
    where datname = current_database() and state = 'active' and query like '%pg_sleep%' and pid <> pg_backend_pid()`;
  const isReached = async (): Promise<boolean> => (await working.execute(database.db)).rows[0]?.n === count;
  await waitUntil(isReached, 10_000, 'the statements to be at work');
}
