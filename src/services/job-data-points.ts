import { JOB_STATUSES, type JobKind } from '../model/job-states.ts';
import { listJobDataPoints, type JobDataPoint, type JobDataPointFilter } from '../store/job-data-points.ts';
import type { Services } from './context.ts';
import { createdBounds, type CreatedQuery } from './created-bounds.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';

export type { JobDataPoint } from '../store/job-data-points.ts';

/** The contract's own default. */
const DEFAULT_HOURS = 1;

/** What the list is asked for; what is absent does not matter. */
export interface JobDataPointQuery extends PageQuery, CreatedQuery {
  /** `classify`: a product without jobs here. */
  readonly jobType: JobKind | 'classify';
  /** How far to look back, in hours. Absent: one, unless a bound of time says it. */
  readonly hours?: number | undefined;
  /** In any case of letters. One that no job can be in lists none. */
  readonly statuses?: readonly string[] | undefined;
}

/** The project's jobs of one product, newest first, those of batches included. @throws a 422 for a page token of other filters */
export async function listDataPoints(
  services: Services,
  projectId: string,
  query: JobDataPointQuery,
): Promise<Page<JobDataPoint>> {
  const { jobType } = query;
  const hours = query.hours ?? (query.createdAtOnOrAfter ? undefined : DEFAULT_HOURS);
  const asked = new Set(query.statuses?.map((status) => status.toUpperCase()));
  const filter: Omit<JobDataPointFilter, 'kind'> = {
    projectId,
    ...(hours !== undefined && { hours }),
    ...(query.statuses && { statuses: JOB_STATUSES.filter((status) => asked.has(status)) }),
    ...createdBounds(query),
  };
  const tokenFilters = { list: 'job-data-points', kind: jobType, ...filter };
  const request = toPageRequest(services, query, tokenFilters);
  if (jobType === 'classify') return { items: [], nextPageToken: null, totalSize: 0 };
  return toPage(
    services,
    await listJobDataPoints(services.db, { ...filter, kind: jobType }, request),
    tokenFilters,
  );
}
