import { setTimeout } from 'node:timers/promises';
import type { Logger } from '../logger.ts';
import type { Ending } from '../services/run-jobs.ts';

const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;

/** How long a group waits for more ends while other jobs run. */
const LINGER_MS = 120;

/**
 * Commits the ends of jobs in groups, so that a hundred small documents a second cost a dozen transactions: a group
 * waits a moment as long as other jobs run, and what arrives during a transaction goes into the next. A commit that
 * fails is tried again until it succeeds: the work is done, and only this process knows it.
 */
export interface Committer {
  add(ending: Ending): void;
  /** Nothing more is to be expected soon: what waits is committed now. */
  hurry(): void;
  /** Resolves when everything that was added is committed, or was given up on after `abandon`. */
  drained(): Promise<void>;
  /** Stops trying again. What is not committed is run again by somebody else when its lease runs out. */
  abandon(): void;
}

/**
 * @param commit must be safe to repeat when it fails halfway
 * @param options.more whether more ends are to be expected soon
 */
export function createCommitter(
  commit: (endings: readonly Ending[]) => Promise<void>,
  options: { readonly logger: Logger; readonly more: () => boolean },
): Committer {
  const { logger } = options;
  let waiting: Ending[] = [];
  let running: Promise<void> | undefined;
  let lingering = new AbortController();
  const abandoned = new AbortController();

  const run = async (): Promise<void> => {
    while (waiting.length > 0 && !abandoned.signal.aborted) {
      if (options.more()) {
        lingering = new AbortController();
        await pause(LINGER_MS, AbortSignal.any([abandoned.signal, lingering.signal]));
      }
      const group = waiting;
      waiting = [];
      await commitUntilDone(group);
    }
    running = undefined;
  };

  const commitUntilDone = async (group: readonly Ending[]): Promise<void> => {
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
      try {
        return await commit(group);
      } catch (error) {
        logger.error({ err: error, jobs: group.length }, 'results could not be committed; trying again');
        await pause(delay, abandoned.signal);
        if (abandoned.signal.aborted) return;
      }
    }
  };

  return {
    add(ending) {
      if (abandoned.signal.aborted) return;
      waiting.push(ending);
      running ??= run();
    },
    hurry: () => lingering.abort(),
    async drained() {
      while (running) await running;
    },
    abandon: () => abandoned.abort(),
  };
}

/** Waits, but not longer than until the signal. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await setTimeout(ms, undefined, { signal }).catch(() => undefined);
}
