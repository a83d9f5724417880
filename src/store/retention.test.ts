import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { newUuid } from '../model/ids.ts';
import type { Transaction } from './database.ts';
import { releaseDueFiles } from './file-releases.ts';
import { asOnlyJanitor, findUnknownKeys, markGarbage, sortGarbage } from './retention.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Which tables the statements of `work` read from end to end although every other way was to be preferred. */
async function tablesWithoutIndex(work: (tx: Transaction) => Promise<unknown>): Promise<string[]> {
  return database.db.transaction().execute(async (tx) => {
    await sql`set local enable_seqscan = off`.execute(tx);
    await work(tx);
    const scanned = await sql<{ relname: string }>`
      select relname from pg_stat_xact_user_tables where seq_scan > 0 and schemaname = 'public'`.execute(tx);
    return scanned.rows.map((row) => row.relname);
  });
}

test('has an index for every look at what refers to a blob or a file', async () => {
  const { db } = database;
  await db.transaction().execute((tx) => markGarbage(tx, ['uploads/0/a', 'uploads/0/b']));
  await sql`insert into file_releases values (${newUuid()}, now())`.execute(db);
  expect(await tablesWithoutIndex((tx) => findUnknownKeys(tx, ['uploads/0/a', 'uploads/0/c']))).toEqual([]);
  expect(await tablesWithoutIndex((tx) => sortGarbage(tx, { graceSeconds: 0, limit: 10 }))).toEqual([]);
  expect(await tablesWithoutIndex((tx) => releaseDueFiles(tx, { limit: 10 }))).toEqual([]);
  // The way of looking sees what it is to see.
  expect(await tablesWithoutIndex((tx) => sql`select from jobs where name = 'x'`.execute(tx))).toEqual([
    'jobs',
  ]);
});

test('a lock that its holder loses with its connection is free again', async () => {
  const { db } = database;
  const inside = await asOnlyJanitor(db, async () => {
    expect(await asOnlyJanitor(db, () => Promise.resolve('second'))).toBeUndefined();
    await sql`
      select pg_terminate_backend(l.pid) from pg_locks l
      where locktype = 'advisory' and l.database = (select oid from pg_database where datname = current_database())`.execute(
      db,
    );
    return 'first';
  }).catch((error: unknown) => error);
  expect(inside).toBe('first');
  await expect
    .poll(() => asOnlyJanitor(db, () => Promise.resolve('third')), { timeout: 30_000 })
    .toBe('third');
});
