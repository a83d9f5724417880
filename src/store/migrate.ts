import { sql, type Kysely } from 'kysely';
import type { Database, Executor, Transaction } from './database.ts';
import { MIGRATIONS, OLDEST_PROGRAM, type MigrationStep } from './migrations/index.ts';
import { inTransaction } from './transaction.ts';

/** The database was migrated by a newer Sheaf, and this one cannot work with what that made of it. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';

  constructor(unknown: readonly string[]) {
    super(
      `The database was migrated by a newer Sheaf (this one does not know: ${unknown.join(', ')}), and this one cannot ` +
        `work with it. Run that version or a later one, or restore a backup made before the upgrade.`,
    );
  }
}

/** Programs are running that could not work with the migrated schema. */
export class OlderProgramsError extends Error {
  override readonly name = 'OlderProgramsError';

  constructor(programs: readonly { version: string; role: string; host: string }[]) {
    const named = programs.map(({ version, role, host }) => `${role} ${version} on ${host}`);
    super(
      `The database is not migrated while older programs run that could not work with it (${named.join(', ')}). ` +
        'Stop them, and start this one a minute later; or run `sheaf migrate up --force`, after which they fail.',
    );
  }
}

/** What a program migrates to, and what it says of others; in tests something else than its own. */
export interface MigrationPlan {
  readonly migrations: Readonly<Record<string, MigrationStep>>;
  /** The newest migration that a program has to know to work with the schema after all of these. */
  readonly oldestProgram: string;
}

/** Bounds of {@link migrate}. */
export interface MigrateOptions {
  readonly plan?: MigrationPlan;
  /** Migrate although programs run that cannot work with the outcome. */
  readonly force?: boolean;
  /** What a statement waits for a table before it lets those pass who wait behind it, in milliseconds. */
  readonly lockTimeoutMs?: number;
  /** Told whenever something is waited for. */
  readonly onWait?: (why: string) => void;
}

const OWN_PLAN: MigrationPlan = { migrations: MIGRATIONS, oldestProgram: OLDEST_PROGRAM };

/** A statement that waits for a table makes everybody wait who comes after it, so it does not wait long. */
const LOCK_TIMEOUT_MS = 2_000;
const FIRST_PAUSE_MS = 200;
const MAX_PAUSE_MS = 5_000;
/** How often a migration is tried that finds its table in use. */
const LOCK_ATTEMPTS = 60;

/** Two numbers that no other lock of Sheaf uses. */
const MIGRATION_LOCK = sql`1399349601, 6`;

/** How the database stands to a program. */
export interface SchemaState {
  readonly applied: readonly string[];
  readonly pending: readonly string[];
  /** Those that only a newer program knows. */
  readonly unknown: readonly string[];
  /** Whether this program can work with what newer ones have made of the schema. */
  readonly compatible: boolean;
}

/** Looks at the schema and changes nothing. */
export async function readSchemaState(db: Executor, plan: MigrationPlan = OWN_PLAN): Promise<SchemaState> {
  const tables = await sql<{ migrations: boolean; floor: boolean }>`
    select to_regclass('schema_migrations') is not null as migrations,
      to_regclass('schema_migrations_floor') is not null as floor`.execute(db);
  const known = Object.keys(plan.migrations);
  if (!tables.rows[0]?.migrations) return { applied: [], pending: known, unknown: [], compatible: true };
  const rows = await sql<{ name: string }>`select name from schema_migrations order by name`.execute(db);
  const applied = rows.rows.map((row) => row.name);
  const unknown = applied.filter((name) => !known.includes(name));
  const floor = tables.rows[0].floor
    ? (await sql<{ migration: string }>`select migration from schema_migrations_floor`.execute(db)).rows[0]
    : undefined;
  return {
    applied,
    pending: known.filter((name) => !applied.includes(name)),
    unknown,
    compatible: unknown.length === 0 || (floor !== undefined && known.includes(floor.migration)),
  };
}

/** @throws NewerSchemaError when the schema has become something that this program cannot work with */
export function refuseNewerSchema(state: SchemaState): void {
  if (!state.compatible) throw new NewerSchemaError(state.unknown);
}

/**
 * Brings the schema up to this program's. Safe to run from many processes at once: one migrates, the others wait for it.
 * Each migration is a transaction of its own, so whoever comes after a death goes on where it stopped. A newer schema
 * that says of itself that this program can work with it is left as it is.
 * @throws NewerSchemaError when the schema is one that this program cannot work with
 * @throws OlderProgramsError when programs run that could not work with the outcome
 * @returns the names of the migrations that were applied
 */
export async function migrate(db: Database, options: MigrateOptions = {}): Promise<string[]> {
  const plan = options.plan ?? OWN_PLAN;
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    const state = await readSchemaState(db, plan);
    refuseNewerSchema(state);
    if (state.pending.length === 0) return [];
    const applied = await asOnlyMigrator(db, () => applyPending(db, plan, options));
    if (applied) return applied;
    options.onWait?.('another process is migrating the database');
    await sleep(pause);
  }
}

/**
 * Runs `work` while no other process migrates, or not at all. The lock belongs to a transaction that does nothing else:
 * it works behind a pooler, and an index that is built beside it need not wait for it.
 */
