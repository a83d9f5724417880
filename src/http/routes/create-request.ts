import type { FastifyReply, FastifyRequest } from 'fastify';
import type { CreateRequest } from '../../services/twins.ts';
import { retryCountOf } from './retry-count.ts';

/** What tells a create from its repetition. */
export function createRequestOf(request: FastifyRequest, reply: FastifyReply): CreateRequest {
  return {
    principal: request.principal,
    retryCount: retryCountOf(request),
    arrivedAt: performance.now() - reply.elapsedTime,
  };
}
