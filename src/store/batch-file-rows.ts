import { sql, type RawBuilder } from 'kysely';
import type { BatchFileStatus } from '../model/batch-file-states.ts';
import type { JobKind } from '../model/job-states.ts';
import type { Executor } from './database.ts';
import type { JobOutcomes } from './schema.ts';

/** The files of a batch with what became of them, a row for each. */
export interface BatchFileRow {
  readonly position: number;
  readonly directory_file_id: string;
  readonly file_id: string;
  readonly display_name: string;
  readonly status: BatchFileStatus;
  readonly job_id: string | null;
  readonly pages: number | null;
  /** From start to end, or until now; null before the start. */
  readonly seconds: number | null;
  readonly error_code: string | null;
  readonly error_message: string | null;
  readonly started_at: Date | null;
  readonly finished_at: Date | null;
}

/** Which rows are read. */
export interface BatchFileRange {
  readonly batchId: string;
  /** A position; rows behind it come. Absent: from the first on. */
  readonly after?: number;
  readonly limit: number;
  readonly status?: BatchFileStatus;
}

/** A file without a job got a message instead, which begins so when the batch was cancelled. */
const STATUS = sql<BatchFileStatus>`
  case
    when j.id is not null then j.status
    when f.job_id is not null then 'DELETED'
    when f.error_message like 'Cancelled%' then 'CANCELLED'
    when f.error_message is not null then 'FAILED'
    else 'PENDING'
  end`;

/** In the order of the batch. @param more further columns of the job `j` */
export async function readBatchFileRows<More = unknown>(
  db: Executor,
  range: BatchFileRange,
  more: RawBuilder<unknown> = sql``,
): Promise<(BatchFileRow & More)[]> {
  const { batchId, after = -1, limit, status } = range;
  const found = await sql<BatchFileRow & More>`
    select f.position, f.directory_file_id, f.file_id, f.display_name, ${STATUS} as status, f.job_id, j.pages,
      extract(epoch from coalesce(j.finished_at, now()) - j.started_at)::float8 as seconds,
      j.error_code, coalesce(j.error_message, f.error_message) as error_message, j.started_at, j.finished_at${more}
    from batch_files f left join jobs j on j.id = f.job_id
    where f.batch_id = ${batchId} and f.position > ${after}
      ${status === undefined ? sql`` : sql`and ${STATUS} = ${status}`}
    order by f.position limit ${limit}`.execute(db);
  return found.rows;
}

/** A file of a batch with where its result lies. */
export type ExportRow = BatchFileRow & {
  readonly kind: JobKind | null;
  readonly result: JobOutcomes[JobKind]['result'] | null;
};

/** As {@link readBatchFileRows}, with the places of the results. */
export async function readExportRows(db: Executor, range: BatchFileRange): Promise<ExportRow[]> {
  return readBatchFileRows<Pick<ExportRow, 'kind' | 'result'>>(db, range, sql`, j.kind, j.result`);
}

/** How many of the batch's files had a job that was deleted. */
export async function countDeletedFiles(db: Executor, batchId: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from batch_files f left join jobs j on j.id = f.job_id
    where f.batch_id = ${batchId} and f.job_id is not null and j.id is null`.execute(db);
  return counted.rows[0]?.n ?? 0;
}
