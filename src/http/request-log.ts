import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

import { withLogContext, type LogContext } from '../logger.ts';
import type { RequestObserver } from '../model/observations.ts';

/** What was found out about requests while they were answered: ids of what they made. */
const contexts = new WeakMap<FastifyRequest, LogContext>();

/** Everything that is logged while a request is answered carries its id. */
export function enterLogContext(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _reply, done) => {
    const context = { requestId: request.id };
    contexts.set(request, context);
    withLogContext(context, done);
  });
  // What read the body may have left the context on its way.
  app.addHook('preValidation', (request, _reply, done) => {
    withLogContext(contexts.get(request) ?? {}, done);
  });
}

/** Ids of what the request made. The request's own stands in every line of its logger. */
function madeBy(request: FastifyRequest): LogContext {
  const { requestId: _, ...made } = contexts.get(request) ?? {};
  return made;
}

/** Tells of every answered request, by its route's pattern. */
export function observeRequests(app: FastifyInstance, observer: RequestObserver): void {
  app.addHook('onResponse', async (request, reply) => {
    const { batchId, jobId } = madeBy(request);
    const traceparent = request.headers['traceparent'];
    observer.requestDone({
      method: request.method,
      route: routeOf(request),
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
      requestId: request.id,
      traceparent: typeof traceparent === 'string' ? traceparent : undefined,
      made: [batchId, jobId].filter((id) => id !== undefined),
    });
  });
}

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
    ...madeBy(request),
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
