import { notFound, SheafError } from '../errors.ts';
import { uuidOf } from '../model/ids.ts';
import { isTerminalJobStatus, type JobKind } from '../model/job-states.ts';
import { admitJobs, lockProjects } from '../queue/admission.ts';
import { lockBatches } from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import type { Job } from '../store/schema.ts';
import {
  cancelWaitingJob,
  deleteJob as deleteJobRow,
  findBatchOfJob,
  lockJob,
  requestJobCancel,
} from '../store/single-jobs.ts';
import { markGarbage } from '../store/retention.ts';
import { inTransaction } from '../store/transaction.ts';
import { countEndedFiles } from './batch-progress.ts';
import type { Services } from './context.ts';
import { recordJobEvents } from './job-events.ts';

const NAMES = { parse: 'Parse job', extract: 'Extract job' } as const;

/**
 * Asks a job to stop and answers at once, a batch's jobs too. One that waits has ended by then; one that runs ends
 * when its worker has heard of it. To ask again meanwhile changes nothing.
 * @throws NOT_FOUND; CONFLICT when the job has already ended
 */
export async function cancelJob(
  services: Services,
  projectId: string,
  kind: JobKind,
  id: string,
): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    const job = await lockWholeJob(tx, projectId, kind, id);
    if (isTerminalJobStatus(job.status)) {
      throw new SheafError('CONFLICT', `The job is ${job.status} and can no longer be cancelled`);
    }
    if (job.status === 'PENDING') await endWaitingJob(tx, services, job);
    else await requestJobCancel(tx, id);
  });
  services.hints.send('cancel');
  services.hints.send('work');
}

async function endWaitingJob(tx: Transaction, services: Services, job: Job): Promise<void> {
  await cancelWaitingJob(tx, job.id);
  await services.queue.drop(tx, job.kind, [uuidOf(job.id)]);
  await recordJobEvents(tx, services, [{ id: job.id, status: 'CANCELLED' }]);
  if (job.batch_id !== null) {
    await countEndedFiles(tx, services, job.batch_id, { completed: 0, failed: 0, cancelled: 1, pages: 0 });
  }
  await admitJobs(tx, services.queue, job.project_id, services.limits.maxRunningJobsPerProject);
}

/**
 * Removes an ended job and its result. The batch that it belongs to goes on naming it, as one that is not there.
 * @throws NOT_FOUND; CONFLICT while the job has not ended
 */
export async function deleteJob(
  services: Services,
  projectId: string,
  kind: JobKind,
  id: string,
): Promise<void> {
  await inTransaction(services.db, async (tx) => {
    const job = await lockWholeJob(tx, projectId, kind, id);
    if (!isTerminalJobStatus(job.status)) {
      throw new SheafError(
        'CONFLICT',
        `The job is ${job.status}: cancel it, or wait for its end, then delete it`,
      );
    }
    await deleteJobRow(tx, id);
    if (job.result) await markGarbage(tx, [job.result.key]);
  });
}

/** The job with everything it is counted in, locked in the order that every transaction shares. @throws NOT_FOUND */
async function lockWholeJob(tx: Transaction, projectId: string, kind: JobKind, id: string): Promise<Job> {
  await lockProjects(tx, [projectId]);
  const known = await findBatchOfJob(tx, projectId, kind, id);
  if (!known) throw notFound(NAMES[kind]);
  if (known.batchId !== null) await lockBatches(tx, [known.batchId]);
  const job = await lockJob(tx, id);
  if (!job) throw notFound(NAMES[kind]);
  return job;
}
