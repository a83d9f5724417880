import { checkBatch, type BatchCheck as Checked } from '../../../services/check-batch.ts';
import type { Services } from '../../../services/context.ts';
import { BatchCheck } from '../../schemas/batch-check.ts';
import { BatchCreateBody } from '../../schemas/batch.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import type { HttpServer } from '../../server.ts';
import { batchWishOf } from './wish.ts';

/** What would fail in a batch, before there is one. An addition of Sheaf. */
export function batchCheckRoutes(app: HttpServer, services: Services): void {
  app.post(
    '/api/v2/batches/check',
    {
      schema: {
        tags: ['batches'],
        querystring: ScopeQuery,
        body: BatchCreateBody,
        response: { 200: BatchCheck },
        description:
          'Takes the body of a create and makes nothing: says which files are sure to fail, and what is doubtful. ' +
          'An addition of Sheaf.',
      },
    },
    async (request, reply) => {
      const gone = new AbortController();
      reply.raw.once('close', () => gone.abort());
      const { projectId } = request.principal;
      return presentCheck(await checkBatch(services, projectId, batchWishOf(request.body), gone.signal));
    },
  );
}

function presentCheck({ totalFiles, checkedFiles, totalBytes, problems }: Checked): BatchCheck {
  const willFail = problems.filter(({ verdict }) => verdict === 'will_fail').length;
  return {
    total_files: totalFiles,
    checked_files: checkedFiles,
    will_fail: willFail,
    warnings: problems.length - willFail,
    total_bytes: totalBytes,
    problems: problems.map(({ file, verdict, code, message, duplicateOf }) => ({
      directory_file_id: file.id,
      display_name: file.display_name,
      size_bytes: file.size_bytes,
      verdict,
      error_code: code,
      message,
      duplicate_of: duplicateOf,
    })),
  };
}
