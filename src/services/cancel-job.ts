import { notFound, SheafError } from '../errors.ts';
import { uuidOf } from '../model/ids.ts';
import { isTerminalJobStatus, type JobKind } from '../model/job-states.ts';
import { admitJobs, lockProjects } from '../queue/admission.ts';
import type { Transaction } from '../store/database.ts';
import type { Job } from '../store/schema.ts';
import {
  cancelWaitingJob,
  deleteJob as deleteJobRow,
  lockJob,
  requestJobCancel,
} from '../store/single-jobs.ts';
import { markGarbage } from '../store/retention.ts';
import { inTransaction } from '../store/transaction.ts';
import { countEndedFilesOf } from './batch-progress.ts';
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
    const job = await lockJobOfProject(tx, projectId, kind, id);
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
    const batch = { id: job.batch_id, projectId: job.project_id };
    await countEndedFilesOf(tx, services, batch, { cancelled: 1 });
  }
  await admitJobs(tx, services.queue, [job.project_id], services.limits.maxRunningJobsPerProject);
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
    const job = await lockJobOfProject(tx, projectId, kind, id);
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

/** The job, locked with its project; its batch is locked when it is counted in it. @throws NOT_FOUND */
async function lockJobOfProject(tx: Transaction, projectId: string, kind: JobKind, id: string): Promise<Job> {
  await lockProjects(tx, [projectId]);
  const job = await lockJob(tx, projectId, kind, id);
  if (!job) throw notFound(NAMES[kind]);
  return job;
}
