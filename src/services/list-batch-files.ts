import type { BatchFileStatus } from '../model/batch-file-states.ts';
import { countDeletedFiles, readBatchFileRows, type BatchFileRow } from '../store/batch-file-rows.ts';
import { getBatch, type BatchView } from './batches.ts';
import type { Services } from './context.ts';
import { toPageRequest, type Page, type PageQuery } from './paging.ts';

export type { BatchFileRow } from '../store/batch-file-rows.ts';

/**
 * The files of a batch in its order, with what became of them. The total comes from the batch's counters, which a
 * list of a million files has for nothing.
 * @throws NOT_FOUND; a 422 for a page token of another list
 */
export async function listBatchFileRows(
  services: Services,
  projectId: string,
  batchId: string,
  query: PageQuery & { readonly status?: BatchFileStatus | undefined },
): Promise<Page<BatchFileRow>> {
  const { status } = query;
  const view = await getBatch(services, projectId, batchId, { withFiles: false });
  const filters = { list: 'batch-files', batchId, status };
  const { size, after } = toPageRequest(services, query, filters);
  const rows = await readBatchFileRows(services.db, {
    batchId,
    limit: size + 1,
    ...(after && { after: Number(after.id) }),
    ...(status && { status }),
  });
  const totalSize =
    status === 'DELETED' ? await countDeletedFiles(services.db, batchId) : countOf(view, status);
  const items = rows.slice(0, size);
  const last = items.at(-1);
  const position = last && { createdAt: '', id: String(last.position) };
  const nextPageToken = rows.length > size && position ? services.pageTokens.encode(position, filters) : null;
  return { items, nextPageToken, totalSize };
}

function countOf(
  { batch, runningJobs }: BatchView,
  status: Exclude<BatchFileStatus, 'DELETED'> | undefined,
): number {
  const { total_files, completed_files, failed_files, cancelled_files } = batch;
  const open = Math.max(0, total_files - completed_files - failed_files - cancelled_files);
  switch (status) {
    case undefined:
      return total_files;
    case 'COMPLETED':
      return completed_files;
    case 'FAILED':
      return failed_files;
    case 'CANCELLED':
      return cancelled_files;
    case 'RUNNING':
      return runningJobs;
    case 'PENDING':
      return Math.max(0, open - runningJobs);
  }
}
