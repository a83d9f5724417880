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
 * Fair shares: a job's priority is minus the number of jobs its project already holds, so that projects take turns
 * in the queue however many jobs each has waiting.
 * @param defaultLimit for projects without a limit of their own
 * @returns how many were admitted
 */
export async function admitJobs(
  tx: Transaction,
  queue: JobQueue,
  projectId: string,
  defaultLimit: number,
): Promise<number> {
  const admitted = await sql<{ id: string; kind: JobKind; held: number }>`
    with project as (
      select coalesce((limits ->> 'max_running_jobs')::int, ${defaultLimit}::int) as max_running_jobs
      from projects where id = ${projectId}
    ), held as (
      select count(*) as n from jobs where project_id = ${projectId} and holds_slot
    ), next as (
      select id from jobs
      where project_id = ${projectId} and status = 'PENDING' and not holds_slot
      order by created_at, id
      limit greatest(0, (select max_running_jobs from project) - (select n from held))
    )
    update jobs j set holds_slot = true from next, held where j.id = next.id
    returning j.id, j.kind, held.n as held`.execute(tx);
  const ranked = admitted.rows
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((row, index) => ({ kind: row.kind, ticket: { id: uuidOf(row.id), priority: -(row.held + index) } }));
  for (const kind of JOB_KINDS) {
    const tickets = ranked.filter((job) => job.kind === kind).map((job) => job.ticket);
    await queue.enqueue(tx, kind, tickets);
  }
  return admitted.rows.length;
}

/** Admitted jobs that have not moved for this long are given a ticket again, should theirs be gone. */
const STALE_SECONDS = 60;

/**
 * Makes sure that every admitted job has its ticket. A ticket that is there stays as it is, waiting or held; one for
 * a job that ends at this very moment is recognised when it is claimed.
 */
export async function renewTickets(tx: Transaction, queue: JobQueue): Promise<void> {
  const stale = await sql<{ id: string; kind: JobKind }>`
    select id, kind from jobs
    where holds_slot and updated_at < now() - ${STALE_SECONDS}::int * interval '1 second'`.execute(tx);
  for (const kind of JOB_KINDS) {
    const tickets = stale.rows.filter((job) => job.kind === kind).map((job) => ({ id: uuidOf(job.id) }));
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
