import { SheafError } from '../errors.ts';

/** Codes of the operating system for a peer that is not there or went away. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/** Codes of a full disk or quota, of the system and of PostgreSQL. */
const FULL = new Set(['ENOSPC', 'EDQUOT', '53100']);

/**
 * PostgreSQL conditions that pass: connection failures (class 08), shutting down or starting up (57P01-57P03),
 * out of memory or connections (53200, 53300), a statement or lock that took too long (57014, 55P03), and
 * transactions that lost against another (40001, 40P01).
 */
const PASSING = /^(08...|57P0[123]|53[23]00|57014|55P03|40001|40P01)$/;

const RETRY_AFTER_SECONDS = 2;

/**
 * The public form of an error that tells of a database or store being away for a while or full, whoever threw
 * it; undefined for every other error. Judged by code, never by message text.
 */
export function fromOutage(error: unknown): SheafError | undefined {
  for (const { code, syscall } of causesOf(error)) {
    if (FULL.has(code)) {
      return new SheafError(
        'STORAGE_FULL',
        'The server has no storage space left; free some, then try again.',
        {
          cause: error,
        },
      );
    }
    // ENOENT from connect: the Unix socket of a PostgreSQL that is not running.
    if (UNREACHABLE.has(code) || PASSING.test(code) || (code === 'ENOENT' && syscall === 'connect')) {
      return new SheafError(
        'UNAVAILABLE',
        'The server cannot reach its database or storage right now; try again in a moment.',
        { retryAfterSeconds: RETRY_AFTER_SECONDS, cause: error },
      );
    }
  }
  return undefined;
}

/** The error and what caused it, a few levels deep, as far as they carry codes. */
function* causesOf(error: unknown): Generator<{ code: string; syscall?: unknown }> {
  let current = error;
  for (let depth = 0; depth < 5 && current instanceof Error; depth += 1) {
    if ('code' in current && typeof current.code === 'string') {
      yield { code: current.code, ...('syscall' in current && { syscall: current.syscall }) };
    }
    current = current.cause;
  }
}
