/** How one attempt to deliver an event went. */
export interface AttemptOutcome {
  /** Null when there was no answer. */
  readonly status: number | null;
  /** Why it failed; null when it did not. */
  readonly error: string | null;
  /** Stable reason where there was no answer, as the HTTP client names it. */
  readonly code: string | null;
  /** What the endpoint asked for, in seconds. */
  readonly retryAfterSeconds: number | null;
}

/** What becomes of the delivery. */
export type Verdict =
  | { readonly state: 'delivered' }
  | { readonly state: 'dead'; readonly reason: string }
  | { readonly state: 'pending'; readonly afterSeconds: number };

const FIRST_DELAY_SECONDS = 2;
const MAX_DELAY_SECONDS = 3600;
/** Delays differ by up to this part, so that what failed together does not come back together. */
const JITTER = 0.2;

/** An address that the operator does not allow is tried for so long: the policy may be about to be opened. */
const REFUSED_SECONDS = 3600;

/** Nothing that passes makes these succeed. */
const HOPELESS = new Set(['INVALID_URL', 'INVALID_HEADER']);

/**
 * Decides after an attempt: 2xx is delivered, 410 says that nobody will ever listen there again, everything else is
 * tried again, with delays that double from two seconds to an hour, or as long as the endpoint asks for within that.
 * @param tries attempts so far, this one included
 * @param ageSeconds since the first of them
 * @param options.windowSeconds how long to go on
 * @param options.random from 0 to 1
 */
export function judgeAttempt(
  outcome: AttemptOutcome,
  { tries, ageSeconds }: { readonly tries: number; readonly ageSeconds: number },
  options: { readonly windowSeconds: number; readonly random: number },
): Verdict {
  if (outcome.error === null) return { state: 'delivered' };
  if (outcome.status === 410) {
    return { state: 'dead', reason: 'The endpoint answered 410 Gone: it wants no more events.' };
  }
  if (outcome.code !== null && HOPELESS.has(outcome.code)) {
    return { state: 'dead', reason: `This cannot be sent: ${outcome.error}` };
  }
  const refused = outcome.code === 'EGRESS_DENIED';
  const window = refused ? Math.min(REFUSED_SECONDS, options.windowSeconds) : options.windowSeconds;
  const afterSeconds = delaySeconds(tries, outcome.retryAfterSeconds, options.random);
  if (ageSeconds + afterSeconds <= window) return { state: 'pending', afterSeconds };
  const reason = `Given up after ${tries} ${tries === 1 ? 'attempt' : 'attempts'}. The last one: ${outcome.error}`;
  return { state: 'dead', reason };
}

function delaySeconds(tries: number, wished: number | null, random: number): number {
  const doubled = Math.min(FIRST_DELAY_SECONDS * 2 ** Math.min(tries - 1, 30), MAX_DELAY_SECONDS);
  const spread = doubled * (1 - JITTER + 2 * JITTER * random);
  // Never sooner than the endpoint asks for, unless it asks for more than we ever wait.
  return Math.min(Math.max(spread, wished ?? 0), MAX_DELAY_SECONDS * (1 + JITTER));
}

/**
 * Reads `Retry-After`: seconds, or a date.
 * @param now in milliseconds
 */
export function readRetryAfter(header: string | undefined, now: number): number | null {
  const text = header?.trim();
  if (!text) return null;
  if (/^\d+$/.test(text)) return Number(text);
  // A date begins with the day of the week; anything else that JavaScript takes for one is not meant.
  const at = /^[A-Za-z]{3}/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}
