import type { JobKind } from '../model/job-states.ts';
import { jobsAhead } from '../store/job-lists.ts';
import { countJobsAhead, type JobWithParameters } from '../store/jobs.ts';
import type { Services } from './context.ts';
import { projectLimits } from './project-limits.ts';
import { jobWaitingReason } from './waiting-reasons.ts';

/** A job and why it does not run yet, if it waits. */
export interface JobView<Kind extends JobKind> {
  readonly job: JobWithParameters<Kind>;
  readonly waitingReason: string | null;
}

/** A job with what is counted at the moment. */
export async function viewJob<Kind extends JobKind>(
  services: Services,
  job: JobWithParameters<Kind>,
): Promise<JobView<Kind>> {
  if (job.status !== 'PENDING') return { job, waitingReason: null };
  if (job.holds_slot) return { job, waitingReason: jobWaitingReason() };
  const [ahead, limits] = await Promise.all([
    countJobsAhead(services.db, job),
    projectLimits(services, job.project_id),
  ]);
  return { job, waitingReason: jobWaitingReason({ ahead, limits }) };
}

/** @param jobs of one project */
export async function viewJobs<Kind extends JobKind>(
  services: Services,
  projectId: string,
  jobs: readonly JobWithParameters<Kind>[],
): Promise<JobView<Kind>[]> {
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
