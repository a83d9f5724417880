import { sql, type RawBuilder } from 'kysely';
import type { Schema } from './schema.ts';

/*
 * Columns that lists read: all but the parameters, of which a row may have a quarter of a megabyte and a list shows
 * next to nothing.
 */

const BATCH_COLUMNS = {
  id: true,
  project_id: true,
  source_directory_id: true,
  directory_name: true,
  job_type: true,
  configuration_id: true,
  status: true,
  error_message: true,
  total_files: true,
  completed_files: true,
  failed_files: true,
  cancelled_files: true,
  pages: true,
  cancel_requested_at: true,
  retry_of: true,
  request_fingerprint: true,
  request_retry_count: true,
  revision: true,
  created_at: true,
  updated_at: true,
  started_at: true,
  finished_at: true,
  going_at: true,
} satisfies Record<Exclude<keyof Schema['batches'], 'resolved_parameters'>, true>;

const JOB_COLUMNS = {
  id: true,
  kind: true,
  project_id: true,
  batch_id: true,
  batch_position: true,
  file_id: true,
  source_url: true,
  http_proxy: true,
  file_input: true,
  parse_job_id: true,
  name: true,
  configuration_id: true,
  status: true,
  holds_slot: true,
  turn: true,
  attempt: true,
  lost_attempts: true,
  faults: true,
  worker_id: true,
  cancel_requested_at: true,
  error_code: true,
  error_message: true,
  result: true,
  summary: true,
  pages: true,
  user_metadata: true,
  request_fingerprint: true,
  request_retry_count: true,
  cache_key: true,
  cached_from: true,
  created_at: true,
  updated_at: true,
  started_at: true,
  finished_at: true,
} satisfies Record<Exclude<keyof Schema['jobs'], 'parameters'>, true>;

export const LISTED_BATCH_COLUMNS = columnsOf(BATCH_COLUMNS);

/**
 * What of the parameters a list reads: the tier; what else an extract job shows beside its configuration; or all.
 */
export type ListedParameters = 'tier' | 'extract' | 'all';

/** The parameters are null for a job that runs with its batch's. */
export function listedJobColumns(parameters: ListedParameters): RawBuilder<unknown> {
  return sql`${columnsOf(JOB_COLUMNS)},
    case when parameters is not null then ${listedParameters(sql`parameters`, parameters)} end as parameters`;
}

export function listedParameters(
  parameters: RawBuilder<unknown>,
  which: ListedParameters,
): RawBuilder<unknown> {
  if (which === 'all') return parameters;
  if (which === 'tier') return sql`json_build_object('tier', ${parameters} -> 'tier')`;
  return sql`json_build_object(
    'cite_sources', ${parameters} -> 'cite_sources', 'confidence_scores', ${parameters} -> 'confidence_scores',
    'parse_parameters', json_build_object('tier', ${parameters} -> 'parse_parameters' -> 'tier'))`;
}

function columnsOf(columns: object): RawBuilder<unknown> {
  return sql.join(Object.keys(columns).map((column) => sql.ref(column)));
}
