import { Readable } from 'node:stream';
import { cancelJob, deleteJob } from '../../../services/cancel-job.ts';
import type { Services } from '../../../services/context.ts';
import type { DownloadResource } from '../../../services/download-links.ts';
import { getParseJob, listParseJobs } from '../../../services/parse-jobs.ts';
import { requireResult } from '../../../services/parse-sections.ts';
import {
  ParseJob,
  ParseJobDeleted,
  ParseJobListQuery,
  ParseJobPage,
  ParseJobParams,
  ParseResultQuery,
  ParseVersions,
} from '../../schemas/parse-job.ts';
import { ParseResult } from '../../schemas/parse-result.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import { presign } from '../../presign.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { createdQuery } from '../time.ts';
import { parseCreateRoutes } from './create-routes.ts';
import { presentParseJob, presentParseVersions } from './present.ts';
import { streamParseResult } from './result-stream.ts';

/** `/api/v2/parse`, contract section 8. */
export function parseRoutes(app: HttpServer, services: Services): void {
  const tags = ['parse'];
  parseCreateRoutes(app, services, tags);
  readRoutes(app, services, tags);
  endRoutes(app, services, tags);
}

function readRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.get('/api/v2/parse/versions', { schema: { tags, response: { 200: ParseVersions } } }, () =>
    presentParseVersions(),
  );

  app.get(
    '/api/v2/parse',
    { schema: { tags, querystring: ParseJobListQuery, response: { 200: ParseJobPage } } },
    async (request) => {
      const { query } = request;
      const page = await listParseJobs(services, request.principal.projectId, {
        pageSize: query.page_size,
        pageToken: query.page_token,
        status: query.status,
        jobIds: query.job_ids,
        ...createdQuery(query),
      });
      return presentPage(page, (view) => presentParseJob(view, { withUsage: false }));
    },
  );

  app.get(
    '/api/v2/parse/:job_id',
    {
      schema: { tags, params: ParseJobParams, querystring: ParseResultQuery, response: { 200: ParseResult } },
    },
    async (request, reply) => {
      const expand = new Set(request.query.expand);
      const view = await getParseJob(services, request.principal.projectId, request.params.job_id);
      if (expand.size > 0) await requireResult(services, view.job);
      const wish = {
        expand,
        imageNames: request.query.image_filenames,
        presign: (resource: DownloadResource) => presign(request, resource).url,
      };
      const answer = Readable.from(streamParseResult(services, view, wish), { objectMode: false });
      // The stream carries the JSON of a ParseResult, which the type provider cannot know.
      return reply.type('application/json; charset=utf-8').send(answer as unknown as ParseResult);
    },
  );
}

function endRoutes(app: HttpServer, services: Services, tags: string[]): void {
  app.post(
    '/api/v2/parse/:job_id/cancel',
    { schema: { tags, params: ParseJobParams, querystring: ScopeQuery, response: { 200: ParseJob } } },
    async (request) => {
      const { projectId } = request.principal;
      const { job_id } = request.params;
      await cancelJob(services, projectId, 'parse', job_id);
      return presentParseJob(await getParseJob(services, projectId, job_id), { withUsage: false });
    },
  );

  app.delete(
    '/api/v2/parse/:job_id',
    { schema: { tags, params: ParseJobParams, querystring: ScopeQuery, response: { 200: ParseJobDeleted } } },
    async (request) => {
      const { projectId } = request.principal;
      await deleteJob(services, projectId, 'parse', request.params.job_id);
      return { id: request.params.job_id, project_id: projectId };
    },
  );
}
