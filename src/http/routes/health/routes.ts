import { SheafError } from '../../../errors.ts';
import type { Services } from '../../../services/context.ts';
import { isDatabaseUp } from '../../../services/health.ts';
import type { HttpServer } from '../../server.ts';

/** For load balancers and supervisors: `/healthz` says that the process lives, `/readyz` that it can serve. */
export function healthRoutes(app: HttpServer, services: Services): void {
  const options = { config: { public: true }, schema: { hide: true } };

  app.get('/healthz', options, () => ({ status: 'ok' }));

  app.get('/readyz', options, async () => {
    if (await isDatabaseUp(services)) return { status: 'ready' };
    throw new SheafError('UNAVAILABLE', 'The database does not answer', { retryAfterSeconds: 5 });
  });
}
