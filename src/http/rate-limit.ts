import type { FastifyInstance } from 'fastify';

import { SheafError } from '../errors.ts';

/** How many requests each key may make of this process. */
export interface RateLimit {
  /** Requests per second in the long run. */
  readonly perSecond: number;
  /** Requests that may come at once after a rest. Default: those of one second. */
  readonly burst?: number | undefined;
}

/** Counts the requests of every key. */
export interface RateLimiter {
  /** Takes one request's worth. @returns 0 when there was one, else the seconds after which to come again */
  take(key: string): number;
}

/** One key's bucket, as it was when its last request came. */
interface Bucket {
  tokens: number;
  at: number;
  /** Up to when tokens are promised to requests that were refused. */
  promisedUntil: number;
}

/** Buckets after which full ones are forgotten: a full bucket is the same as none. */
const MANY_BUCKETS = 1_000;
/** No refused request is told to stay away for longer, in seconds: the official clients give up at about a minute. */
const LONGEST_WAIT = 30;

/**
 * A token bucket per key. Refused requests are told different times, one token apart: if all heard when the next
 * token comes, all would come then and all but one be refused again, until their clients give up.
 *
 * @param now seconds on a clock that never goes back
 */
export function createRateLimiter(
  { perSecond, burst = perSecond }: RateLimit,
  now: () => number = () => performance.now() / 1000,
): RateLimiter {
  const buckets = new Map<string, Bucket>();

  const forgetFull = (at: number): void => {
    for (const [key, bucket] of buckets) {
      if (bucket.tokens + (at - bucket.at) * perSecond >= burst) buckets.delete(key);
    }
  };

  return {
    take(key) {
      const at = now();
      if (buckets.size >= MANY_BUCKETS && !buckets.has(key)) forgetFull(at);
      const bucket = buckets.get(key) ?? { tokens: burst, at, promisedUntil: at };
      buckets.set(key, bucket);
      bucket.tokens = Math.min(burst, bucket.tokens + (at - bucket.at) * perSecond);
      bucket.at = at;
      if (bucket.tokens >= 1) {
        bucket.tokens -= 1;
        return 0;
      }
      const next = at + (1 - bucket.tokens) / perSecond;
      const promised = Math.min(Math.max(next, bucket.promisedUntil), at + LONGEST_WAIT);
      bucket.promisedUntil = promised + 1 / perSecond;
      return promised - at;
    },
  };
}

/**
 * Refuses what a key asks too often with 429, before its body is read. Public routes (health, description, signed
 * links) have no key and no limit. Must be installed after the authentication.
 */
export function limitRequests(app: FastifyInstance, limit: RateLimit): void {
  const limiter = createRateLimiter(limit);
  app.addHook('onRequest', async (request) => {
    if (request.is404 || request.routeOptions.config.public) return;
    const seconds = limiter.take(request.principal.keyId);
    if (seconds === 0) return;
    throw new SheafError(
      'RATE_LIMITED',
      `This API key makes more than ${limit.perSecond} requests per second; try again after the time in Retry-After.`,
      { retryAfterSeconds: seconds },
    );
  });
}
