import { sql, type RawBuilder } from 'kysely';
import type { JobKind, JobStatus } from '../model/job-states.ts';
import { createdWithin, type CreatedBounds } from './created-bounds.ts';
import type { Executor } from './database.ts';
import { listedJobColumns, listedParameters, type ListedParameters } from './listed-columns.ts';
import { countRows, pageQuery, toRowPage, type Conditions, type PageRequest, type RowPage } from './pages.ts';
import { MAX_JOBS_AHEAD, type JobWithParameters } from './jobs.ts';

/** Lists of jobs, and what is counted for the jobs of a page. */

/** Which jobs a list is of. */
export interface JobFilter<Kind extends JobKind = JobKind> extends CreatedBounds {
  readonly projectId: string;
  readonly kind: Kind;
  readonly status?: JobStatus;
  readonly ids?: readonly string[];
  /** What an extract job's client named. */
  readonly fileInput?: string;
  /** Whether that is a parse job. */
  readonly inputIsParseJob?: boolean;
  readonly configurationId?: string;
}

/** What a status implies, so that its index is found. */
const INDEXED: Readonly<Record<JobStatus, readonly RawBuilder<unknown>[]>> = {
  PENDING: [sql`finished_at is null`],
  RUNNING: [sql`holds_slot`],
  COMPLETED: [],
  FAILED: [sql`error_code is not null`],
  CANCELLED: [sql`error_code is null and error_message is not null`],
};

/** What must hold for every job of the list. */
export function jobConditions(filter: JobFilter): Conditions {
  const { status, ids, fileInput, inputIsParseJob, configurationId } = filter;
  const conditions: [RawBuilder<unknown>, ...RawBuilder<unknown>[]] = [
    sql`project_id = ${filter.projectId}`,
    sql`kind = ${filter.kind}`,
  ];
  if (status !== undefined) conditions.push(sql`status = ${status}`, ...INDEXED[status]);
  if (ids !== undefined) conditions.push(sql`id = any(${ids}::text[])`);
  if (fileInput !== undefined) conditions.push(sql`file_input = ${fileInput}`);
  if (inputIsParseJob !== undefined)
    conditions.push(sql`(file_input like 'pjb-%') = ${inputIsParseJob}::boolean`);
  // Written so that the index of extract jobs is found.
  if (configurationId !== undefined)
    conditions.push(sql`file_input is not null and configuration_id = ${configurationId}`);
  conditions.push(...createdWithin(filter));
  return conditions;
}

/**
 * The newest jobs that pass the filter, from the page's position on, those of batches included.
 * @param parameters how much of their parameters is read, of which a row may have a quarter of a megabyte
 */
export async function listJobs<Kind extends JobKind>(
  db: Executor,
  filter: JobFilter<Kind>,
  page: PageRequest,
  parameters: ListedParameters = 'tier',
): Promise<RowPage<JobWithParameters<Kind>>> {
  // A position is never beyond the upper bound, and with both PostgreSQL would begin its scan at the bound.
  const { createdAtOnOrBefore: _, ...rest } = filter;
  const [{ rows: found }, total] = await Promise.all([
    pageQuery('jobs', jobConditions(page.after ? rest : filter), page, listedJobColumns(parameters)).execute(
      db,
    ),
    countRows(db, 'jobs', jobConditions(filter)),
  ]);
  const listed = toRowPage(found, total, page.size);
  const batchIds = [...new Set(listed.rows.flatMap((job) => (job.parameters ? [] : (job.batch_id ?? []))))];
  const ofBatch = await batchParameters(db, batchIds, parameters);
  const rows = listed.rows.map((job) => ({
    ...job,
    parameters: job.parameters ?? ofBatch.get(job.batch_id ?? '') ?? {},
  }));
  // The filter's kind decides what a row's result is.
  return { ...listed, rows: rows as unknown as JobWithParameters<Kind>[] };
}

async function batchParameters(
  db: Executor,
  ids: readonly string[],
  parameters: ListedParameters,
): Promise<Map<string, Record<string, unknown>>> {
  if (ids.length === 0) return new Map();
  const found = await sql<{ id: string; parameters: Record<string, unknown> }>`
    select id, ${listedParameters(sql`resolved_parameters`, parameters)} as parameters from batches where id = any(${ids})`.execute(
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
      where project_id = ${projectId} and finished_at is null and not holds_slot
      order by created_at, id limit ${MAX_JOBS_AHEAD}
    ) as queue
    where queue.id = any(${ids})`.execute(db);
  return new Map(placed.rows.map((row) => [row.id, row.ahead]));
}
