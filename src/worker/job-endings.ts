import type { JobErrorCode } from '../model/job-errors.ts';
import type { ClaimedJob, FinishedJob } from '../services/run-jobs.ts';

/** How jobs end that bring no result. */

/** A worker that dies while it has this document may be unlucky; this many of them are the document's doing. */
const MAX_LOST_ATTEMPTS = 10;

/** A fault of Sheaf's own parts that strikes the same file this often is not a passing one. */
const MAX_FAULTS = 5;

const NOTHING = { pages: null, result: null, summary: null } as const;

/** Reasons not to start a job at all. */
export function refusalOf(job: ClaimedJob): FinishedJob | undefined {
  if (job.cancelled) return cancelled(job);
  if (job.lost_attempts >= MAX_LOST_ATTEMPTS) {
    return failure(
      job,
      'WORKER_LOST',
      `${job.lost_attempts} workers died while they had this file, so it is not tried again. ` +
        `The server's log says how they ended.`,
    );
  }
  if (job.faults >= MAX_FAULTS) {
    return failure(
      job,
      'PROCESSING_FAILED',
      `Sheaf itself failed ${job.faults} times while it had this file, so it is not tried again. ` +
        `The server's log says how; once that is mended, have it parsed again.`,
    );
  }
  return undefined;
}

/** The end of a job that cannot succeed, with a sentence for its owner. */
export function failure(job: ClaimedJob, code: JobErrorCode, message: string): FinishedJob {
  return {
    id: job.id,
    attempt: job.attempt,
    status: 'FAILED',
    errorCode: code,
    errorMessage: `${code}: ${message}`,
    ...NOTHING,
  };
}

/** The end of a job whose result the database does not take. */
export function unrecorded(job: ClaimedJob): FinishedJob {
  return failure(job, 'PROCESSING_FAILED', `The result could not be recorded. The server's log says why.`);
}

/** The end of a job that somebody stopped. */
export function cancelled(job: ClaimedJob): FinishedJob {
  return {
    id: job.id,
    attempt: job.attempt,
    status: 'CANCELLED',
    errorCode: null,
    errorMessage: 'Cancelled while it ran.',
    ...NOTHING,
  };
}
