import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/**
 * One line per answered request. The query is never logged and neither are headers: both carry keys and signed
 * links. Of a public route only the pattern is logged, because its path may be a secret link itself.
 */
export function logRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    request.log[levelOf(request, reply)](lineOf(request, reply), 'request');
  });
  app.addHook('onRequestAbort', async (request) => {
    request.log.info({ method: request.method, route: routeOf(request) }, 'request aborted by the client');
  });
}

function lineOf(request: FastifyRequest, reply: FastifyReply): Record<string, unknown> {
  const open = !request.is404 && !request.routeOptions.config.public;
  return {
    method: request.method,
    route: routeOf(request),
    ...(open && { path: request.url.split('?', 1)[0] }),
    status: reply.statusCode,
    milliseconds: Math.round(reply.elapsedTime * 10) / 10,
  };
}

function routeOf(request: FastifyRequest): string {
  return request.is404 ? '(none)' : (request.routeOptions.url ?? '(none)');
}

/** Reads that went well are the bulk (clients poll) and are told at debug only. */
function levelOf(request: FastifyRequest, reply: FastifyReply): 'error' | 'info' | 'debug' {
  if (reply.statusCode >= 500) return 'error';
  const reading = request.method === 'GET' || request.method === 'HEAD' || request.method === 'OPTIONS';
  return reading && reply.statusCode < 400 ? 'debug' : 'info';
}
