import type { BatchStatus } from '../model/batch-states.ts';
import { uuidOf } from '../model/ids.ts';
import { insertBatchTransition } from '../store/batch-events.ts';
import { setBatchStatus } from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import type { Batch } from '../store/schema.ts';
import { insertBatchEvent } from '../store/webhook-events.ts';

/** The webhook event that tells of a status (contract 10.2). There is none for THROTTLED. */
const EVENTS: Readonly<Record<BatchStatus, string | undefined>> = {
  PENDING: 'batch.pending',
  THROTTLED: undefined,
  RUNNING: 'batch.running',
  COMPLETED: 'batch.success',
  FAILED: 'batch.error',
  CANCELLED: 'batch.cancelled',
};

/** Moves a locked batch and records the transition and its webhook events with it. @returns the batch after it */
export async function moveBatch(
  tx: Transaction,
  id: string,
  change: { status: BatchStatus; errorMessage?: string },
): Promise<Batch> {
  const batch = await setBatchStatus(tx, id, change);
  await recordBatchStatus(tx, batch);
  return batch;
}

/** Records the status that a batch has now. An event's id is made of its batch and revision: told twice, it is one. */
export async function recordBatchStatus(tx: Transaction, batch: Batch): Promise<void> {
  await insertBatchTransition(tx, batch);
  const type = EVENTS[batch.status];
  if (!type) return;
  await insertBatchEvent(tx, {
    id: `evt-${uuidOf(batch.id)}-${batch.revision}`,
    type,
    projectId: batch.project_id,
    batchId: batch.id,
    data: {
      id: batch.id,
      job_id: batch.id,
      status: batch.status,
      project_id: batch.project_id,
      source_directory_id: batch.source_directory_id,
    },
  });
}
