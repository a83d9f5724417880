import type { Violation } from './violation.ts';

/**
 * Bytes of JSON that the parameters of a job or configuration may have: more than any schema and prompt needs, and
 * little enough to be read with each of the many rows that hold them.
 */
export const MAX_PARAMETERS_BYTES = 256 * 1024;

/** Whether a value is larger than so many bytes of JSON. */
export function* jsonSizeViolations(value: unknown, what: string, maxBytes: number): Generator<Violation> {
  const bytes = Buffer.byteLength(JSON.stringify(value ?? null));
  if (bytes <= maxBytes) return;
  const message = `${what} must be at most ${maxBytes / 1024} KiB of JSON, and ${bytes} bytes were sent: shorten the longest texts`;
  yield { path: [], type: 'value_error', message };
}
