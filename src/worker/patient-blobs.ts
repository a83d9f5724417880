import type { Logger } from '../logger.ts';
import { isBlobOutage } from '../services/health.ts';
import { pause } from '../services/pause.ts';

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 10_000;

/**
 * Does something with the blob store, again and again while the store is away: a document that has been parsed is not
 * parsed once more because its result could not be stored at once. The job keeps its lease meanwhile.
 * @throws what else goes wrong; and the outage, once the job is aborted
 */
export async function whenStoreAnswers<T>(
  logger: Logger,
  signal: AbortSignal,
  act: () => Promise<T>,
): Promise<T> {
  for (let wait = FIRST_PAUSE_MS; ; wait = Math.min(wait * 2, MAX_PAUSE_MS)) {
    try {
      return await act();
    } catch (error) {
      if (!isBlobOutage(error) || signal.aborted) throw error;
      logger.warn({ err: error }, 'the blob store does not answer; a job waits for it');
      // Many jobs wait, and would all come back at once.
      await pause(wait * (0.5 + Math.random()), signal);
      if (signal.aborted) throw error;
    }
  }
}
