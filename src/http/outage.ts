import { SheafError } from '../errors.ts';
import { isOutage } from '../services/health.ts';

/** Codes of a full disk or quota, of the system and of PostgreSQL. */
const FULL = new Set(['ENOSPC', 'EDQUOT', '53100']);

const RETRY_AFTER_SECONDS = 2;

/**
 * The public form of an error that tells of a database or store being away for a while or full, whoever threw
 * it; undefined for every other error.
 */
export function fromOutage(error: unknown): SheafError | undefined {
  for (const cause of causesOf(error)) {
    if ('code' in cause && typeof cause.code === 'string' && FULL.has(cause.code)) {
      const message = 'The server has no storage space left; free some, then try again.';
      return new SheafError('STORAGE_FULL', message, { cause: error });
    }
    if (isOutage(cause)) {
      const message = 'The server cannot reach its database or storage right now; try again in a moment.';
      return new SheafError('UNAVAILABLE', message, { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error });
    }
  }
  return undefined;
}

/** The error and what caused it, a few levels deep. */
function* causesOf(error: unknown): Generator<Error> {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    yield current;
    current = current.cause;
  }
}
