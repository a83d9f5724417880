import { mendOf } from '../../../model/job-error-mends.ts';
import type { BatchFileRow as StoredRow } from '../../../services/list-batch-files.ts';
import type { BatchFileRow } from '../../schemas/batch-file.ts';

/** A batch's file as the wire shows it. */
export function presentBatchFile(row: StoredRow): BatchFileRow {
  return {
    position: row.position,
    directory_file_id: row.directory_file_id,
    file_id: row.file_id,
    display_name: row.display_name,
    status: row.status,
    job_id: row.job_id,
    pages: row.pages,
    // A clock that was set back must not make it negative.
    seconds: row.seconds === null ? null : Math.max(0, row.seconds),
    error_code: row.error_code,
    error_message: row.error_message,
    error_mend: mendOf(row.error_code),
    started_at: row.started_at?.toISOString() ?? null,
    finished_at: row.finished_at?.toISOString() ?? null,
  };
}
