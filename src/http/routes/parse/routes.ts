import { Readable } from 'node:stream';
import type { Services } from '../../../services/context.ts';
import { getParseJob, requireResult } from '../../../services/parse-jobs.ts';
import { ParseJobParams, ParseResultQuery, ParseVersions } from '../../schemas/parse-job.ts';
import { ParseResult } from '../../schemas/parse-result.ts';
import type { HttpServer } from '../../server.ts';
import { presentParseVersions } from './present.ts';
import { streamParseResult } from './result-stream.ts';

/** `/api/v2/parse`, contract section 8. */
export function parseRoutes(app: HttpServer, services: Services): void {
  app.get('/api/v2/parse/versions', { schema: { tags: ['parse'], response: { 200: ParseVersions } } }, () =>
    presentParseVersions(),
  );

  app.get(
    '/api/v2/parse/:job_id',
    {
      schema: {
        tags: ['parse'],
        params: ParseJobParams,
        querystring: ParseResultQuery,
        response: { 200: ParseResult },
      },
    },
    async (request, reply) => {
      const expand = new Set(request.query.expand);
      const view = await getParseJob(services, request.principal.projectId, request.params.job_id);
      if (expand.size > 0) await requireResult(services, view.job);
      const answer = Readable.from(streamParseResult(services, view, expand), { objectMode: false });
      // The stream carries the JSON of a ParseResult, which the type provider cannot know.
      return reply.type('application/json; charset=utf-8').send(answer as unknown as ParseResult);
    },
  );
}
