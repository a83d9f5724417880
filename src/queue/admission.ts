import { sql } from 'kysely';
import { uuidOf } from '../model/ids.ts';
import { JOB_KINDS, type JobKind } from '../model/job-states.ts';
import type { Transaction } from '../store/database.ts';
import type { JobQueue } from './port.ts';

/**
 * Admission: how many jobs of a project may be in the queue or running at the same time. The limit is exact,
 * because it is counted under the project's row lock; the queue holds only admitted jobs and so stays small.
 */

/** Locks the projects' rows in an order that every transaction shares. Take it before any batch, job or ticket. */
export async function lockProjects(tx: Transaction, projectIds: readonly string[]): Promise<void> {
  await sql`select id from projects where id = any(${projectIds}::uuid[]) order by id for no key update`.execute(
    tx,
  );
}

/**
 * Admits as many waiting jobs of a locked project as its limit has room for, oldest first.
 *
 * Fair shares: every admitted job gets a turn, a number on a clock that all projects share, and lower turns are
 * claimed first. A project's jobs take consecutive turns, beginning where the clock stands or where its own last job
 * stood, whichever is later. So projects with work alternate one by one, whatever their limits and however many jobs
 * each has waiting, and one that comes late neither waits behind a backlog nor makes up for the time it was away.
 * (Start-time fair queuing, Goyal, Vin and Cheng 1996, with every job taken to be of one size.)
 * @param defaultLimit for projects without a limit of their own
 * @returns how many were admitted
 */
export async function admitJobs(
  tx: Transaction,
  queue: JobQueue,
  projectId: string,
  defaultLimit: number,
): Promise<number> {
  const admitted = await sql<{ id: string; kind: JobKind; turn: number }>`
    with project as (
      select last_turn, coalesce((limits ->> 'max_running_jobs')::int, ${defaultLimit}::int) as max_running_jobs
      from projects where id = ${projectId}
    ), next as (
      select id, row_number() over (order by created_at, id) as place from (
        select id, created_at from jobs
        where project_id = ${projectId} and status = 'PENDING' and not holds_slot
        order by created_at, id
        limit greatest(0, (select max_running_jobs from project)
          - (select count(*) from jobs where project_id = ${projectId} and holds_slot))
      ) as waiting
    ), clock as (
      -- The turn that is due: the lowest that waits, or, where none waits, the one that was taken last.
      select coalesce(min(turn) filter (where status = 'PENDING') - 1, max(turn), 0) as turn
      from jobs where holds_slot and exists (select from next)
    )
    update jobs j
    set holds_slot = true, turn = greatest((select turn from clock), (select last_turn from project)) + next.place
    from next where j.id = next.id
    returning j.id, j.kind, j.turn`.execute(tx);
  if (admitted.rows.length === 0) return 0;
  const lastTurn = Math.max(...admitted.rows.map((row) => row.turn));
  await sql`update projects set last_turn = ${lastTurn} where id = ${projectId}`.execute(tx);
  for (const kind of JOB_KINDS) {
    const tickets = admitted.rows
      .filter((job) => job.kind === kind)
      .map((job) => ({ id: uuidOf(job.id), priority: priorityOf(job.turn) }));
    await queue.enqueue(tx, kind, tickets);
  }
  return admitted.rows.length;
}

/** Lower turns first. The queue's priorities have 32 bits, which turns outgrow after two thousand million jobs. */
function priorityOf(turn: number): number {
  return -(turn % 2 ** 31);
}

/** Admitted jobs that have not moved for this long are given a ticket again, should theirs be gone. */
const STALE_SECONDS = 60;

/**
 * Makes sure that every admitted job has its ticket. A ticket that is there stays as it is, waiting or held; one for
 * a job that ends at this very moment is recognised when it is claimed.
 */
export async function renewTickets(tx: Transaction, queue: JobQueue): Promise<void> {
  const stale = await sql<{ id: string; kind: JobKind; turn: number }>`
    select id, kind, turn from jobs
    where holds_slot and updated_at < now() - ${STALE_SECONDS}::int * interval '1 second'`.execute(tx);
  for (const kind of JOB_KINDS) {
    const tickets = stale.rows
      .filter((job) => job.kind === kind)
      .map((job) => ({ id: uuidOf(job.id), priority: priorityOf(job.turn) }));
    await queue.enqueue(tx, kind, tickets);
  }
}

/** Projects that have room and jobs that wait for it: what a sweep has to admit. */
export async function findProjectsToAdmit(tx: Transaction, defaultLimit: number): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select p.id from projects p
    where exists (select from jobs j where j.project_id = p.id and j.status = 'PENDING' and not j.holds_slot)
      and (select count(*) from jobs j where j.project_id = p.id and j.holds_slot)
        < coalesce((p.limits ->> 'max_running_jobs')::int, ${defaultLimit}::int)`.execute(tx);
  return found.rows.map((row) => row.id);
}
