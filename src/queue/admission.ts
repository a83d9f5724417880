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

/** Those of the projects that nobody else has locked, locked now. */
export async function lockFreeProjects(tx: Transaction, projectIds: readonly string[]): Promise<string[]> {
  const locked = await sql<{ id: string }>`
    select id from projects where id = any(${projectIds}::uuid[])
    order by id for no key update skip locked`.execute(tx);
  return locked.rows.map((row) => row.id);
}

/**
 * Admits as many waiting jobs of locked projects as each one's limit has room for, oldest first.
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
  projectIds: readonly string[],
  defaultLimit: number,
): Promise<number> {
  const admitted = await sql<AdmittedJob>`
    with next as materialized (
      select waiting.id, p.id as project_id, p.last_turn,
        row_number() over (partition by p.id order by waiting.created_at, waiting.id) as place
      from projects p
      cross join lateral (
        select id, created_at from jobs
        where project_id = p.id and finished_at is null and not holds_slot
        order by created_at, id
        limit greatest(0, coalesce((p.limits ->> 'max_running_jobs')::int, ${defaultLimit}::int)
          - (select count(*) from jobs where project_id = p.id and holds_slot))
      ) as waiting
      where p.id = any(${projectIds}::uuid[])
    ), clock as materialized (
      -- The turn that is due: the lowest that waits, or, where none waits, the one that was taken last.
      select coalesce(
        (select min(turn) - 1 from jobs where holds_slot and status = 'PENDING'),
        (select max(turn) from jobs where holds_slot), 0) as turn
      where exists (select from next)
    ), admitted as (
      update jobs j set holds_slot = true, turn = greatest(clock.turn, next.last_turn) + next.place
      from next, clock where j.id = next.id
      returning j.id, j.kind, j.turn, j.project_id
    ), moved as (
      update projects p set last_turn = last.turn
      from (select project_id, max(turn) as turn from admitted group by project_id) as last
      where p.id = last.project_id
    )
    select id, kind, turn from admitted`.execute(tx);
  await enqueueJobs(tx, queue, admitted.rows);
  return admitted.rows.length;
}

interface AdmittedJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly turn: number;
}

async function enqueueJobs(tx: Transaction, queue: JobQueue, jobs: readonly AdmittedJob[]): Promise<void> {
  for (const kind of JOB_KINDS) {
    const tickets = jobs
      .filter((job) => job.kind === kind)
      .map((job) => ({ id: uuidOf(job.id), priority: priorityOf(job.turn) }));
    await queue.enqueue(tx, kind, tickets);
  }
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
  const stale = await sql<AdmittedJob>`
    select id, kind, turn from jobs
    where holds_slot and updated_at < now() - ${STALE_SECONDS}::int * interval '1 second'`.execute(tx);
  await enqueueJobs(tx, queue, stale.rows);
}

/** Projects that have room and jobs that wait for it: what a sweep has to admit. */
export async function findProjectsToAdmit(tx: Transaction, defaultLimit: number): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select p.id from projects p
    where exists (select from jobs j where j.project_id = p.id and j.finished_at is null and not j.holds_slot)
      and (select count(*) from jobs j where j.project_id = p.id and j.holds_slot)
        < coalesce((p.limits ->> 'max_running_jobs')::int, ${defaultLimit}::int)`.execute(tx);
  return found.rows.map((row) => row.id);
}
