import type { FastifyRequest } from 'fastify';
import { createBatch, getBatch, listProjectBatches } from '../../../services/batches.ts';
import { followBatch } from '../../../services/follow-batch.ts';
import { retryBatch } from '../../../services/retry-batch.ts';
import { cancelBatch } from '../../../services/cancel-batch.ts';
import type { Services } from '../../../services/context.ts';
import {
  Batch,
  BatchCreateBody,
  BatchGetQuery,
  BatchListQuery,
  BatchPage,
  BatchParams,
  BatchRetryBody,
} from '../../schemas/batch.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { createRequestOf } from '../create-request.ts';
import { createdQuery } from '../time.ts';
import { streamEvents } from './events.ts';
import { presentBatch } from './present.ts';
import { batchCheckRoutes } from './check-routes.ts';
import { batchExportRoutes } from './export/routes.ts';
import { batchFileRoutes } from './file-routes.ts';
import { batchWishOf } from './wish.ts';

/** `/api/v2/batches`, contract section 4. */
export function batchRoutes(app: HttpServer, services: Services): void {
  const tags = ['batches'];

  app.post(
    '/api/v2/batches',
    { schema: { tags, querystring: ScopeQuery, body: BatchCreateBody, response: { 201: Batch } } },
    async (request, reply) => {
      const wish = batchWishOf(request.body);
      const view = await createBatch(services, createRequestOf(request, reply), wish);
      return reply.code(201).send(presentBatch(view));
    },
  );

  app.get(
    '/api/v2/batches',
    { schema: { tags, querystring: BatchListQuery, response: { 200: BatchPage } } },
    async (request) => {
      const { query } = request;
      const page = await listProjectBatches(services, request.principal.projectId, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        status: query.status,
        sourceDirectoryId: query.source_directory_id,
        ...createdQuery(query),
        q: query.q,
      });
      return presentPage(page, presentBatch);
    },
  );

  app.get(
    '/api/v2/batches/:batch_id',
    { schema: { tags, params: BatchParams, querystring: BatchGetQuery, response: { 200: Batch } } },
    async (request) => {
      const withFiles = request.query.expand?.includes('results') ?? false;
      const view = await getBatch(services, request.principal.projectId, request.params.batch_id, {
        withFiles,
      });
      return presentBatch(view);
    },
  );

  app.post(
    '/api/v2/batches/:batch_id/cancel',
    { schema: { tags, params: BatchParams, querystring: ScopeQuery, response: { 200: Batch } } },
    async (request) =>
      presentBatch(await cancelBatch(services, request.principal.projectId, request.params.batch_id)),
  );

  app.post(
    '/api/v2/batches/:batch_id/retry',
    {
      // A retry without wishes needs no body.
      preValidation: async (request) => {
        request.body ??= {};
      },
      schema: {
        tags,
        params: BatchParams,
        querystring: ScopeQuery,
        body: BatchRetryBody,
        response: { 201: Batch },
      },
    },
    async (request, reply) => {
      const configurationId = request.body.configuration_id ?? undefined;
      const view = await retryBatch(services, createRequestOf(request, reply), request.params.batch_id, {
        configurationId,
        files: request.body.directory_file_ids ?? undefined,
      });
      return reply.code(201).send(presentBatch(view));
    },
  );

  followRoute(app, services, tags);
  batchCheckRoutes(app, services);
  batchFileRoutes(app, services);
  batchExportRoutes(app, services);
}

/** Batches that are followed; a server that stops ends their streams, which would keep it open. */
function followRoute(app: HttpServer, services: Services, tags: string[]): void {
  const open = new Set<AbortController>();
  app.addHook('preClose', async () => {
    for (const controller of open) controller.abort();
  });

  app.get(
    '/api/v2/batches/:batch_id/events',
    { schema: { tags, params: BatchParams, querystring: ScopeQuery, description: EVENTS } },
    async (request, reply) => {
      const { projectId } = request.principal;
      const { batch_id } = request.params;
      const { batch } = await getBatch(services, projectId, batch_id, { withFiles: false });
      const known = lastEventId(request);
      // Nothing will ever follow: 204 keeps an EventSource from asking again.
      if (batch.finished_at && known >= batch.revision) return reply.code(204).send();

      const controller = new AbortController();
      open.add(controller);
      const changes = followBatch(services, projectId, batch_id, known, controller.signal);
      const stream = streamEvents(changes, () => {
        controller.abort();
        open.delete(controller);
      });
      return reply.type('text/event-stream').header('cache-control', 'no-store').send(stream);
    },
  );
}

const EVENTS =
  'Server-Sent Events: `progress` carries the batch, `status` its new status. Resumable by `Last-Event-ID`; ' +
  'the stream ends with the batch. An addition of Sheaf.';

function lastEventId(request: FastifyRequest): number {
  const id = Number(request.headers['last-event-id'] ?? -1);
  return Number.isSafeInteger(id) ? id : -1;
}
