import type { Services } from '../services/context.ts';
import { startNextBatch } from '../services/start-batch.ts';

const POLL_MS = 1_000;

/** Takes `start-batch` tickets one after the other and gives batches their jobs. */
export interface BatchStarter {
  start(): void;
  /** There may be a batch to start. */
  wake(): void;
  stop(): Promise<void>;
}

export function createBatchStarter(services: Services): BatchStarter {
  let working: Promise<void> | undefined;
  let woken = false;
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;

  const wake = (): void => {
    woken = true;
    working ??= work().finally(() => {
      working = undefined;
      // Somebody may have called between the last look and here.
      if (woken && !stopping) wake();
    });
  };

  const work = async (): Promise<void> => {
    while (woken && !stopping) {
      woken = false;
      try {
        while (!stopping && (await startNextBatch(services))) woken = true;
      } catch (error) {
        services.logger.warn({ err: error }, 'a batch could not be started; it will be tried again');
        // Not at once: the poll comes soon enough.
        woken = false;
      }
    }
  };

  return {
    start() {
      timer = setInterval(wake, POLL_MS);
      wake();
    },
    wake,
    async stop() {
      stopping = true;
      clearInterval(timer);
      await working;
    },
  };
}
