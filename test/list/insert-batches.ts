import { sql } from 'kysely';
import type { Database } from '../../src/store/database.ts';
import type { ModelBatch } from './batch-model.ts';

/** Puts batches into the table as they would be there after their life so far. */
export async function insertBatches(db: Database, batches: readonly ModelBatch[]): Promise<void> {
  if (batches.length === 0) return;
  const column = <T>(value: (batch: ModelBatch) => T): T[] => batches.map(value);
  await sql`
    insert into batches (id, project_id, status, source_directory_id, directory_name, created_at, finished_at, job_type,
      configuration_id, resolved_parameters, total_files, request_fingerprint)
    select id, project_id, status, directory_id, lower(name), created_at,
      case when status in ('COMPLETED', 'FAILED', 'CANCELLED') then created_at end,
      'parse_v2', 'cfg-PARSE_FAST', '{}', 1, ''
    from unnest(
      ${column((batch) => batch.id)}::text[], ${column((batch) => batch.projectId)}::uuid[],
      ${column((batch) => batch.status)}::text[], ${column((batch) => batch.directoryId)}::text[],
      ${column((batch) => batch.directoryName)}::text[],
      ${column((batch) => new Date(batch.createdAt).toISOString())}::timestamptz[]
    ) as r (id, project_id, status, directory_id, name, created_at)`.execute(db);
}
