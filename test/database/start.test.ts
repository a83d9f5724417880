import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import LlamaCloud from '@llamaindex/llama-cloud';
import { sql } from 'kysely';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MIGRATIONS } from '../../src/store/migrations/index.ts';
import { createRoleProcess, type RoleProcess } from '../crash/role-process.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { PGBOUNCER, startPooler } from '../support/pgbouncer.ts';
import { makeDataDir, removeDataDir, waitUntil } from '../support/sheaf-server.ts';
import { runSheaf } from '../support/sheaf-command.ts';
import { openTestDatabase, urlOfTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** Many processes on one database: how they start together, and what becomes of one that a newer version overtakes. */

const PATIENCE_MS = 120_000;
/** A process looks so often whether it was overtaken. */
const LOOK_MS = 20_000;

let database: TestDatabase;
let dataDir: string;
let logDir: string;
const started: RoleProcess[] = [];

beforeEach(async () => {
  database = await openTestDatabase({ migrated: false });
  dataDir = await makeDataDir();
  logDir = await mkdtemp(join(tmpdir(), 'sheaf-start-'));
});
afterEach(async () => {
  await Promise.all(started.splice(0).map((process) => process.stop()));
  await removeDataDir(dataDir);
  await rm(logDir, { recursive: true, force: true });
  await database.close();
});

function processOf(name: string, role: 'api' | 'worker', more: Record<string, string> = {}): RoleProcess {
  const settings = {
    SHEAF_DATABASE_URL: urlOfTestDatabase(database),
    SHEAF_DATABASE_CONNECTIONS: '4',
    SHEAF_LOG_LEVEL: 'info',
    SHEAF_PARSE_PROCESSES: '1',
    ...more,
  };
  const process = createRoleProcess({ name, role, dataDir, logDir, settings });
  started.push(process);
  return process;
}

const logOf = (name: string): Promise<string> => readFile(join(logDir, `${name}.log`), 'utf8');

async function clientOf({ url }: RoleProcess): Promise<LlamaCloud> {
  const apiKey = (await readFile(join(dataDir, 'api-key'), 'utf8')).trim();
  return new LlamaCloud({ apiKey, baseURL: url ?? '', maxRetries: 0 });
}

async function parseOne(client: LlamaCloud): Promise<void> {
  const file = await client.files.create({
    file: new File([await exampleDocument('letter.pdf')], 'letter.pdf'),
    purpose: 'parse',
  });
  const { id } = await client.parsing.create({ file_id: file.id, tier: 'fast', version: 'latest' });
  await waitUntil(
    async () => (await client.parsing.get(id)).job.status === 'COMPLETED',
    PATIENCE_MS,
    'the job to be completed',
  );
}

test('ten that start at once on a new database: one migrates, there is one key, and all work', async () => {
  const processes = Array.from({ length: 10 }, (_, n) => processOf(`p${n}`, n % 2 === 0 ? 'worker' : 'api'));
  expect(await Promise.all(processes.map((one) => one.revive()))).toEqual(processes.map(() => true));

  const logs = await Promise.all(processes.map(({ name }) => logOf(name)));
  const migrators = logs.filter((log) => log.includes('the database was brought up to date'));
  expect(migrators).toHaveLength(1);
  const applied = await sql<{ name: string }>`select name from schema_migrations order by 1`.execute(
    database.db,
  );
  expect(applied.rows.map(({ name }) => name)).toEqual(Object.keys(MIGRATIONS));
  expect(await database.db.selectFrom('api_keys').select('name').execute()).toEqual([
    { name: 'first start' },
  ]);
  expect((await readdir(dataDir)).filter((name) => name.startsWith('api-key'))).toEqual(['api-key']);
  expect(await database.db.selectFrom('projects').select('name').execute()).toHaveLength(1);
  expect(await database.db.selectFrom('programs').select('id').execute()).toHaveLength(10);

  for (const api of processes.filter(({ url }) => url !== undefined)) await parseOne(await clientOf(api));
  await Promise.all(processes.map((one) => one.stop()));
  expect(processes.flatMap((one) => [...one.failedStarts, ...one.ownEnds])).toEqual([]);
  expect(await database.db.selectFrom('programs').select('id').execute()).toEqual([]);
}, 240_000);

test('a worker before the first server: it migrates, and waits for work', async () => {
  const worker = processOf('worker', 'worker');
  expect(await worker.revive()).toBe(true);
  expect(await database.db.selectFrom('api_keys').select('id').execute()).toEqual([]);
  const api = processOf('api', 'api');
  expect(await api.revive()).toBe(true);
  await parseOne(await clientOf(api));
}, 120_000);

test('with SHEAF_MIGRATE=wait servers wait, commands say what to run, and doctor too', async () => {
  const settings = { SHEAF_MIGRATE: 'wait', SHEAF_DATABASE_URL: urlOfTestDatabase(database) };
  const api = processOf('api', 'api', settings);
  const ready = api.revive();
  await waitUntil(
    async () => /waiting for somebody to run `sheaf migrate up`/.test(await logOf('api')),
    PATIENCE_MS,
    'the server to wait',
  );
  for (const command of ['keys', 'projects', 'organizations']) {
    const run = await runSheaf(dataDir, [command, 'list'], settings);
    expect(run.code, command).toBe(1);
    expect(run.errors).toMatch(/SHEAF_MIGRATE=wait .*Run `sheaf migrate up`/);
  }
  const doctor = await runSheaf(dataDir, ['doctor'], settings);
  expect(doctor.output).toMatch(/^without +migrations .*\n +→ run `sheaf migrate up`/m);
  const tables = await sql`select from pg_tables where schemaname = 'public'`.execute(database.db);
  expect(tables.rows).toEqual([]);

  expect((await runSheaf(dataDir, ['migrate', 'up'], settings)).code).toBe(0);
  expect(await ready).toBe(true);
  expect((await runSheaf(dataDir, ['keys', 'list'], settings)).code).toBe(0);
}, 240_000);

/** What a newer version does that adds to the schema. @param oldest the migration that a program has to know then */
async function migrateBeyond(oldest: string): Promise<void> {
  await sql`insert into schema_migrations (name, timestamp) values ('9999_of_the_future', '')`.execute(
    database.db,
  );
  await sql`update schema_migrations_floor set migration = ${oldest}`.execute(database.db);
}

test('a newer schema with which this version can work is well; one with which it cannot ends it, with the reason', async () => {
  const api = processOf('api', 'api');
  const worker = processOf('worker', 'worker');
  expect(await Promise.all([api.revive(), worker.revive()])).toEqual([true, true]);
  await migrateBeyond(Object.keys(MIGRATIONS)[0] ?? '');
  const settings = { SHEAF_DATABASE_URL: urlOfTestDatabase(database) };
  const doctor = await runSheaf(dataDir, ['doctor'], settings);
  expect(doctor.output).toMatch(/^ok +migrations .*newer Sheaf \(9999_of_the_future\).* can work/m);
  await parseOne(await clientOf(api));

  await sql`update schema_migrations_floor set migration = '9999_of_the_future'`.execute(database.db);
  for (const one of [api, worker]) {
    await waitUntil(() => one.ownEnds.length > 0, 3 * LOOK_MS, `the ${one.name} to end`);
    expect(one.ownEnds[0]).toContain('exit code 1');
    expect(await logOf(one.name)).toContain(
      'sheaf serve: The database was migrated by a newer Sheaf (this one does not know: 9999_of_the_future)',
    );
  }
  const after = await runSheaf(dataDir, ['doctor'], settings);
  expect(after.output).toMatch(/^failed +migrations .*cannot work with it\n +→ run that version/m);
}, 240_000);

test.skipIf(!PGBOUNCER)(
  'behind a pooler, SHEAF_DATABASE_DIRECT_URL brings notifications from other processes',
  async () => {
    await using pooler = await startPooler();
    if ('url' in database.connection) throw new Error('the settings of a test database are not a URL');
    const settings = {
      SHEAF_DATABASE_URL: pooler.urlOf(database.connection.database),
      SHEAF_DATABASE_DIRECT_URL: urlOfTestDatabase(database),
    };
    const api = processOf('api', 'api', settings);
    const worker = processOf('worker', 'worker', settings);
    expect(await api.revive()).toBe(true);
    expect(await worker.revive()).toBe(true);
    expect(await logOf('worker')).toMatch(/"notifications":true.*SHEAF_DATABASE_DIRECT_URL/);
    const listening = await sql<{ application: string; listens: boolean }>`
      select application_name as application, query ilike 'listen%' as listens from pg_stat_activity
      where datname = current_database() and application_name = 'sheaf-hints'`.execute(database.db);
    expect(listening.rows).toEqual([1, 2].map(() => ({ application: 'sheaf-hints', listens: true })));
    // What is sent through the pooler arrives past it.
    const heard = listenTo(database);
    await parseOne(await clientOf(api));
    expect(await heard).toBe('work');
  },
  120_000,
);

/** The first hint that the processes send each other. */
async function listenTo({ pool }: TestDatabase): Promise<string | undefined> {
  const client = await pool.connect();
  try {
    await client.query('listen sheaf_hints');
    return await new Promise((resolve) => client.once('notification', ({ payload }) => resolve(payload)));
  } finally {
    client.release(true);
  }
}
