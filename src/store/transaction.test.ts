import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { inTransaction } from './transaction.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase({ migrated: false });
  await sql`create table marks (id int primary key, times int not null default 0)`.execute(database.db);
});
beforeEach(async () => {
  await sql`truncate marks`.execute(database.db);
  await sql`insert into marks (id) values (1), (2)`.execute(database.db);
});
afterAll(() => database.close());

async function times(): Promise<number[]> {
  const found = await sql<{ times: number }>`select times from marks order by id`.execute(database.db);
  return found.rows.map((row) => row.times);
}

test('two transactions that lock in opposite order both succeed: the one the database ends is run again', async () => {
  let runs = 0;
  let both: () => void;
  const bothHoldOne = new Promise<void>((resolve) => (both = resolve));
  let holding = 0;
  const lockInOrder = (first: number, second: number) =>
    inTransaction(database.db, async (tx) => {
      runs += 1;
      await sql`update marks set times = times + 1 where id = ${first}`.execute(tx);
      holding += 1;
      if (holding === 2) both();
      await bothHoldOne;
      await sql`update marks set times = times + 1 where id = ${second}`.execute(tx);
    });
  await Promise.all([lockInOrder(1, 2), lockInOrder(2, 1)]);
  expect(await times()).toEqual([2, 2]);
  expect(runs).toBe(3);
});

test('a serialization failure is tried again, but not for ever', async () => {
  let runs = 0;
  const failing = inTransaction(database.db, async (tx) => {
    runs += 1;
    await sql`do $$ begin raise exception 'conflict' using errcode = '40001'; end $$`.execute(tx);
  });
  await expect(failing).rejects.toMatchObject({ code: '40001' });
  expect(runs).toBe(5);
});

test.each([
  ['a violated constraint', sql`insert into marks (id) values (1)`, '23505'],
  ['a wrong statement', sql`select nothing`, '42703'],
  ['a lock that is taken', sql`do $$ begin raise exception 'no' using errcode = '55P03'; end $$`, '55P03'],
])('%s is thrown at once, and nothing of the transaction stays', async (_, statement, code) => {
  let runs = 0;
  const failing = inTransaction(database.db, async (tx) => {
    runs += 1;
    await sql`update marks set times = 9`.execute(tx);
    await statement.execute(tx);
  });
  await expect(failing).rejects.toMatchObject({ code });
  expect(runs).toBe(1);
  expect(await times()).toEqual([0, 0]);
});

test('a connection that is lost in the middle is not tried again: the commit may have happened', async () => {
  let runs = 0;
  const failing = inTransaction(database.db, async (tx) => {
    runs += 1;
    const { rows } = await sql<{ pid: number }>`select pg_backend_pid() as pid`.execute(tx);
    await sql`select pg_terminate_backend(${rows[0]?.pid})`.execute(database.db);
    await sql`select 1`.execute(tx);
  });
  await expect(failing).rejects.toThrow();
  expect(runs).toBe(1);
  // The pool has replaced the connection.
  expect(await inTransaction(database.db, async () => 'fine')).toBe('fine');
});

test("an error of the work's own rolls back and is thrown as it is", async () => {
  const error = new Error('changed my mind');
  const failing = inTransaction(database.db, async (tx) => {
    await sql`update marks set times = 9`.execute(tx);
    throw error;
  });
  await expect(failing).rejects.toBe(error);
  expect(await times()).toEqual([0, 0]);
});
