/** Longer waits are an endpoint's way of saying no; also keeps dates in any year from overflowing timers. */
const LONGEST_MS = 24 * 60 * 60 * 1000;

/**
 * How long an endpoint asks to be left alone: `retry-after-ms`, or `Retry-After` in seconds or as a date (RFC 9110,
 * section 10.2.3).
 * @returns milliseconds from `now`; undefined when it does not say, or not so that it can be understood
 */
export function retryAfterMs(headers: Headers, now = Date.now()): number | undefined {
  const exact = numberOf(headers.get('retry-after-ms'));
  if (exact !== undefined) return bounded(exact);
  const value = headers.get('retry-after');
  const seconds = numberOf(value);
  if (seconds !== undefined) return bounded(seconds * 1000);
  const date = Date.parse(value ?? '');
  return Number.isNaN(date) ? undefined : bounded(date - now);
}

function numberOf(value: string | null): number | undefined {
  return value !== null && /^\s*\d+(?:\.\d+)?\s*$/.test(value) ? Number(value) : undefined;
}

function bounded(ms: number): number {
  return Math.min(Math.max(0, ms), LONGEST_MS);
}
