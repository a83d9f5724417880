import { randomUUID } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import { expect, test } from 'vitest';
import { openTestDatabase } from '../../test/support/test-database.ts';
import { awaitMigrations } from './await-migrations.ts';
import { migrate, NewerSchemaError, OlderProgramsError, readSchemaState } from './migrate.ts';
import { MIGRATIONS, OLDEST_PROGRAM, type MigrationStep } from './migrations/index.ts';

const adding = (table: string): MigrationStep => ({
  up: async (db: Kysely<unknown>) => {
    await sql`create table ${sql.id(table)} (n int)`.execute(db);
  },
});

/** What the next version may bring: a migration that older programs can live with, or one that they cannot. */
const nextPlan = (step: MigrationStep, { breaking }: { breaking: boolean }) => ({
  migrations: { ...MIGRATIONS, '9000-next': step },
  oldestProgram: breaking ? '9000-next' : OLDEST_PROGRAM,
});

const enterProgram = (newest: string) => sql`
  insert into programs (id, version, role, host, newest_migration)
  values (${randomUUID()}, '1.2.3', 'worker', 'here', ${newest})`;

test('brings an empty database up to date, and then finds nothing to do', async () => {
  await using database = await openTestDatabase({ migrated: false });
  expect(await migrate(database.db)).toEqual(Object.keys(MIGRATIONS));
  expect(await migrate(database.db)).toEqual([]);
  await expect(database.db.selectFrom('batches').selectAll().execute()).resolves.toEqual([]);
});

test('may be run by many at once', async () => {
  await using database = await openTestDatabase({ migrated: false });
  const applied = await Promise.all(Array.from({ length: 4 }, () => migrate(database.db)));
  expect(applied.flat()).toEqual(Object.keys(MIGRATIONS));
});

test('goes on where an earlier run was interrupted', async () => {
  await using database = await openTestDatabase();
  const failing = { up: () => Promise.reject(new Error('died')) };
  const migrations = { ...MIGRATIONS, '9000-next': adding('first'), '9001-next': failing };
  const plan = { migrations, oldestProgram: OLDEST_PROGRAM };
  await expect(migrate(database.db, { plan })).rejects.toThrow('died');
  const mended = { ...plan, migrations: { ...migrations, '9001-next': adding('second') } };
  expect(await migrate(database.db, { plan: mended })).toEqual(['9001-next']);
});

test('an older program works with a schema that says so, and refuses any other', async () => {
  await using database = await openTestDatabase();
  await migrate(database.db, { plan: nextPlan(adding('extra'), { breaking: false }) });
  expect(await readSchemaState(database.db)).toMatchObject({ unknown: ['9000-next'], compatible: true });
  expect(await migrate(database.db)).toEqual([]);
  await awaitMigrations(database.db, () => undefined);

  const breaking = {
    migrations: { ...MIGRATIONS, '9001-break': adding('other') },
    oldestProgram: '9001-break',
  };
  await migrate(database.db, {
    plan: { ...breaking, migrations: { ...breaking.migrations, '9000-next': adding('extra') } },
  });
  await expect(migrate(database.db)).rejects.toThrow(NewerSchemaError);
  await expect(migrate(database.db)).rejects.toThrow(/9000-next, 9001-break/);
  await expect(awaitMigrations(database.db, () => undefined)).rejects.toThrow(NewerSchemaError);
});

test('a database of a newer program that says nothing of older ones is refused', async () => {
  await using database = await openTestDatabase();
  await sql`insert into schema_migrations (name, timestamp) values ('9999-future', 'later')`.execute(
    database.db,
  );
  await sql`update schema_migrations_floor set migration = '9999-future'`.execute(database.db);
  await expect(migrate(database.db)).rejects.toThrow(/9999-future/);
});

test('does not leave running programs behind unless told to', async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  await enterProgram(OLDEST_PROGRAM).execute(db);
  const breaking = nextPlan(adding('extra'), { breaking: true });
  const refused = migrate(db, { plan: breaking });
  await expect(refused).rejects.toThrow(OlderProgramsError);
  await expect(refused).rejects.toThrow(/worker 1\.2\.3 on here/);
  expect((await readSchemaState(db, breaking)).pending).toEqual(['9000-next']);

  await sql`update programs set seen_at = now() - interval '61 seconds'`.execute(db);
  await enterProgram('9000-next').execute(db);
  expect(await migrate(db, { plan: breaking })).toEqual(['9000-next']);

  await enterProgram(OLDEST_PROGRAM).execute(db);
  const further = { ...breaking, migrations: { ...breaking.migrations, '9001-next': adding('more') } };
  const forced = { ...further, oldestProgram: '9001-next' };
  expect(await migrate(db, { plan: forced, force: true })).toEqual(['9001-next']);
});

test('a table in use is not queued up for: others get through until it is free', async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  const step: MigrationStep = {
    up: async (tx) => {
      await sql`alter table secrets add column extra text`.execute(tx);
    },
  };
  let waits = 0;
  let free: () => void = () => undefined;
  const freed = new Promise<void>((resolve) => (free = resolve));
  let reads: () => void = () => undefined;
  const reading = new Promise<void>((resolve) => (reads = resolve));
  const reader = db.transaction().execute(async (tx) => {
    await sql`select * from secrets`.execute(tx);
    reads();
    await freed;
  });
  await reading;
  const migrated = migrate(db, {
    plan: nextPlan(step, { breaking: false }),
    lockTimeoutMs: 50,
    onWait: () => {
      waits += 1;
      if (waits === 3) free();
    },
  });
  await reader;
  expect(await migrated).toEqual(['9000-next']);
  expect(waits).toBe(3);
});

test('builds indexes while others write, and mends one that was left unfinished', async () => {
  await using database = await openTestDatabase();
  const { db } = database;
  await sql`insert into secrets (name, value) values ('a', 'x'), ('b', 'x')`.execute(db);
  // A unique index that cannot be built leaves an invalid one behind, as an interrupted build does.
  await expect(
    sql`create unique index concurrently secrets_by_value on secrets (value)`.execute(db),
  ).rejects.toThrow();
  let written: () => void = () => undefined;
  const writing = new Promise<void>((resolve) => (written = resolve));
  let writes: () => void = () => undefined;
  const begun = new Promise<void>((resolve) => (writes = resolve));
  const writer = db.transaction().execute(async (tx) => {
    await sql`insert into secrets (name, value) values ('c', 'y')`.execute(tx);
    writes();
    await writing;
  });
  await begun;
  const step: MigrationStep = { indexes: [{ name: 'secrets_by_value', on: 'secrets (value)' }] };
  const migrated = migrate(db, { plan: nextPlan(step, { breaking: false }) });
  // The build waits for the writer; meanwhile others still write.
  const waiting = sql`
    select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'
      and query ~ 'index concurrently'`;
  await expect.poll(async () => (await waiting.execute(db)).rows.length, { timeout: 10_000 }).toBe(1);
  await sql`insert into secrets (name, value) values ('d', 'z')`.execute(db);
  written();
  await writer;
  expect(await migrated).toEqual(['9000-next']);
  const index = await sql<{ valid: boolean; unique: boolean }>`
    select indisvalid as valid, indisunique as unique from pg_index
    where indexrelid = 'secrets_by_value'::regclass`.execute(db);
  expect(index.rows).toEqual([{ valid: true, unique: false }]);
});
