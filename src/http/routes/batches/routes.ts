import type { FastifyRequest } from 'fastify';
import { createBatch, getBatch, listProjectBatches, type CreateRequest } from '../../../services/batches.ts';
import { cancelBatch } from '../../../services/cancel-batch.ts';
import type { Services } from '../../../services/context.ts';
import {
  Batch,
  BatchCreateBody,
  BatchGetQuery,
  BatchListQuery,
  BatchPage,
  BatchParams,
} from '../../schemas/batch.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { toDate } from '../time.ts';
import { presentBatch } from './present.ts';
import { readWebhooks } from './webhooks.ts';

/** `/api/v2/batches`, contract section 4. */
export function batchRoutes(app: HttpServer, services: Services): void {
  const tags = ['batches'];

  app.post(
    '/api/v2/batches',
    { schema: { tags, querystring: ScopeQuery, body: BatchCreateBody, response: { 201: Batch } } },
    async (request, reply) => {
      const { source_directory_id, config } = request.body;
      const wish = {
        sourceDirectoryId: source_directory_id,
        jobType: config.job.type,
        configurationId: config.job.configuration_id,
        webhooks: readWebhooks(request.body),
      };
      const view = await createBatch(services, createRequestOf(request), wish);
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
        createdAtOnOrAfter: toDate(query.created_at_on_or_after),
        createdAtOnOrBefore: toDate(query.created_at_on_or_before),
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
      const view = await getBatch(services, request.principal.projectId, request.params.batch_id, { withFiles });
      return presentBatch(view);
    },
  );

  app.post(
    '/api/v2/batches/:batch_id/cancel',
    { schema: { tags, params: BatchParams, querystring: ScopeQuery, response: { 200: Batch } } },
    async (request) =>
      presentBatch(await cancelBatch(services, request.principal.projectId, request.params.batch_id)),
  );
}

/** Clients count their retries in a header of their own. */
function createRequestOf(request: FastifyRequest): CreateRequest {
  const retryCount = Number(request.headers['x-stainless-retry-count'] ?? 0);
  return { principal: request.principal, retryCount: Number.isSafeInteger(retryCount) ? retryCount : 0 };
}
