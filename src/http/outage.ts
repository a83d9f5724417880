import { SheafError } from '../errors.ts';
import { causesOf, isStorageFull } from '../model/shortage.ts';
import { isOutage } from '../services/health.ts';

const RETRY_AFTER_SECONDS = 2;

/**
 * The public form of an error that tells of a database or store being away for a while or full, whoever threw
 * it; undefined for every other error.
 */
export function fromOutage(error: unknown): SheafError | undefined {
  if (isStorageFull(error)) {
    const message = 'The server has no storage space left; free some, then try again.';
    return new SheafError('STORAGE_FULL', message, { cause: error });
  }
  for (const cause of causesOf(error)) {
    if (isOutage(cause)) {
      const message = 'The server cannot reach its database or storage right now; try again in a moment.';
      return new SheafError('UNAVAILABLE', message, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
    }
  }
  return undefined;
}
