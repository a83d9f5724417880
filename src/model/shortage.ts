/** Codes of a full disk or quota, of the system and of PostgreSQL. */
const FULL: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', '53100']);
/** Codes of a machine or a database that has run out of something else, or may not write at the moment. */
const SHORT: ReadonlySet<string> = new Set(['EMFILE', 'ENFILE', 'ENOMEM', 'EROFS', '53200', '53300']);

/** Deep enough for every error that is wrapped on its way. */
const MOST_CAUSES = 5;

/** The error and what caused it, a few levels deep. */
export function* causesOf(error: unknown): Generator<Error> {
  let current = error;
  for (let depth = 0; depth < MOST_CAUSES && current instanceof Error; depth += 1) {
    yield current;
    current = current.cause;
  }
}

/** Whether an error, or what caused it, tells of a disk without space. */
export function isStorageFull(error: unknown): boolean {
  return codesOf(error).some((code) => FULL.has(code));
}

/**
 * Whether an error, or what caused it, tells of a machine or a database that has run out of something: no document is to
 * blame, and each would fail alike.
 */
export function isShortage(error: unknown): boolean {
  return shortageOf(error) !== undefined;
}

/** The code by which {@link isShortage} knows it; undefined for every other error. */
export function shortageOf(error: unknown): string | undefined {
  return codesOf(error).find((code) => FULL.has(code) || SHORT.has(code));
}

function codesOf(error: unknown): string[] {
  return [...causesOf(error)].flatMap((cause) =>
    'code' in cause && typeof cause.code === 'string' ? [cause.code] : [],
  );
}
