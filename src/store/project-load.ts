import { sql } from 'kysely';
import { JOB_KINDS, type JobKind } from '../model/job-states.ts';
import type { Executor } from './database.ts';

/** What a project has in the queue and running, and who works. */

/** Counting stops here: more helps nobody, and costs time. */
export const MAX_COUNTED_JOBS = 10_000;

/** Jobs of one kind that have not ended. */
export interface KindLoad {
  readonly kind: JobKind;
  readonly running: number;
  /** They have their place among the running ones and wait for a worker. */
  readonly queued: number;
  /** They wait for such a place. */
  readonly waiting: number;
  /** Seconds that the oldest of both has waited. */
  readonly oldestSeconds: number | null;
}

/** Reads two partial indexes, up to {@link MAX_COUNTED_JOBS} rows of each. */
export async function readProjectLoad(db: Executor, projectId: string): Promise<KindLoad[]> {
  const found = await sql<KindLoad>`
    with open as (
      (select kind, status, true as admitted, created_at from jobs
        where project_id = ${projectId} and holds_slot limit ${MAX_COUNTED_JOBS})
      union all
      (select kind, status, false, created_at from jobs
        where project_id = ${projectId} and finished_at is null and not holds_slot
        order by created_at, id limit ${MAX_COUNTED_JOBS})
    )
    select kind,
      count(*) filter (where status = 'RUNNING') as running,
      count(*) filter (where status = 'PENDING' and admitted) as queued,
      count(*) filter (where status = 'PENDING' and not admitted) as waiting,
      extract(epoch from now() - min(created_at) filter (where status = 'PENDING'))::float8 as "oldestSeconds"
    from open group by kind`.execute(db);
  return JOB_KINDS.map(
    (kind) =>
      found.rows.find((row) => row.kind === kind) ?? {
        kind,
        running: 0,
        queued: 0,
        waiting: 0,
        oldestSeconds: null,
      },
  );
}

/** How many batches of the project run. */
export async function countProjectBatches(db: Executor, projectId: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from batches where project_id = ${projectId} and status = 'RUNNING'`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** A worker process, without where it runs. */
export interface WorkerLife {
  readonly id: string;
  readonly started_at: Date;
  readonly heartbeatAge: number;
}

const MAX_WORKERS = 1_000;

/** Workers that were seen within the window, the oldest first. */
export async function listSeenWorkers(db: Executor, withinSeconds: number): Promise<WorkerLife[]> {
  const found = await sql<WorkerLife>`
    select id, started_at, greatest(0, extract(epoch from now() - seen_at))::float8 as "heartbeatAge"
    from workers where seen_at > now() - ${withinSeconds}::float8 * interval '1 second'
    order by started_at, id limit ${MAX_WORKERS}`.execute(db);
  return found.rows;
}
