import { SheafError } from '../../../errors.ts';
import type { Services } from '../../../services/context.ts';
import { areBlobsUp, isDatabaseUp } from '../../../services/health.ts';
import type { HttpServer } from '../../server.ts';

/** For load balancers and supervisors: `/healthz` says that the process lives, `/readyz` that it can serve. */
export function healthRoutes(app: HttpServer, services: Services): void {
  const options = { config: { public: true }, schema: { hide: true } };

  app.get('/healthz', options, () => ({ status: 'ok' }));

  app.get('/readyz', options, async () => {
    const [database, blobs] = await Promise.all([isDatabaseUp(services), areBlobsUp(services)]);
    if (database && blobs) return { status: 'ready' };
    const what = database
      ? 'The blob store (SHEAF_BLOB_URL) does not answer'
      : 'The database does not answer, or all connections of this process (SHEAF_DATABASE_CONNECTIONS) are in use';
    throw new SheafError('UNAVAILABLE', what, { retryAfterSeconds: 5 });
  });
}
