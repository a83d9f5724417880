import type { Services } from '../../services/context.ts';
import type { ServerFacts } from '../../services/system.ts';
import type { HttpServer } from '../server.ts';
import { apiKeyRoutes } from './api-keys/routes.ts';
import { batchRoutes } from './batches/routes.ts';
import { configurationRoutes } from './configurations/routes.ts';
import { directoryRoutes } from './directories/routes.ts';
import { directoryFileRoutes } from './directory-files/routes.ts';
import { downloadRoutes } from './downloads/routes.ts';
import { extractRoutes } from './extract/routes.ts';
import { fileRoutes } from './files/routes.ts';
import { healthRoutes } from './health/routes.ts';
import { jobDataPointRoutes } from './job-data-points/routes.ts';
import { parseRoutes } from './parse/routes.ts';
import { projectRoutes } from './projects/routes.ts';
import { systemRoutes } from './system/routes.ts';
import { webhookRoutes } from './webhooks/config-routes.ts';

/** Every route of the API. */
export async function registerRoutes(
  app: HttpServer,
  options: { services: Services; server: ServerFacts },
): Promise<void> {
  const { services } = options;
  systemRoutes(app, services, options.server);
  healthRoutes(app, services);
  apiKeyRoutes(app, services);
  projectRoutes(app, services);
  jobDataPointRoutes(app, services);
  downloadRoutes(app, services);
  fileRoutes(app, services);
  directoryRoutes(app, services);
  directoryFileRoutes(app, services);
  configurationRoutes(app, services);
  batchRoutes(app, services);
  parseRoutes(app, services);
  webhookRoutes(app, services);
  extractRoutes(app, services);
}
