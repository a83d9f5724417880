import type { Services } from '../../../services/context.ts';
import { listBatchFileRows } from '../../../services/list-batch-files.ts';
import { BatchFileListQuery, BatchFilePage } from '../../schemas/batch-file.ts';
import { BatchParams } from '../../schemas/batch.ts';
import type { HttpServer } from '../../server.ts';
import { presentPage } from '../page.ts';
import { presentBatchFile } from './present-file.ts';

/** The files of a batch with their outcomes, in pages. An addition of Sheaf. */
export function batchFileRoutes(app: HttpServer, services: Services): void {
  app.get(
    '/api/v2/batches/:batch_id/files',
    {
      schema: {
        tags: ['batches'],
        params: BatchParams,
        querystring: BatchFileListQuery,
        response: { 200: BatchFilePage },
        description: "The batch's files in its order, with what became of each. An addition of Sheaf.",
      },
    },
    async (request) => {
      const { page_size: pageSize, page_token: pageToken, status } = request.query;
      const query = { pageSize, pageToken, status };
      const { projectId } = request.principal;
      const page = await listBatchFileRows(services, projectId, request.params.batch_id, query);
      return presentPage(page, presentBatchFile);
    },
  );
}
