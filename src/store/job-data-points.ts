import { sql, type RawBuilder } from 'kysely';
import type { JobKind, JobStatus } from '../model/job-states.ts';
import { createdWithin, type CreatedBounds } from './created-bounds.ts';
import type { Executor } from './database.ts';
import {
  countRows,
  fromPosition,
  NEWEST_FIRST,
  toRowPage,
  type Conditions,
  type PageRequest,
  type RowPage,
} from './pages.ts';

/** What is told about a job without its content: enough for charts and alarms. */
export interface JobDataPoint {
  readonly id: string;
  readonly project_id: string;
  readonly status: JobStatus;
  readonly error_message: string | null;
  /** The free tag `client_name` of the job's parameters, or of its batch's. */
  readonly client_name: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

export interface JobDataPointFilter extends CreatedBounds {
  readonly projectId: string;
  readonly kind: JobKind;
  /** Made in the last so many hours. */
  readonly hours?: number;
  /** In any of these. */
  readonly statuses?: readonly JobStatus[];
}

/** The newest jobs that pass the filter, from the page's position on, those of batches included. */
export async function listJobDataPoints(
  db: Executor,
  filter: JobDataPointFilter,
  page: PageRequest,
): Promise<RowPage<JobDataPoint>> {
  // A position is never beyond the upper bound, and with both PostgreSQL would begin its scan at the bound.
  const { createdAtOnOrBefore: _, ...rest } = filter;
  const [{ rows }, total] = await Promise.all([
    jobDataPointQuery(conditionsOf(page.after ? rest : filter), page).execute(db),
    countRows(db, 'jobs', conditionsOf(filter)),
  ]);
  return toRowPage(rows, total, page.size);
}

/** The page is cut first, so that only its own batches are looked at. */
function jobDataPointQuery(conditions: Conditions, page: PageRequest): RawBuilder<JobDataPoint> {
  return sql`
    select j.id, j.project_id, j.status, j.error_message, j.created_at, j.updated_at, j.started_at, j.finished_at,
      coalesce(j.parameters, b.resolved_parameters) ->> 'client_name' as client_name
    from (
      select * from jobs where ${sql.join(fromPosition('jobs', conditions, page), sql` and `)}
      order by ${NEWEST_FIRST} limit ${page.size + 1}
    ) as j left join batches b on b.id = j.batch_id
    order by j.created_at desc, j.id desc`;
}

function conditionsOf(filter: JobDataPointFilter): Conditions {
  const { hours, statuses } = filter;
  const conditions: [RawBuilder<unknown>, ...RawBuilder<unknown>[]] = [
    sql`project_id = ${filter.projectId}`,
    sql`kind = ${filter.kind}`,
  ];
  if (hours !== undefined) conditions.push(sql`created_at >= now() - make_interval(hours => ${hours}::int)`);
  if (statuses !== undefined) conditions.push(sql`status = any(${statuses}::text[])`);
  conditions.push(...createdWithin(filter));
  return conditions;
}
