import { Type } from 'typebox';
import type { Services } from '../../../services/context.ts';
import {
  listWebhookDeliveries,
  replayDelivery,
  type DeliveryOwner,
} from '../../../services/webhook-deliveries.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import {
  WebhookDelivery,
  WebhookDeliveryListQuery,
  WebhookDeliveryPage,
} from '../../schemas/webhook-delivery.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { presentDelivery } from './present.ts';

const OwnerParams = Type.Object({ owner_id: Type.String() });
const DeliveryParams = Type.Object({ owner_id: Type.String(), delivery_id: Type.String() });

/** Where deliveries are listed, and whose those are. */
const LOGS: readonly { path: string; ownerOf: (id: string) => DeliveryOwner }[] = [
  { path: '/api/v1/beta/webhook-configs/:owner_id/deliveries', ownerOf: (configId) => ({ configId }) },
  { path: '/api/v2/batches/:owner_id/webhook-deliveries', ownerOf: (batchId) => ({ batchId }) },
  { path: '/api/v2/parse/:owner_id/webhook-deliveries', ownerOf: (jobId) => ({ jobId, kind: 'parse' }) },
  { path: '/api/v2/extract/:owner_id/webhook-deliveries', ownerOf: (jobId) => ({ jobId, kind: 'extract' }) },
];

/** The log of deliveries, and sending one again. Additions of Sheaf. */
export function deliveryRoutes(app: HttpServer, services: Services): void {
  for (const { path, ownerOf } of LOGS) {
    app.get(
      path,
      {
        schema: {
          tags: ['webhooks'],
          params: OwnerParams,
          querystring: WebhookDeliveryListQuery,
          response: { 200: WebhookDeliveryPage },
          description: 'What became of every event, newest first. An addition of Sheaf.',
        },
      },
      async (request) => {
        const { projectId } = request.principal;
        const { page_size: pageSize, page_token: pageToken, state } = request.query;
        const owner = ownerOf(request.params.owner_id);
        const page = await listWebhookDeliveries(services, projectId, owner, { pageSize, pageToken, state });
        return presentPage(page, presentDelivery);
      },
    );

    app.post(
      `${path}/:delivery_id/replay`,
      {
        schema: {
          tags: ['webhooks'],
          params: DeliveryParams,
          querystring: ScopeQuery,
          response: { 200: WebhookDelivery },
          description: 'Sends an event again, under the same event id. An addition of Sheaf.',
        },
      },
      async (request) => {
        const { owner_id, delivery_id } = request.params;
        const { projectId } = request.principal;
        return presentDelivery(await replayDelivery(services, projectId, ownerOf(owner_id), delivery_id));
      },
    );
  }
}
