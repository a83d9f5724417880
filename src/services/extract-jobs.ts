import { notFound } from '../errors.ts';
import type { JobStatus } from '../model/job-states.ts';
import { listJobs, type JobFilter } from '../store/job-lists.ts';
import { findJob, type JobWithParameters } from '../store/jobs.ts';
import type { Services } from './context.ts';
import { createdBounds, type CreatedQuery } from './created-bounds.ts';
import { viewJob, viewJobs, type JobView } from './job-views.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';

/** An extract job with the parameters it runs with. */
export type ExtractJobRow = JobWithParameters<'extract'>;

/** An extract job and why it does not run yet, if it waits. */
export type ExtractJobView = JobView<'extract'>;

/** @throws NOT_FOUND */
export async function getExtractJob(
  services: Services,
  projectId: string,
  id: string,
): Promise<ExtractJobView> {
  const job = await findJob(services.db, projectId, 'extract', id);
  if (!job) throw notFound('Extract job');
  return viewJob(services, job);
}

/** What a list of extract jobs is asked for; what is absent does not matter. */
export interface ExtractJobQuery extends PageQuery, CreatedQuery {
  /** THROTTLED is a status of the contract that no job here is ever in. */
  readonly status?: JobStatus | 'THROTTLED' | undefined;
  readonly jobIds?: readonly string[] | undefined;
  readonly fileInput?: string | undefined;
  /** `file_id` or `parse_job_id`; no job has an input of any other type. */
  readonly inputType?: string | undefined;
  readonly configurationId?: string | undefined;
  /** Parameters are needed as a whole. */
  readonly withConfiguration: boolean;
}

const INPUT_TYPES = ['file_id', 'parse_job_id'];
/** Rows of a page that carries whole configurations, each of which may have a quarter of a megabyte. */
const MAX_CONFIGURATIONS = 100;

/** The project's extract jobs, newest first, those of batches included. @throws a 422 for a page token of other filters */
export async function listExtractJobs(
  services: Services,
  projectId: string,
  query: ExtractJobQuery,
): Promise<Page<ExtractJobView>> {
  const { status, inputType, fileInput, configurationId, withConfiguration } = query;
  const filter: JobFilter<'extract'> = {
    projectId,
    kind: 'extract',
    ...(status !== undefined && status !== 'THROTTLED' && { status }),
    ...(query.jobIds !== undefined && { ids: [...new Set(query.jobIds)].sort() }),
    ...(fileInput !== undefined && { fileInput }),
    ...(inputType !== undefined && { inputIsParseJob: inputType === 'parse_job_id' }),
    ...(configurationId !== undefined && { configurationId }),
    ...createdBounds(query),
  };
  const tokenFilters = { list: 'extract-jobs', ...filter };
  const request = toPageRequest(services, query, tokenFilters);
  if (status === 'THROTTLED' || (inputType !== undefined && !INPUT_TYPES.includes(inputType)))
    return { items: [], nextPageToken: null, totalSize: 0 };
  const size = withConfiguration ? Math.min(request.size, MAX_CONFIGURATIONS) : request.size;
  const rows = await listJobs(
    services.db,
    filter,
    { ...request, size },
    withConfiguration ? 'all' : 'extract',
  );
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: await viewJobs(services, projectId, page.items) };
}
