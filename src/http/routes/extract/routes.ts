import { Readable } from 'node:stream';
import type { FastifyReply } from 'fastify';
import { cancelJob, deleteJob } from '../../../services/cancel-job.ts';
import type { Services } from '../../../services/context.ts';
import { createExtractJob } from '../../../services/create-extract-job.ts';
import { getExtractJob, listExtractJobs } from '../../../services/extract-jobs.ts';
import { requireExtraction } from '../../../services/extract-sections.ts';
import {
  ExtractCreateBody,
  ExtractJob,
  ExtractJobDeleted,
  ExtractJobListQuery,
  ExtractJobPage,
  ExtractJobParams,
  ExtractJobQuery,
} from '../../schemas/extract-job.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { createRequestOf } from '../create-request.ts';
import { createdQuery } from '../time.ts';
import { webhookWishOf } from '../webhooks/wish.ts';
import { streamExtractJob, streamExtractJobs } from './result-stream.ts';
import { schemaRoutes } from './schema-routes.ts';

/** `/api/v2/extract`, contract section 9. */
export function extractRoutes(app: HttpServer, services: Services): void {
  const tags = ['extract'];
  createRoute(app, services, tags);
  readRoutes(app, services, tags);
  endRoutes(app, services, tags);
  schemaRoutes(app, services, tags);
}

/** What a create and a cancel answer with: the configuration is echoed, and there is no result to tell of. */
const ECHO: ReadonlySet<string> = new Set(['configuration']);

function createRoute(app: HttpServer, services: Services, tags: string[]): void {
  // 200, not 201 (contract 13.10).
  app.post(
    '/api/v2/extract',
    { schema: { tags, querystring: ScopeQuery, body: ExtractCreateBody, response: { 200: ExtractJob } } },
    async (request, reply) => {
      const { body } = request;
      const view = await createExtractJob(services, createRequestOf(request, reply), {
        fileInput: body.file_input,
        configurationId: body.configuration_id ?? null,
        configuration: body.configuration ?? null,
        webhooks: webhookWishOf(body),
      });
      return sendJson(reply, streamExtractJob(services, view, ECHO));
    },
  );
}

function readRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.get(
    '/api/v2/extract',
    { schema: { tags, querystring: ExtractJobListQuery, response: { 200: ExtractJobPage } } },
    async (request, reply) => {
      const { query } = request;
      const expand = new Set(query.expand);
      const page = await listExtractJobs(services, request.principal.projectId, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        status: query.status,
        jobIds: query.job_ids,
        fileInput: query.file_input ?? query.document_input_value,
        inputType: query.document_input_type,
        configurationId: query.configuration_id,
        ...createdQuery(query),
        withConfiguration: expand.has('configuration'),
      });
      return sendJson(reply, streamExtractJobs(services, page, expand));
    },
  );

  app.get(
    '/api/v2/extract/:job_id',
    {
      schema: {
        tags,
        params: ExtractJobParams,
        querystring: ExtractJobQuery,
        response: { 200: ExtractJob },
      },
    },
    async (request, reply) => {
      const view = await getExtractJob(services, request.principal.projectId, request.params.job_id);
      await requireExtraction(services, view.job);
      return sendJson(reply, streamExtractJob(services, view, new Set(request.query.expand)));
    },
  );
}

function endRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.post(
    '/api/v2/extract/:job_id/cancel',
    { schema: { tags, params: ExtractJobParams, querystring: ScopeQuery, response: { 200: ExtractJob } } },
    async (request, reply) => {
      const { projectId } = request.principal;
      const { job_id } = request.params;
      await cancelJob(services, projectId, 'extract', job_id);
      const view = await getExtractJob(services, projectId, job_id);
      return sendJson(reply, streamExtractJob(services, view, ECHO));
    },
  );

  app.delete(
    '/api/v2/extract/:job_id',
    {
      schema: {
        tags,
        params: ExtractJobParams,
        querystring: ScopeQuery,
        response: { 200: ExtractJobDeleted },
      },
    },
    async (request) => {
      const { projectId } = request.principal;
      await deleteJob(services, projectId, 'extract', request.params.job_id);
      return { id: request.params.job_id, project_id: projectId };
    },
  );
}

/** The stream carries the JSON of the route's answer, which the type provider cannot know. */
function sendJson(reply: FastifyReply, json: AsyncGenerator<string | Buffer>): never {
  const answer = Readable.from(json, { objectMode: false });
  return reply.type('application/json; charset=utf-8').send(answer) as never;
}
