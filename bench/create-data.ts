import { sql } from 'kysely';
import { newId } from '../src/model/ids.ts';
import type { Database } from '../src/store/database.ts';

/** Rows that a batch begins with and ends as, made in SQL: no bytes are stored, no job is run. */

/** A directory of files. @returns its id */
export async function addFilledDirectory(
  db: Database,
  projectId: string,
  fileCount: number,
): Promise<string> {
  const id = newId('directory');
  await sql`
    with directory as (
      insert into directories (id, project_id, name, type) values (${id}, ${projectId}, 'bench', 'user')
    ), file as (
      insert into files (id, project_id, name, size_bytes, sha256, blob_key)
      select gen_random_uuid(), ${projectId}, 'invoice-' || n || '.pdf', 20000, sha256(n::text::bytea), 'uploads/' || n
      from generate_series(1, ${fileCount}::int) as n
      returning id, name
    )
    insert into directory_files (id, project_id, directory_id, file_id, unique_id, display_name)
    select 'dfl-' || gen_random_uuid(), ${projectId}, ${id}, id, name, name from file`.execute(db);
  await sql`analyze`.execute(db);
  return id;
}

/** Lets a batch that nobody works on have run: every file has its job, all jobs are done. */
export async function finishBatch(db: Database, batchId: string): Promise<void> {
  await sql`
    with given as (
      update batch_files set job_id = 'pjb-' || gen_random_uuid() where batch_id = ${batchId}
      returning job_id, position, file_id, display_name
    ), done as (
      update batches set status = 'COMPLETED', started_at = now(), finished_at = now(), completed_files = total_files
      where id = ${batchId} returning project_id
    )
    insert into jobs (id, kind, project_id, batch_id, batch_position, file_id, name, status, pages, finished_at)
    select job_id, 'parse', project_id, ${batchId}, position, file_id, display_name, 'COMPLETED', 3, now()
    from given, done`.execute(db);
}

/** The rows of a new batch and nothing else: no checks, no history, no ticket. */
export async function insertBareBatch(
  db: Database,
  projectId: string,
  directoryId: string,
  fileCount: number,
): Promise<void> {
  const id = newId('batch');
  await db.transaction().execute(async (tx) => {
    await sql`
      insert into batches (id, project_id, source_directory_id, job_type, configuration_id, resolved_parameters, status,
        total_files, request_fingerprint)
      values (${id}, ${projectId}, ${directoryId}, 'parse_v2', 'cfg-PARSE_AGENTIC', '{"tier": "agentic"}', 'PENDING',
        ${fileCount}, sha256(${id}::bytea))`.execute(tx);
    await sql`
      insert into batch_files (batch_id, position, directory_file_id, file_id, display_name)
      select ${id}, row_number() over (order by created_at, id) - 1, id, file_id, display_name
      from directory_files where directory_id = ${directoryId} and deleted_at is null`.execute(tx);
  });
}
