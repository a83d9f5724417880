import { isTerminalBatchStatus } from '../model/batch-states.ts';
import type { Batch } from '../store/schema.ts';
import type { Limits } from './context.ts';

/**
 * Why a batch does not move, in words for its owner: which limit holds it and what has to happen.
 * @returns null when nothing holds it
 */
export function waitingReason(
  batch: Batch,
  situation: { readonly runningJobs: number; readonly position?: number | undefined },
  limits: Limits,
): string | null {
  const { runningJobs, position } = situation;
  if (isTerminalBatchStatus(batch.status)) return null;
  if (batch.cancel_requested_at) return `Stopping: ${runningJobs} running jobs have been told to stop.`;
  if (batch.status === 'PENDING') return 'Accepted. It starts as soon as a worker is free to start it.';
  if (batch.status === 'THROTTLED') {
    const place =
      position === undefined ? 'the oldest goes first.' : `it is number ${position} of those that wait.`;
    return (
      `The project already runs ${limits.maxRunningBatchesPerProject} batches, the most it may run at a time ` +
      `(SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT). It starts when one of them ends; ${place}`
    );
  }
  if (runningJobs > 0) return null;
  return (
    `Its files wait for a free worker, or for a place among the ${limits.maxRunningJobsPerProject} jobs that the ` +
    `project may run at a time (SHEAF_MAX_RUNNING_JOBS_PER_PROJECT).`
  );
}

/**
 * Why a PENDING job does not run.
 * @param admitted whether it has its place among the project's running jobs
 * @param ahead how many jobs of the project wait for such a place and come first
 */
export function jobWaitingReason(admitted: boolean, ahead: number, limits: Limits): string {
  if (admitted) return 'It is in the queue and starts as soon as a worker is free.';
  return (
    `The project already has ${limits.maxRunningJobsPerProject} jobs in the queue or running, the most it may have ` +
    `at a time (SHEAF_MAX_RUNNING_JOBS_PER_PROJECT). It is number ${ahead + 1} of those that wait for one to end.`
  );
}
