import { uuidOf } from '../model/ids.ts';
import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { admitJobs, lockProjects } from '../queue/admission.ts';
import {
  addToBatches,
  closeUnmappedFiles,
  findBatch,
  lockBatch,
  NO_FILES,
  oldestThrottledBatch,
  requestBatchCancel,
  type BatchCounters,
} from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import { cancelBatchJobs, lockOpenJobsOfBatch } from '../store/jobs.ts';
import type { Batch } from '../store/schema.ts';
import { moveBatch } from './batch-transitions.ts';
import type { Services } from './context.ts';
import { recordJobEvents } from './job-events.ts';

/*
 * Every change of a batch's counters or status after its creation goes through this file. What counts a project's
 * jobs or batches, or stops a batch, holds the project's row lock; what gives a batch's files their jobs holds its
 * ticket. All transactions lock in the order project → job → ticket → batch, rows of a table in the order of their ids,
 * so that they cannot wait for each other in a circle; the batch comes last because everybody who ends one of its jobs
 * needs it, for a moment.
 */

/**
 * Adds ended files to batches, which it locks, and ends those whose last they were. A transaction that holds the
 * project's lock, this one or a later one, has to let the next batch start: {@link startNextThrottled}.
 * @returns the batches that ended
 */
export async function countEndedFiles(
  tx: Transaction,
  ended: ReadonlyMap<string, BatchCounters>,
): Promise<Batch[]> {
  const counted = await addToBatches(tx, ended);
  const done = counted.filter(isDone);
  for (const batch of done) await moveToEnd(tx, batch);
  return done;
}

function isDone(batch: Batch): boolean {
  const ended = batch.completed_files + batch.failed_files + batch.cancelled_files;
  return !isTerminalBatchStatus(batch.status) && ended >= batch.total_files;
}

async function moveToEnd(tx: Transaction, batch: Batch): Promise<void> {
  await moveBatch(tx, batch.id, { status: batch.cancel_requested_at ? 'CANCELLED' : 'COMPLETED' });
}

/** {@link countEndedFiles} for a transaction that holds the project's lock: the next batch is let start at once. */
export async function countEndedFilesOf(
  tx: Transaction,
  services: Services,
  batch: { readonly id: string; readonly projectId: string },
  ended: Partial<BatchCounters>,
): Promise<void> {
  const done = await countEndedFiles(tx, new Map([[batch.id, { ...NO_FILES, ...ended }]]));
  if (done.length > 0) await startNextThrottled(tx, services, batch.projectId);
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
  if (!isDone(after)) return;
  await moveToEnd(tx, after);
  await startNextThrottled(tx, services, batch.project_id);
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
  const [after = batch] = await addToBatches(tx, new Map([[batch.id, { ...NO_FILES, cancelled }]]));
  await admitJobs(tx, services.queue, [batch.project_id], services.limits.maxRunningJobsPerProject);
  return after;
}

/**
 * Locks a project, the jobs of one of its batches that have not ended, and the batch: what it is, it stays.
 * @returns undefined where there is no such batch
 */
export async function lockWholeBatch(
  tx: Transaction,
  projectId: string,
  batchId: string,
): Promise<Batch | undefined> {
  await lockProjects(tx, [projectId]);
  if (!(await findBatch(tx, projectId, batchId))) return undefined;
  await lockOpenJobsOfBatch(tx, batchId);
  return lockBatch(tx, batchId);
}
