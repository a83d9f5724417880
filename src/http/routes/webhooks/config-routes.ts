import type { Services } from '../../../services/context.ts';
import {
  changeWebhookConfig,
  createWebhookConfig,
  deleteWebhookConfig,
  getWebhookConfig,
  listWebhookConfigs,
} from '../../../services/webhook-configs.ts';
import { testWebhookConfig } from '../../../services/webhook-deliveries.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import {
  WebhookConfig,
  WebhookConfigCreateBody,
  WebhookConfigList,
  WebhookConfigParams,
  WebhookConfigUpdateBody,
} from '../../schemas/webhook-config.ts';
import { WebhookDelivery } from '../../schemas/webhook-delivery.ts';
import type { HttpServer } from '../../server.ts';
import { deliveryRoutes } from './delivery-routes.ts';
import { presentDelivery, presentWebhookConfig } from './present.ts';

const tags = ['webhooks'];
const BASE = '/api/v1/beta/webhook-configs';
const ONE = `${BASE}/:config_id`;

/** `/api/v1/beta/webhook-configs`, contract section 10.1, and what became of the events. */
export function webhookRoutes(app: HttpServer, services: Services): void {
  collectionRoutes(app, services);
  singleRoutes(app, services);
  testRoute(app, services);
  deliveryRoutes(app, services);
}

function collectionRoutes(app: HttpServer, services: Services): void {
  const body = WebhookConfigCreateBody;
  app.post(
    BASE,
    { schema: { tags, querystring: ScopeQuery, body, response: { 201: WebhookConfig } } },
    async (request, reply) => {
      const config = await createWebhookConfig(services, request.principal.projectId, request.body);
      return reply.code(201).send(presentWebhookConfig(config));
    },
  );

  app.get(
    BASE,
    { schema: { tags, querystring: ScopeQuery, response: { 200: WebhookConfigList } } },
    async (request) => {
      const configs = await listWebhookConfigs(services, request.principal.projectId);
      return configs.map(presentWebhookConfig);
    },
  );
}

function singleRoutes(app: HttpServer, services: Services): void {
  const one = { tags, params: WebhookConfigParams, querystring: ScopeQuery };
  app.get(ONE, { schema: { ...one, response: { 200: WebhookConfig } } }, async (request) => {
    const { projectId } = request.principal;
    return presentWebhookConfig(await getWebhookConfig(services, projectId, request.params.config_id));
  });

  app.put(
    ONE,
    { schema: { ...one, body: WebhookConfigUpdateBody, response: { 200: WebhookConfig } } },
    async (request) => {
      const { projectId } = request.principal;
      const { config_id } = request.params;
      return presentWebhookConfig(await changeWebhookConfig(services, projectId, config_id, request.body));
    },
  );

  app.delete(ONE, { schema: one }, async (request, reply) => {
    await deleteWebhookConfig(services, request.principal.projectId, request.params.config_id);
    return reply.code(204).send();
  });
}

function testRoute(app: HttpServer, services: Services): void {
  app.post(
    `${ONE}/test`,
    {
      schema: {
        tags,
        params: WebhookConfigParams,
        querystring: ScopeQuery,
        response: { 200: WebhookDelivery },
        description: 'Sends a test event now, once, and answers with what came of it. An addition of Sheaf.',
      },
    },
    async (request) => {
      const { projectId } = request.principal;
      return presentDelivery(await testWebhookConfig(services, projectId, request.params.config_id));
    },
  );
}
