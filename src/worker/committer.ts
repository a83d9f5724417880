import type { Logger } from '../logger.ts';
import { pause } from '../services/pause.ts';
import type { Ending } from '../services/run-jobs.ts';
import { unrecorded } from './job-endings.ts';

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

/** How often one end is tried whose commit the database refuses for a reason of its own. */
const MAX_REFUSALS = 3;

export interface CommitterOptions {
  readonly logger: Logger;
  /** Whether more ends are to be expected soon. */
  readonly more: () => boolean;
  /** Whether an error says nothing about what was committed: the same commit may succeed in a moment. */
  readonly isTransient: (error: unknown) => boolean;
  /** The end is committed, or was given up on. */
  readonly settled: (ending: Ending) => void;
}

/** @param commit must be safe to repeat when it fails halfway */
export function createCommitter(
  commit: (endings: readonly Ending[]) => Promise<void>,
  options: CommitterOptions,
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
        await pause(LINGER_MS, abandoned.signal, lingering.signal);
      }
      const group = waiting;
      waiting = [];
      await commitUntilDone(group);
      for (const ending of group) options.settled(ending);
    }
    running = undefined;
  };

  const commitUntilDone = async (group: readonly Ending[]): Promise<void> => {
    let refusals = 0;
    for (let delay = FIRST_RETRY_MS; !abandoned.signal.aborted; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
      try {
        return await commit(group);
      } catch (error) {
        logger.error({ err: error, jobs: group.length }, 'results could not be committed; trying again');
        if (!options.isTransient(error)) {
          // One end that the database refuses must not hold up the others.
          if (group.length > 1) return commitOneByOne(group);
          refusals += 1;
          if (refusals >= MAX_REFUSALS) return giveUp(group);
        }
        await pause(delay, abandoned.signal);
      }
    }
  };

  const commitOneByOne = async (group: readonly Ending[]): Promise<void> => {
    for (const ending of group) await commitUntilDone([ending]);
  };

  /** Fails the job with a sentence that is sure to be accepted; should even that be refused, its lease runs out. */
  const giveUp = async (group: readonly Ending[]): Promise<void> => {
    const failures = group.map(({ job }): Ending => ({ job, finished: unrecorded(job) }));
    await commit(failures).catch((error: unknown) =>
      logger.error({ err: error }, 'a job could not even be failed; it will be run again'),
    );
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
