import { sql, type Kysely } from 'kysely';

/** Parse jobs of their own, without a batch; documents by URL; results that are used again. */
const STATEMENTS = [
  `alter table jobs
    alter column file_id drop not null,
    add column source_url text,
    add column http_proxy text,
    -- Twins of a create that was sent again, as in batches.
    add column request_fingerprint bytea,
    add column request_retry_count integer not null default 0,
    -- Set where other jobs may use the result: what was parsed, how, and by which engine.
    add column cache_key bytea,
    -- The job whose result this one uses.
    add column cached_from text collate "C",
    add constraint jobs_source check (kind <> 'parse' or (file_id is null) <> (source_url is null))`,
  `create index jobs_by_request on jobs (project_id, request_fingerprint, created_at)
    where request_fingerprint is not null`,
  // Lists by status. Most jobs are COMPLETED, and the list of all of them finds those.
  `create index jobs_not_completed on jobs (project_id, kind, status, created_at, id) where status <> 'COMPLETED'`,
  `create index jobs_cached on jobs (cache_key, finished_at) where cache_key is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
