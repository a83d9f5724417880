import { isTerminalBatchStatus } from '../model/batch-states.ts';
import type { ListedBatch } from '../store/batch-lists.ts';
import type { ProjectLimits } from './project-limits.ts';

/**
 * Why a batch does not move, in words for its owner: which limit holds it and what has to happen.
 * @returns null when nothing holds it
 */
export function waitingReason(
  batch: ListedBatch,
  situation: { readonly runningJobs: number; readonly position?: number | undefined },
  limits: ProjectLimits,
): string | null {
  const { runningJobs, position } = situation;
  if (isTerminalBatchStatus(batch.status)) return null;
  if (batch.cancel_requested_at) return `Stopping: ${runningJobs} running jobs have been told to stop.`;
  if (batch.status === 'PENDING') return 'Accepted. It starts as soon as a worker is free to start it.';
  if (batch.status === 'THROTTLED') {
    const place =
      position === undefined ? 'the oldest goes first.' : `it is number ${position} of those that wait.`;
    const { value } = limits.runningBatches;
    return (
      `The project already runs ${value} ${value === 1 ? 'batch' : 'batches'}, the most it may run at a time ` +
      `(${limitName(limits, 'runningBatches')}). It starts when one of them ends; ${place}`
    );
  }
  if (runningJobs > 0) return null;
  return (
    `Its files wait for a free worker, or for a place among the ${jobs(limits)} that the project may run at a time ` +
    `(${limitName(limits, 'runningJobs')}).`
  );
}

/**
 * Why a PENDING job does not run.
 * @param place absent when it has its place among the project's running jobs; `ahead`: how many jobs of the project
 *   wait for such a place and come first
 */
export function jobWaitingReason(place?: { readonly ahead: number; readonly limits: ProjectLimits }): string {
  if (!place) return 'It is in the queue and starts as soon as a worker is free.';
  return (
    `The project already has ${jobs(place.limits)} in the queue or running, the most it may have ` +
    `at a time (${limitName(place.limits, 'runningJobs')}). It is number ${place.ahead + 1} of those that wait for ` +
    'one to end.'
  );
}

function jobs({ runningJobs: { value } }: ProjectLimits): string {
  return `${value} ${value === 1 ? 'job' : 'jobs'}`;
}

/** What to change: the setting, or the project's own limit. */
function limitName(limits: ProjectLimits, limit: keyof ProjectLimits): string {
  const [variable, flag] = {
    runningJobs: ['SHEAF_MAX_RUNNING_JOBS_PER_PROJECT', '--max-running-jobs'],
    runningBatches: ['SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT', '--max-running-batches'],
  }[limit];
  return limits[limit].setBy === 'server'
    ? `${variable}`
    : `the project's own limit: sheaf projects set ${flag}`;
}
