import type { Services } from '../services/context.ts';
import type { JobKind } from '../model/job-states.ts';
import { admitNext, commitEnds, leaveToJanitor, type Ending, type Room } from '../services/run-jobs.ts';
import { resultKey } from './parse-job.ts';

/**
 * Commits, has the next jobs admitted, and removes what attempts wrote that do not count: those refused, and earlier
 * ones whose worker died.
 * @param fill sees to the admission, at once or later
 * @returns the ids of the refused
 */
export async function commitAndClean(
  services: Services,
  kind: JobKind,
  endings: readonly Ending[],
  fill: (room: Room) => void | Promise<void> = (room) => admitNext(services, room),
): Promise<ReadonlySet<string>> {
  const { refused, room } = await commitEnds(services, kind, endings);
  await fill(room);
  for (const ending of endings) {
    if (!('finished' in ending)) continue;
    if (refused.has(ending.job.id)) {
      services.logger.warn(
        { jobId: ending.job.id },
        'a result came after its lease had run out and was refused',
      );
      await discardResult(services, ending);
    } else {
      await discardEarlierResults(services, ending.job);
    }
  }
  return refused;
}

/** Removes what an attempt wrote. A result that it only used is another job's. */
export async function discardResult(services: Services, ending: Ending): Promise<void> {
  // Its row may be there: then the janitor leaves it.
  if (ending.parse) await leaveToJanitor(services, [ending.parse.result.key]);
  if (!('finished' in ending)) return;
  const { result, cachedFrom } = ending.finished;
  if (result && cachedFrom === undefined) await deleteNowOrLater(services, result.key);
}

/** A worker that died between storing a result and committing it has left it behind. */
async function discardEarlierResults(
  services: Services,
  job: { id: string; attempt: number },
): Promise<void> {
  for (let attempt = 1; attempt < job.attempt; attempt++) {
    await deleteNowOrLater(services, resultKey({ id: job.id, attempt }));
  }
}

/** A store that is away must not hold up commits: the janitor deletes what stays behind. */
async function deleteNowOrLater(services: Services, key: string): Promise<void> {
  try {
    await services.blobs.delete(key);
  } catch (error) {
    services.logger.warn({ err: error, key }, 'a result that does not count is left to the janitor');
    await leaveToJanitor(services, [key]);
  }
}
