import type { FastifyRequest } from 'fastify';

/** No client counts further; the number is kept in a column of 32 bits. */
const MOST_RETRIES = 1_000;

/** How often the client has sent this request before; the official clients count in a header of their own. */
export function retryCountOf(request: FastifyRequest): number {
  const count = Number(request.headers['x-stainless-retry-count'] ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? Math.min(count, MOST_RETRIES) : 0;
}
