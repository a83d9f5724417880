import type { FastifyInstance } from 'fastify';

import { SheafError } from '../errors.ts';

/** How often connections that fell idle while the server closes are looked for. */
const SWEEP_MILLISECONDS = 100;

/**
 * Makes `close()` end soon and cleanly: new requests get 503, running ones may finish for `graceMilliseconds`,
 * then their connections are cut. Without the sweep a kept-alive connection whose last request ended after
 * `close()` began would hold the server until its keep-alive timeout.
 */
export function closeGracefully(app: FastifyInstance, graceMilliseconds: number): void {
  let closing = false;
  app.addHook('preClose', async () => {
    closing = true;
    if (!app.server.listening) return;
    const sweep = setInterval(() => app.server.closeIdleConnections(), SWEEP_MILLISECONDS);
    const cut = setTimeout(() => app.server.closeAllConnections(), graceMilliseconds);
    app.server.once('close', () => {
      clearInterval(sweep);
      clearTimeout(cut);
    });
  });
  app.addHook('onRequest', async () => {
    if (!closing) return;
    throw new SheafError('UNAVAILABLE', 'The server is stopping; try again in a moment.', {
      retryAfterSeconds: 2,
    });
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing) reply.header('connection', 'close');
  });
}
