import { notFound } from '../errors.ts';
import type { JobStatus } from '../model/job-states.ts';
import { jobsAhead, listJobs, type JobFilter } from '../store/job-lists.ts';
import { countJobsAhead, findJob, type JobWithParameters } from '../store/jobs.ts';
import type { Services } from './context.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { projectLimits } from './project-limits.ts';
import { jobWaitingReason } from './waiting-reasons.ts';

export type { JobWithParameters } from '../store/jobs.ts';

/** A parse job and why it does not run yet, if it waits. */
export interface ParseJobView {
  readonly job: JobWithParameters;
  readonly waitingReason: string | null;
}

/** @throws NOT_FOUND */
export async function getParseJob(services: Services, projectId: string, id: string): Promise<ParseJobView> {
  const job = await findJob(services.db, projectId, 'parse', id);
  if (!job) throw notFound('Parse job');
  if (job.status !== 'PENDING') return { job, waitingReason: null };
  if (job.holds_slot) return { job, waitingReason: jobWaitingReason() };
  const [ahead, limits] = await Promise.all([
    countJobsAhead(services.db, job),
    projectLimits(services, projectId),
  ]);
  return { job, waitingReason: jobWaitingReason({ ahead, limits }) };
}

/** What a list of parse jobs is asked for; what is absent does not matter. */
export interface ParseJobQuery extends PageQuery {
  readonly status?: JobStatus | undefined;
  readonly jobIds?: readonly string[] | undefined;
  /** Both bounds are inclusive. */
  readonly createdAtOnOrAfter?: Date | undefined;
  readonly createdAtOnOrBefore?: Date | undefined;
}

/** The project's parse jobs, newest first, those of batches included. @throws a 422 for a page token of other filters */
export async function listParseJobs(
  services: Services,
  projectId: string,
  query: ParseJobQuery,
): Promise<Page<ParseJobView>> {
  const filter: JobFilter = {
    projectId,
    kind: 'parse',
    ...(query.status !== undefined && { status: query.status }),
    ...(query.jobIds !== undefined && { ids: [...new Set(query.jobIds)].sort() }),
    ...(query.createdAtOnOrAfter && { createdAtOnOrAfter: query.createdAtOnOrAfter.toISOString() }),
    ...(query.createdAtOnOrBefore && { createdAtOnOrBefore: query.createdAtOnOrBefore.toISOString() }),
  };
  const tokenFilters = { list: 'jobs', ...filter };
  const rows = await listJobs(services.db, filter, toPageRequest(services, query, tokenFilters));
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: await viewJobs(services, projectId, page.items) };
}

async function viewJobs(
  services: Services,
  projectId: string,
  jobs: readonly JobWithParameters[],
): Promise<ParseJobView[]> {
  const waiting = jobs.filter((job) => job.status === 'PENDING' && !job.holds_slot).map((job) => job.id);
  const [ahead, limits] = await Promise.all([
    jobsAhead(services.db, projectId, waiting),
    waiting.length > 0 ? projectLimits(services, projectId) : undefined,
  ]);
  return jobs.map((job) => {
    if (job.status !== 'PENDING') return { job, waitingReason: null };
    const place = !job.holds_slot && limits ? { ahead: ahead.get(job.id) ?? 0, limits } : undefined;
    return { job, waitingReason: jobWaitingReason(place) };
  });
}
