import { admitNext, type Room } from '../services/run-jobs.ts';
import type { Services } from '../services/context.ts';
import { pause } from '../services/pause.ts';

/** After a failed admission it is tried again this much later, and a sweep would do the same. */
const RETRY_MS = 1_000;

/**
 * Fills the slots that commits have freed, one transaction after the other: what is freed during one goes into the
 * next. So commits do not wait for the locks of projects, which admissions take one after the other in all processes.
 */
export interface Admitter {
  /** There is room for jobs, or for batches. */
  fill(room: Room): void;
  /** Resolves when everything that was asked for is done, or has failed: a sweep makes that good. */
  stop(): Promise<void>;
}

export function createAdmitter(services: Services): Admitter {
  let projects = new Set<string>();
  let endedBatchOf = new Set<string>();
  let working: Promise<void> | undefined;
  const stopping = new AbortController();

  const add = (room: Room): void => {
    for (const id of room.projects) projects.add(id);
    for (const id of room.endedBatchOf) endedBatchOf.add(id);
  };

  const work = async (): Promise<void> => {
    while (projects.size > 0) {
      const room = { projects, endedBatchOf };
      [projects, endedBatchOf] = [new Set(), new Set()];
      try {
        await admitNext(services, room);
      } catch (error) {
        services.logger.warn({ err: error }, 'no jobs could be admitted; trying again');
        if (stopping.signal.aborted) break;
        add(room);
        await pause(RETRY_MS, stopping.signal);
      }
    }
    // Here, and not a tick later: whoever calls in between would be heard by nobody.
    working = undefined;
  };

  return {
    fill(room) {
      add(room);
      working ??= work();
    },
    async stop() {
      stopping.abort();
      await working;
    },
  };
}
