import type { FastifyRequest } from 'fastify';

/** How often the client has sent this request before; the official clients count in a header of their own. */
export function retryCountOf(request: FastifyRequest): number {
  const count = Number(request.headers['x-stainless-retry-count'] ?? 0);
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}
