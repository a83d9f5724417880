import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParseEngine, ParseOutcome } from '../engines/parse/port.ts';
import { uuidOf } from '../model/ids.ts';
import type { JobErrorCode } from '../model/job-errors.ts';
import { BlobNotFoundError, type BlobStore } from '../services/context.ts';
import type { ClaimedJob, Ending, FinishedJob } from '../services/run-jobs.ts';

/** A worker that dies while it has this document may be unlucky; this many of them are the document's doing. */
const MAX_LOST_ATTEMPTS = 10;

/** A fault of Sheaf's own parts that strikes the same file this often is not a passing one. */
const MAX_FAULTS = 5;

/** Where the result of one attempt lies. Each attempt has its own, so a late one overwrites nothing. */
export function resultKey(job: { id: string; attempt: number }): string {
  const uuid = uuidOf(job.id);
  return `results/${uuid.slice(-2)}/${uuid}-${job.attempt}`;
}

/**
 * One attempt at a parse job: fetch the file, parse it, store the result. Whatever the document does becomes an
 * ending; only faults of Sheaf's own parts are thrown.
 */
export async function runParseJob(
  parts: { engine: ParseEngine; blobs: BlobStore },
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<Ending> {
  const refusal = refuse(job);
  if (refusal) return { job, finished: refusal };
  const file = await parts.blobs.localFile(job.blob_key ?? '').catch((error: unknown) => {
    if (error instanceof BlobNotFoundError) return undefined;
    throw error;
  });
  if (!file)
    return { job, finished: failure(job, 'FILE_NOT_FOUND', 'The source file is no longer in storage.') };

  const outputDir = join(parts.blobs.temporaryDirectory, randomUUID());
  try {
    await mkdir(outputDir, { recursive: true, mode: 0o700 });
    const outcome = await parts.engine.parse(
      {
        jobId: job.id,
        inputPath: file.path,
        fileName: job.name,
        parameters: job.parameters,
        outputDir,
      },
      signal,
    );
    return await toEnding(parts.blobs, job, outcome);
  } finally {
    await Promise.all([file.release(), rm(outputDir, { recursive: true, force: true })]);
  }
}

/** Reasons not to start at all. */
function refuse(job: ClaimedJob): FinishedJob | undefined {
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
        `The server's log says how; once that is mended, retry the batch.`,
    );
  }
  if (job.blob_key === null)
    return failure(job, 'FILE_NOT_FOUND', 'The source file was deleted before its job ran.');
  return undefined;
}

async function toEnding(blobs: BlobStore, job: ClaimedJob, outcome: ParseOutcome): Promise<Ending> {
  if (outcome.kind === 'cancelled') return { job, returned: true };
  if (outcome.kind === 'failure') return { job, finished: failure(job, outcome.code, outcome.message) };
  const key = resultKey(job);
  await blobs.adopt(key, outcome.packPath);
  return {
    job,
    finished: {
      id: job.id,
      attempt: job.attempt,
      status: 'COMPLETED',
      errorCode: null,
      errorMessage: null,
      pages: outcome.summary.pages.total,
      result: { key, bytes: outcome.packBytes, sections: outcome.sections },
      summary: outcome.summary,
    },
  };
}

function failure(job: ClaimedJob, code: JobErrorCode, message: string): FinishedJob {
  const ended = { pages: null, result: null, summary: null };
  return {
    id: job.id,
    attempt: job.attempt,
    status: 'FAILED',
    errorCode: code,
    errorMessage: `${code}: ${message}`,
    ...ended,
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
    pages: null,
    result: null,
    summary: null,
  };
}
