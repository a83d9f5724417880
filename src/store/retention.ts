import { sql } from 'kysely';
import type { Database, Executor, Transaction } from './database.ts';

/*
 * Bytes go in two steps: whoever deletes a row that points to a blob marks its key in the same transaction, and the
 * janitor deletes the blob when nothing has pointed to it for a while. So a rollback costs no bytes, and a crash
 * leaves none behind.
 */

/**
 * Marks blobs for deletion. Call it in the transaction that deletes a row pointing to them; other rows may go on
 * pointing to them, the janitor looks.
 */
export async function markGarbage(tx: Transaction, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  // In one order everywhere, so that two transactions do not wait for each other in a circle.
  await sql`
    insert into blob_garbage (key)
    select distinct key collate "C" as key from unnest(${keys}::text[]) as k (key) order by key
    on conflict (key) do update set since = now()`.execute(tx);
}

/**
 * Where rows point to blobs from. A new column that does belongs here, or its blobs are taken away. The indexes are
 * used only when the key is compared byte by byte (`collate "C"`): without, 200 keys among 100,000 files took 10 s.
 */
const isReferredTo = sql`(
  exists (select from files f where f.blob_key = k.key)
  or exists (select from jobs j where j.result ->> 'key' = k.key)
)`;

/** The first parts of keys that {@link isReferredTo} can speak of; other blobs are not touched. */
export const REFERABLE_PREFIXES: readonly string[] = ['results/', 'uploads/'];

/**
 * Takes keys that were marked longer ago than the grace time. Those that something points to are no garbage and are
 * forgotten. The transaction that points to a key anew has read the old pointer, so no grace that is longer than any
 * transaction lets one slip through.
 * @returns the others, whose blobs can be deleted, and how many were looked at
 */
export async function sortGarbage(
  tx: Transaction,
  options: { graceSeconds: number; limit: number },
): Promise<{ looked: number; deletable: string[] }> {
  const due = await sql<{ key: string }>`
    select key from blob_garbage where since <= now() - ${options.graceSeconds}::float8 * interval '1 second'
    order by since, key limit ${options.limit}::int for update skip locked`.execute(tx);
  const keys = due.rows.map((row) => row.key);
  if (keys.length === 0) return { looked: 0, deletable: [] };
  // A statement of its own, so that it sees what was committed until the rows were locked.
  const needed = await sql<{ key: string }>`
    delete from blob_garbage k where k.key = any(${keys}) and ${isReferredTo} returning k.key`.execute(tx);
  const kept = new Set(needed.rows.map((row) => row.key));
  return { looked: keys.length, deletable: keys.filter((key) => !kept.has(key)) };
}

/** Forgets keys whose blobs are deleted, unless somebody has marked them again meanwhile. */
export async function forgetGarbage(
  db: Executor,
  keys: readonly string[],
  options: { graceSeconds: number },
): Promise<void> {
  await sql`
    delete from blob_garbage
    where key = any(${keys}) and since <= now() - ${options.graceSeconds}::float8 * interval '1 second'`.execute(
    db,
  );
}

/** Those of the keys that nothing points to and that are not marked either. */
export async function findUnknownKeys(db: Executor, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const unknown = await sql<{ key: string }>`
    select k.key from (select given collate "C" as key from unnest(${keys}::text[]) as given) as k
    where not ${isReferredTo} and not exists (select from blob_garbage g where g.key = k.key)`.execute(db);
  return unknown.rows.map((row) => row.key);
}

/** Two numbers that no other lock of Sheaf uses: those have one. */
export const JANITOR_LOCK_KEY = '1399349601, 5';
const JANITOR_LOCK = sql.raw(JANITOR_LOCK_KEY);

/** Longer than a run takes; a holder that vanished without a word keeps the others from it no longer. */
const JANITOR_MINUTES = 15;

/**
 * Runs `work` while no other process of this database does. The lock belongs to a transaction that is open meanwhile
 * and has neither looked at nor changed a row, so that it holds up nothing else, works behind a pooler, and is given
 * back when the process dies.
 * @returns undefined when another process is at it
 */
export async function asOnlyJanitor<T>(db: Database, work: () => Promise<T>): Promise<T | undefined> {
  return db.connection().execute(async (connection) => {
    await sql`begin`.execute(connection);
    try {
      await sql`set local idle_in_transaction_session_timeout = ${sql.lit(`${JANITOR_MINUTES}min`)}`.execute(
        connection,
      );
      const tried = await sql<{
        locked: boolean;
      }>`select pg_try_advisory_xact_lock(${JANITOR_LOCK}) as locked`.execute(connection);
      return tried.rows[0]?.locked ? await work() : undefined;
    } finally {
      // Where the connection is lost, so is the lock.
      await sql`rollback`.execute(connection).catch(() => undefined);
    }
  });
}
