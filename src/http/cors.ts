import type { FastifyInstance } from 'fastify';

const METHODS = 'GET, HEAD, POST, PUT, PATCH, DELETE';
const EXPOSED =
  'x-request-id, retry-after, retry-after-ms, x-should-retry, content-disposition, content-range, etag';
/** How long browsers may remember a preflight, in seconds. */
const PREFLIGHT_LIFETIME_SECONDS = 600;
const HEADER_LIST = /^[\w!#$%&'*+.^`|~-]+(?:\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;
const MAX_HEADER_LIST_LENGTH = 2000;

/**
 * Lets browsers of the given origins (`*`: all) call the API. No cookie is ever read, so a page without a key
 * can do nothing here. Asked-for request headers are granted as they come: the SDK sends `x-stainless-*` and
 * whatever headers its user adds (contract 1.2).
 */
export function allowCrossOrigin(app: FastifyInstance, origins: readonly string[]): void {
  app.addHook('onRequest', async (request, reply) => {
    const { origin } = request.headers;
    const any = origins.includes('*');
    if (!any) reply.header('vary', 'Origin');
    if (origin === undefined || !(any || origins.includes(origin))) return;
    reply.headers({
      'access-control-allow-origin': any ? '*' : origin,
      'access-control-expose-headers': EXPOSED,
    });
    if (request.method !== 'OPTIONS' || !request.headers['access-control-request-method']) return;
    const asked = request.headers['access-control-request-headers'] ?? '';
    const granted = asked.length <= MAX_HEADER_LIST_LENGTH && HEADER_LIST.test(asked) ? asked : '';
    return reply
      .code(204)
      .headers({
        'access-control-allow-methods': METHODS,
        ...(granted !== '' && { 'access-control-allow-headers': granted }),
        'access-control-max-age': String(PREFLIGHT_LIFETIME_SECONDS),
      })
      .send();
  });
}
