import type { BatchStatus } from '../model/batch-states.ts';
import type { Executor, Transaction } from './database.ts';
import type { BatchTransition } from './schema.ts';

/** The history of a batch. */

/** Enters a status into the batch's history. */
export async function insertBatchTransition(
  tx: Transaction,
  batch: { id: string; revision: number; status: BatchStatus },
): Promise<void> {
  await tx
    .insertInto('batch_transitions')
    .values({ batch_id: batch.id, revision: batch.revision, status: batch.status })
    .execute();
}

/** The batch's history after a revision, oldest first. */
export async function listBatchTransitions(
  db: Executor,
  batchId: string,
  afterRevision: number,
): Promise<BatchTransition[]> {
  return db
    .selectFrom('batch_transitions')
    .selectAll()
    .where('batch_id', '=', batchId)
    .where('revision', '>', afterRevision)
    .orderBy('revision')
    .execute();
}
