import { uuidOf } from '../model/ids.ts';
import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { admitJobs, lockProjects } from '../queue/admission.ts';
import {
  addToBatch,
  closeUnmappedFiles,
  lockBatches,
  oldestThrottledBatch,
  requestBatchCancel,
  type BatchCounters,
} from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import { cancelBatchJobs } from '../store/jobs.ts';
import type { Batch } from '../store/schema.ts';
import { moveBatch } from './batch-transitions.ts';
import type { Services } from './context.ts';
import { recordJobEvents } from './job-events.ts';

/*
 * Every change of a batch's counters or status after its creation goes through this file, inside a transaction
 * that holds the project's and then the batch's row lock. All transactions lock in the order
 * project → batch → job → ticket, so they cannot wait for each other in a circle.
 */

/** Adds ended files to a locked batch and ends the batch when they were its last. @returns whether they were */
export async function countEndedFiles(
  tx: Transaction,
  services: Services,
  batchId: string,
  ended: BatchCounters,
): Promise<boolean> {
  const batch = await addToBatch(tx, batchId, ended);
  return endBatchIfDone(tx, services, batch);
}

async function endBatchIfDone(tx: Transaction, services: Services, batch: Batch): Promise<boolean> {
  if (isTerminalBatchStatus(batch.status)) return false;
  const ended = batch.completed_files + batch.failed_files + batch.cancelled_files;
  if (ended < batch.total_files) return false;
  await moveBatch(tx, batch.id, { status: batch.cancel_requested_at ? 'CANCELLED' : 'COMPLETED' });
  await startNextThrottled(tx, services, batch.project_id);
  return true;
}

/** A place among the project's running batches may be free: lets the batch that waits longest try. */
export async function startNextThrottled(
  tx: Transaction,
  services: Services,
  projectId: string,
): Promise<void> {
  const next = await oldestThrottledBatch(tx, projectId);
  if (next) await services.queue.enqueue(tx, 'start-batch', [{ id: uuidOf(next) }]);
}

/**
 * Stops a batch: files without a job get none, jobs that wait end at once, jobs that run are told to stop. The
 * batch itself ends with its last job, which is now where none runs.
 */
export async function cancelLockedBatch(tx: Transaction, services: Services, batch: Batch): Promise<void> {
  const after = await stopLockedBatch(tx, services, batch, 'Cancelled before a job was made for this file.');
  await endBatchIfDone(tx, services, after);
}

/** Ends a batch whose orchestration could not go on. Jobs that run are told to stop; what has finished stays. */
export async function failLockedBatch(tx: Transaction, services: Services, batch: Batch): Promise<void> {
  const errorMessage = 'The batch could not be started, again and again. The log of the server says why.';
  await stopLockedBatch(tx, services, batch, errorMessage);
  await moveBatch(tx, batch.id, { status: 'FAILED', errorMessage });
  await startNextThrottled(tx, services, batch.project_id);
}

/** Files without a job get a message instead, jobs that wait end, jobs that run are told to stop. */
async function stopLockedBatch(
  tx: Transaction,
  services: Services,
  batch: Batch,
  message: string,
): Promise<Batch> {
  await requestBatchCancel(tx, batch.id);
  const unmapped = await closeUnmappedFiles(tx, batch.id, message);
  const jobs = await cancelBatchJobs(tx, batch.id);
  await recordJobEvents(
    tx,
    services,
    jobs.waiting.map((id) => ({ id, status: 'CANCELLED' })),
  );
  const kind = batch.job_type === 'parse_v2' ? 'parse' : 'extract';
  await services.queue.drop(tx, kind, jobs.waiting.map(uuidOf));
  if (batch.status !== 'RUNNING') await services.queue.drop(tx, 'start-batch', [uuidOf(batch.id)]);
  const cancelled = unmapped + jobs.waiting.length;
  const after = await addToBatch(tx, batch.id, { completed: 0, failed: 0, cancelled, pages: 0 });
  await admitJobs(tx, services.queue, batch.project_id, services.limits.maxRunningJobsPerProject);
  return after;
}

/** Locks a project and one of its batches. @returns undefined where there is no such batch */
export async function lockProjectAndBatch(
  tx: Transaction,
  projectId: string,
  batchId: string,
): Promise<Batch | undefined> {
  await lockProjects(tx, [projectId]);
  const [batch] = await lockBatches(tx, [batchId]);
  return batch?.project_id === projectId ? batch : undefined;
}
