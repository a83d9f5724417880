import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { notFound, SheafError } from '../errors.ts';
import { inTransaction } from '../store/transaction.ts';
import { cancelLockedBatch, lockWholeBatch } from './batch-progress.ts';
import { getBatch, type BatchView } from './batches.ts';
import type { Services } from './context.ts';

/**
 * Asks a batch to stop and answers at once. Finished files keep their results.
 * @throws NOT_FOUND; CONFLICT when the batch has already ended
 */
export async function cancelBatch(services: Services, projectId: string, id: string): Promise<BatchView> {
  await inTransaction(services.db, async (tx) => {
    const batch = await lockWholeBatch(tx, projectId, id);
    if (!batch) throw notFound('Batch');
    if (isTerminalBatchStatus(batch.status)) {
      throw new SheafError('CONFLICT', `The batch is ${batch.status} and can no longer be cancelled`);
    }
    if (!batch.cancel_requested_at) await cancelLockedBatch(tx, services, batch);
  });
  services.hints.send('cancel');
  services.hints.send('work');
  return getBatch(services, projectId, id, { withFiles: false });
}
