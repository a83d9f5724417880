import type { JobWithParameters } from '../../services/parse-jobs.ts';

/** How a job was run, as the wire tells it beside every result. */
export function presentRun(
  job: Pick<JobWithParameters, 'attempt' | 'error_code' | 'cached_from' | 'started_at' | 'finished_at'>,
) {
  return {
    attempt: job.attempt,
    error_code: job.error_code,
    cache_hit: job.cached_from !== null,
    cached_from: job.cached_from,
    started_at: job.started_at?.toISOString() ?? null,
    finished_at: job.finished_at?.toISOString() ?? null,
  };
}
