import { notFound } from '../errors.ts';
import type { JobStatus } from '../model/job-states.ts';
import { listJobs, type JobFilter } from '../store/job-lists.ts';
import { findJob } from '../store/jobs.ts';
import type { Services } from './context.ts';
import { createdBounds, type CreatedQuery } from './created-bounds.ts';
import { viewJob, viewJobs, type JobView } from './job-views.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';

export type { JobWithParameters } from '../store/jobs.ts';

/** A parse job and why it does not run yet, if it waits. */
export type ParseJobView = JobView<'parse'>;

/** @throws NOT_FOUND */
export async function getParseJob(services: Services, projectId: string, id: string): Promise<ParseJobView> {
  const job = await findJob(services.db, projectId, 'parse', id);
  if (!job) throw notFound('Parse job');
  return viewJob(services, job);
}

/** What a list of parse jobs is asked for; what is absent does not matter. */
export interface ParseJobQuery extends PageQuery, CreatedQuery {
  readonly status?: JobStatus | undefined;
  readonly jobIds?: readonly string[] | undefined;
}

/** The project's parse jobs, newest first, those of batches included. @throws a 422 for a page token of other filters */
export async function listParseJobs(
  services: Services,
  projectId: string,
  query: ParseJobQuery,
): Promise<Page<ParseJobView>> {
  const filter: JobFilter<'parse'> = {
    projectId,
    kind: 'parse',
    ...(query.status !== undefined && { status: query.status }),
    ...(query.jobIds !== undefined && { ids: [...new Set(query.jobIds)].sort() }),
    ...createdBounds(query),
  };
  const tokenFilters = { list: 'jobs', ...filter };
  const rows = await listJobs(services.db, filter, toPageRequest(services, query, tokenFilters));
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: await viewJobs(services, projectId, page.items) };
}
