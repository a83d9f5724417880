import { sql, type RawBuilder } from 'kysely';
import type { JobKind, JobStatus } from '../model/job-states.ts';
import type { Executor } from './database.ts';
import { LISTED_JOB_COLUMNS, tierOf } from './listed-columns.ts';
import { countRows, pageQuery, toRowPage, type Conditions, type PageRequest, type RowPage } from './pages.ts';
import { MAX_JOBS_AHEAD, type JobWithParameters } from './jobs.ts';

/** Lists of jobs, and what is counted for the jobs of a page. */

/** Which jobs a list is of. */
export interface JobFilter {
  readonly projectId: string;
  readonly kind: JobKind;
  readonly status?: JobStatus;
  readonly ids?: readonly string[];
  /** Both bounds are inclusive. */
  readonly createdAtOnOrAfter?: string;
  readonly createdAtOnOrBefore?: string;
}

/** What must hold for every job of the list. */
export function jobConditions(filter: JobFilter): Conditions {
  const { status, ids, createdAtOnOrAfter, createdAtOnOrBefore } = filter;
  const conditions: [RawBuilder<unknown>, ...RawBuilder<unknown>[]] = [
    sql`project_id = ${filter.projectId}`,
    sql`kind = ${filter.kind}`,
  ];
  if (status !== undefined) conditions.push(sql`status = ${status}`);
  if (ids !== undefined) conditions.push(sql`id = any(${ids}::text[])`);
  if (createdAtOnOrAfter !== undefined)
    conditions.push(sql`created_at >= ${createdAtOnOrAfter}::timestamptz`);
  if (createdAtOnOrBefore !== undefined)
    conditions.push(sql`created_at <= ${createdAtOnOrBefore}::timestamptz`);
  return conditions;
}

/**
 * The newest jobs that pass the filter, from the page's position on, those of batches included. Of their parameters
 * there is the tier only.
 */
export async function listJobs(
  db: Executor,
  filter: JobFilter,
  page: PageRequest,
): Promise<RowPage<JobWithParameters>> {
  // A position is never beyond the upper bound, and with both PostgreSQL would begin its scan at the bound.
  const { createdAtOnOrBefore: _, ...rest } = filter;
  const [{ rows: found }, total] = await Promise.all([
    pageQuery('jobs', jobConditions(page.after ? rest : filter), page, LISTED_JOB_COLUMNS).execute(db),
    countRows(db, 'jobs', jobConditions(filter)),
  ]);
  const listed = toRowPage(found, total, page.size);
  const batchIds = [...new Set(listed.rows.flatMap((job) => (job.parameters ? [] : (job.batch_id ?? []))))];
  const ofBatch = await batchParameters(db, batchIds);
  const rows = listed.rows.map((job) => ({
    ...job,
    parameters: job.parameters ?? ofBatch.get(job.batch_id ?? '') ?? {},
  }));
  return { ...listed, rows };
}

async function batchParameters(
  db: Executor,
  ids: readonly string[],
): Promise<Map<string, Record<string, unknown>>> {
  if (ids.length === 0) return new Map();
  const found = await sql<{ id: string; parameters: Record<string, unknown> }>`
    select id, ${tierOf(sql`resolved_parameters`)} as parameters from batches where id = any(${ids})`.execute(
    db,
  );
  return new Map(found.rows.map((row) => [row.id, row.parameters]));
}

/** How many jobs of the project wait for a slot and come before each of these. Jobs far behind are absent. */
export async function jobsAhead(
  db: Executor,
  projectId: string,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const placed = await sql<{ id: string; ahead: number }>`
    select queue.id, queue.ahead
    from (
      select id, row_number() over (order by created_at, id) - 1 as ahead from jobs
      where project_id = ${projectId} and status = 'PENDING' and not holds_slot
      order by created_at, id limit ${MAX_JOBS_AHEAD}
    ) as queue
    where queue.id = any(${ids})`.execute(db);
  return new Map(placed.rows.map((row) => [row.id, row.ahead]));
}
