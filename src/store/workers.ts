import { sql } from 'kysely';
import type { JobKind } from '../model/job-states.ts';
import type { Executor, Transaction } from './database.ts';

/** The processes that run jobs. A row outlives its process until somebody finds it dead. */

export interface WorkerProcess {
  readonly id: string;
  readonly host: string;
  readonly pid: number;
  /** Where the pid means something: see `PID_PLACE`. */
  readonly pidPlace: string;
  readonly pidStarted: string;
}

/** A worker that was entered at some time. */
export interface KnownWorker extends WorkerProcess {
  /** It has not said for a while that it is there. */
  readonly isUnseen: boolean;
}

/** Enters a worker, or says that one that has been entered is still there. */
export async function registerWorker(db: Executor, worker: WorkerProcess): Promise<void> {
  await db
    .insertInto('workers')
    .values({
      id: worker.id,
      host: `${worker.host} ${worker.pidPlace}`,
      pid: worker.pid,
      pid_started: worker.pidStarted,
    })
    .onConflict((conflict) => conflict.column('id').doUpdateSet({ seen_at: sql<Date>`now()` }))
    .execute();
}

/**
 * Forgets workers that nobody has seen for so long, wherever they were, except those that still hold jobs: whoever
 * rescues these looks for them here.
 * @returns how many
 */
export async function forgetLostWorkers(db: Executor, lost: { unseenHours: number }): Promise<number> {
  const forgotten = await sql`
    delete from workers w where seen_at <= now() - ${lost.unseenHours}::float8 * interval '1 hour'
      and not exists (select from jobs j where j.holds_slot and j.worker_id = w.id and j.status = 'RUNNING')`.execute(
    db,
  );
  return Number(forgotten.numAffectedRows ?? 0);
}

/** The workers of a host name, wherever in it their pids mean something. */
export async function listWorkersOfHost(
  db: Executor,
  host: string,
  { unseenMinutes }: { unseenMinutes: number },
): Promise<KnownWorker[]> {
  const found = await sql<KnownWorker>`
    select id, split_part(host, ' ', 1) as host, split_part(host, ' ', 2) as "pidPlace", pid,
      pid_started as "pidStarted",
      seen_at <= now() - ${unseenMinutes}::float8 * interval '1 minute' as "isUnseen"
    from workers where split_part(host, ' ', 1) = ${host}`.execute(db);
  return found.rows;
}

export async function forgetWorkers(db: Executor, ids: readonly string[]): Promise<void> {
  if (ids.length > 0)
    await db
      .deleteFrom('workers')
      .where('id', 'in', [...ids])
      .execute();
}

/** The jobs that these workers hold, locked; those that another transaction is finishing are left out. */
export async function lockJobsOfWorkers(
  tx: Transaction,
  workerIds: readonly string[],
): Promise<{ id: string; kind: JobKind }[]> {
  const held = await sql<{ id: string; kind: JobKind }>`
    select id, kind from jobs where holds_slot and worker_id = any(${workerIds}::uuid[]) and status = 'RUNNING'
    for no key update skip locked`.execute(tx);
  return held.rows;
}
