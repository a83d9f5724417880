import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createLogger } from '../logger.ts';
import { createHints, type Hint, type Hints } from './hints.ts';

const DEADLINE_MS = 5_000;

let database: TestDatabase;
let instances: Hints[];

beforeAll(async () => {
  database = await openTestDatabase({ migrated: false });
});
beforeEach(() => {
  instances = [];
});
afterEach(async () => {
  await Promise.all(instances.map((hints) => hints.stop()));
  await waitUntil(async () => (await listeners()).length === 0, DEADLINE_MS, 'the instances to be gone');
});
afterAll(() => database.close());

/** One process's hints, and what it has heard. */
async function startInstance(connection = database.connection): Promise<{ hints: Hints; heard: Hint[] }> {
  const hints = createHints(connection, database.pool, { logger: createLogger({ level: 'silent' }) });
  instances.push(hints);
  const heard: Hint[] = [];
  hints.subscribe((hint) => heard.push(hint));
  await hints.start();
  return { hints, heard };
}

async function listeners(name?: string): Promise<number[]> {
  const found = await sql<{ pid: number }>`
    select pid from pg_stat_activity
    where datname = coalesce(${name ?? null}, current_database()) and application_name = 'sheaf-hints'
      and query ilike 'listen%' and state = 'idle'`.execute(database.db);
  return found.rows.map((row) => row.pid);
}

test('a hint reaches every instance, the sender too', async () => {
  const [one, two] = [await startInstance(), await startInstance()];
  one.hints.send('cancel');
  await waitUntil(() => two.heard.includes('cancel'), DEADLINE_MS, 'the hint at the other instance');
  expect(one.heard).toContain('cancel');
  expect(two.heard).not.toContain('work');
});

test('a sender hears itself also while nothing connects it to the others', async () => {
  const { hints, heard } = await startInstance();
  await hints.stop();
  hints.send('work');
  await waitUntil(() => heard.includes('work'), DEADLINE_MS, 'the hint');
});

test('many hints at once are sent as one', async () => {
  const [one, two] = [await startInstance(), await startInstance()];
  for (let i = 0; i < 50; i++) one.hints.send('work');
  one.hints.send('cancel');
  // Each kind goes over a connection of its own: either may be first.
  const both = () => two.heard.includes('cancel') && two.heard.includes('work');
  await waitUntil(both, DEADLINE_MS, 'both hints');
  expect(two.heard.filter((hint) => hint === 'work')).toHaveLength(1);
});

test('a subscription ends when its owner says so', async () => {
  const { hints, heard } = await startInstance();
  const early: Hint[] = [];
  const unsubscribe = hints.subscribe((hint) => early.push(hint));
  unsubscribe();
  hints.send('work');
  await waitUntil(() => heard.length > 0, DEADLINE_MS, 'the hint');
  expect(early).toEqual([]);
});

test('a listening connection that the server ends is replaced, and hints arrive again', async () => {
  const [one, two] = [await startInstance(), await startInstance()];
  const before = await listeners();
  expect(before).toHaveLength(2);
  await sql`select pg_terminate_backend(pid) from unnest(${before}::int[]) as pid`.execute(database.db);
  await waitUntil(
    async () => (await listeners()).filter((pid) => !before.includes(pid)).length === 2,
    DEADLINE_MS,
    'both instances to listen again',
  );
  one.hints.send('work');
  await waitUntil(() => two.heard.includes('work'), DEADLINE_MS, 'the hint after the reconnection');
});

test('start twice listens once; stop twice and stop before start are safe, and nobody listens afterwards', async () => {
  const { hints } = await startInstance();
  await hints.start();
  expect(await listeners()).toHaveLength(1);
  await hints.stop();
  await hints.stop();
  await waitUntil(async () => (await listeners()).length === 0, DEADLINE_MS, 'the connection to close');

  const never = createHints(database.connection, database.pool, {
    logger: createLogger({ level: 'silent' }),
  });
  await never.stop();
});

test('an instance whose database is not there yet starts all the same, and listens once it is', async () => {
  const { database: name } = database.connection as { database: string };
  const later = `${name}_later`;
  await startInstance({ ...database.connection, database: later });
  await sql`create database ${sql.id(later)}`.execute(database.db);
  try {
    await waitUntil(async () => (await listeners(later)).length === 1, DEADLINE_MS, 'the instance to listen');
  } finally {
    await instances[0]?.stop();
    await sql`drop database ${sql.id(later)} with (force)`.execute(database.db);
  }
});