async function asOnlyMigrator<T>(db: Database, work: () => Promise<T>): Promise<T | undefined> {
  return db.connection().execute(async (connection) => {
    await sql`begin`.execute(connection);
    try {
      await sql`set local idle_in_transaction_session_timeout = 0`.execute(connection);
      const tried = await sql<{
        locked: boolean;
      }>`select pg_try_advisory_xact_lock(${MIGRATION_LOCK}) as locked`.execute(connection);
      return tried.rows[0]?.locked ? await work() : undefined;
    } finally {
      await sql`rollback`.execute(connection).catch(() => undefined);
    }
  });
}

async function applyPending(db: Database, plan: MigrationPlan, options: MigrateOptions): Promise<string[]> {
  await prepareBookkeeping(db);
  // Another one may have migrated between the look and the lock.
  const state = await readSchemaState(db, plan);
  refuseNewerSchema(state);
  if (state.pending.length === 0) return [];
  if (!options.force) await refuseOlderPrograms(db, plan);
  for (const name of state.pending) {
    const step = plan.migrations[name];
    if (step) await patiently(options, name, () => apply(db, name, step, options));
  }
  return [...state.pending];
}

/** The same tables as those of earlier versions, which also know a lock table that nobody needs any more. */
async function prepareBookkeeping(db: Database): Promise<void> {
  await sql`create table if not exists schema_migrations (
    name varchar(255) primary key, timestamp varchar(255) not null)`.execute(db);
  await sql`create table if not exists schema_migrations_floor (
    only_row boolean primary key default true check (only_row), migration text not null)`.execute(db);
}

/** Programs that have said lately that they are there and do not know what the new schema asks them to know. */
async function refuseOlderPrograms(db: Database, plan: MigrationPlan): Promise<void> {
  const table = await sql<{ found: boolean }>`select to_regclass('programs') is not null as found`.execute(
    db,
  );
  if (!table.rows[0]?.found) return;
  const running = await sql<{ version: string; role: string; host: string }>`
    select distinct version, role, host from programs
    where seen_at > now() - interval '1 minute' and newest_migration < ${plan.oldestProgram}
    order by 1, 2, 3`.execute(db);
  if (running.rows.length > 0) throw new OlderProgramsError(running.rows);
}

async function apply(
  db: Database,
  name: string,
  step: MigrationStep,
  { lockTimeoutMs = LOCK_TIMEOUT_MS, plan = OWN_PLAN }: MigrateOptions,
): Promise<void> {
  for (const index of step.indexes ?? []) await buildIndex(db, index);
  await inTransaction(db, async (tx) => {
    await sql`set local lock_timeout = ${sql.lit(lockTimeoutMs)}`.execute(tx);
    await step.up?.(tx as unknown as Kysely<unknown>);
    await record(tx, name, plan);
  });
}

/** The primary key keeps two migrators apart, should the first have lost its lock with its connection. */
async function record(tx: Transaction, name: string, { oldestProgram }: MigrationPlan): Promise<void> {
  await sql`insert into schema_migrations (name, timestamp) values (${name}, ${new Date().toISOString()})`.execute(
    tx,
  );
  // A program that knows this migration also knows the earlier ones.
  const floor = name < oldestProgram ? name : oldestProgram;
  await sql`insert into schema_migrations_floor (migration) values (${floor})
    on conflict (only_row) do update set migration = greatest(schema_migrations_floor.migration, excluded.migration)`.execute(
    tx,
  );
}

/** Builds an index while others write. One that an earlier attempt has left unfinished is removed first. */
async function buildIndex(db: Database, index: { name: string; on: string }): Promise<void> {
  const found = await sql<{ valid: boolean }>`
    select indisvalid as valid from pg_index where indexrelid = to_regclass(${index.name})`.execute(db);
  if (found.rows[0]?.valid) return;
  const name = sql.id(index.name);
  if (found.rows.length > 0) await sql`drop index concurrently if exists ${name}`.execute(db);
  await db.connection().execute(async (connection) => {
    // It waits for every transaction that has begun before it, and holds nobody up meanwhile.
    await sql`set lock_timeout = 0`.execute(connection);
    try {
      await sql`create index concurrently ${name} on ${sql.raw(index.on)}`.execute(connection);
    } finally {
      await sql`reset lock_timeout`.execute(connection).catch(() => undefined);
    }
  });
}

/** Lets those pass who wait behind a table that is in use, and tries again. */
async function patiently(options: MigrateOptions, name: string, attempt: () => Promise<void>): Promise<void> {
  for (let tries = 1, pause = FIRST_PAUSE_MS; ; tries += 1, pause = Math.min(pause * 2, MAX_PAUSE_MS)) {
    try {
      return await attempt();
    } catch (error) {
      if ((error as { code?: string }).code !== LOCK_NOT_AVAILABLE || tries >= LOCK_ATTEMPTS) throw error;
      options.onWait?.(`migration ${name} waits for a table that is in use`);
      await sleep(pause);
    }
  }
}

const LOCK_NOT_AVAILABLE = '55P03';

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
