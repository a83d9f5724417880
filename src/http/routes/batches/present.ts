import type { BatchFile, BatchView } from '../../../services/batches.ts';
import type { Batch, BatchResult } from '../../schemas/batch.ts';

/** A batch as the wire shows it. `results` is null, not empty, unless its files were asked for (contract 13.18). */
export function presentBatch({ batch, runningJobs, waitingReason, files }: BatchView): Batch {
  const ended = batch.completed_files + batch.failed_files + batch.cancelled_files;
  return {
    id: batch.id,
    project_id: batch.project_id,
    source_directory_id: batch.source_directory_id,
    config: { job: { type: batch.job_type, configuration_id: batch.configuration_id } },
    status: batch.status,
    results: files ? files.map((file) => presentResult(file, batch.job_type)) : null,
    created_at: batch.created_at.toISOString(),
    updated_at: batch.updated_at.toISOString(),
    progress: {
      total: batch.total_files,
      pending: Math.max(0, batch.total_files - ended - runningJobs),
      running: runningJobs,
      completed: batch.completed_files,
      failed: batch.failed_files,
      cancelled: batch.cancelled_files,
      pages: batch.pages,
    },
    waiting_reason: waitingReason,
    started_at: batch.started_at?.toISOString() ?? null,
    finished_at: batch.finished_at?.toISOString() ?? null,
    retry_of: batch.retry_of,
  };
}

function presentResult(file: BatchFile, type: Batch['config']['job']['type']): BatchResult {
  return {
    source_directory_file_id: file.directory_file_id,
    job_reference: file.job_id ? { type, id: file.job_id } : null,
    error_message: file.error_message,
  };
}
