import { createServer, type AddressInfo } from 'node:net';
import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createLogger } from '../logger.ts';
import {
  awaitDatabase,
  isTransientDatabaseError,
  openDatabase,
  type DatabaseConnection,
} from './database.ts';

const logger = createLogger({ level: 'silent' });
let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase({ migrated: false });
});
afterAll(() => database.close());

/** What a first statement on this connection fails with. */
async function failureOf(connection: DatabaseConnection, statement = sql`select 1`): Promise<unknown> {
  const handle = openDatabase(connection, { maxConnections: 1, logger });
  try {
    return await statement.execute(handle.db).then(
      () => undefined,
      (error: unknown) => error,
    );
  } finally {
    await handle.close();
  }
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

test('int8 and numeric arrive as numbers, and a time as a Date to the millisecond', async () => {
  const found = await sql`
    select 9007199254740991::int8 as big, 1.5::numeric as exact, count(*) as n,
      '2026-01-02T03:04:05.678Z'::timestamptz(3) as at`.execute(database.db);
  expect(found.rows).toEqual([
    { big: Number.MAX_SAFE_INTEGER, exact: 1.5, n: 1, at: new Date('2026-01-02T03:04:05.678Z') },
  ]);
});

test('a server that is not there is a transient error, by TCP and by socket', async () => {
  const settings = { user: 'u', database: 'd', password: 'p' };
  const refused = await failureOf({ host: '127.0.0.1', port: await unusedPort(), ...settings });
  expect(isTransientDatabaseError(refused)).toBe(true);
  const noSocket = await failureOf({ host: '/nonexistent-directory', port: 5432, ...settings });
  expect(isTransientDatabaseError(noSocket)).toBe(true);
});

test('a connection that the server ends is a transient error, and the pool goes on with others', async () => {
  const ended = await failureOf(database.connection, sql`select pg_terminate_backend(pg_backend_pid())`);
  expect(ended).toBeInstanceOf(Error);
  expect(isTransientDatabaseError(ended)).toBe(true);
  await expect(sql`select pg_terminate_backend(pg_backend_pid())`.execute(database.db)).rejects.toThrow();
  await awaitDatabase(database.db, 5_000);
  await expect(sql`select 1`.execute(database.db)).resolves.toBeDefined();
});

test('a connection that broke between two statements of a transaction is a transient error at the next one', async () => {
  const failures: unknown[] = [];
  await database.db.connection().execute(async (connection) => {
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(connection);
    await sql`select pg_terminate_backend(${rows[0]?.pid}::int, 5000)`.execute(database.db);
    // The first may still meet the server's farewell; the second finds a client that has given up.
    for (let statement = 1; statement <= 2; statement++) {
      await sql`select 1`.execute(connection).catch((error: unknown) => failures.push(error));
    }
  });
  expect(failures).toHaveLength(2);
  expect(String(failures[1])).toContain('is not queryable');
  expect(failures.map(isTransientDatabaseError)).toEqual([true, true]);
});

test('a statement that breaks the protocol would break it again: it is not transient', async () => {
  const many = sql`select 1 where 1 in (${sql.join(Array.from({ length: 65_537 }, () => 1))})`;
  const refused = await failureOf(database.connection, many);
  expect(refused).toMatchObject({ code: '08P01' });
  expect(isTransientDatabaseError(refused)).toBe(false);
  const rejected = Object.assign(new Error('rejected'), { code: '08004' });
  expect(isTransientDatabaseError(rejected)).toBe(false);
  expect(isTransientDatabaseError(Object.assign(new Error('lost'), { code: '08006' }))).toBe(true);
});

test("what is the statement's or the operator's fault is not transient", async () => {
  expect(isTransientDatabaseError(await failureOf(database.connection, sql`select nonsense`))).toBe(false);
  const noDatabase = { ...database.connection, database: 'never_made' } as DatabaseConnection;
  expect(isTransientDatabaseError(await failureOf(noDatabase))).toBe(false);
  expect(
    isTransientDatabaseError(Object.assign(new Error('no such file'), { code: 'ENOENT', syscall: 'open' })),
  ).toBe(false);
  expect(isTransientDatabaseError('ECONNREFUSED')).toBe(false);
});

test('awaitDatabase gives up on a wrong database at once, and on an absent server at its deadline', async () => {
  const wrong = openDatabase(
    { ...database.connection, database: 'never_made' },
    {
      maxConnections: 1,
      logger,
    },
  );
  await expect(awaitDatabase(wrong.db, 60_000)).rejects.toMatchObject({ code: '3D000' });
  await wrong.close();

  const settings = { user: 'u', database: 'd', password: 'p' };
  const absent = openDatabase(
    { host: '127.0.0.1', port: await unusedPort(), ...settings },
    { maxConnections: 1, logger },
  );
  const began = Date.now();
  await expect(awaitDatabase(absent.db, 300)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  expect(Date.now() - began).toBeGreaterThanOrEqual(300);
  await absent.close();
});

test('a pool that was used without the query builder is closed too', async () => {
  const handle = openDatabase(database.connection, { maxConnections: 1, logger });
  await handle.pool.query('select 1');
  await handle.close();
  expect(handle.pool.totalCount).toBe(0);
});
