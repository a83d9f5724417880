import { sql } from 'kysely';
import type { JobKind } from '../model/job-states.ts';
import type { Executor, Transaction } from './database.ts';
import type { JobOutcomes } from './schema.ts';

/** Results of ended jobs that other jobs may use as their own. */

/** A result that is there to be used, and the job that made it. */
export interface CachedResult<Kind extends JobKind = 'parse'> {
  readonly jobId: string;
  readonly result: JobOutcomes[Kind]['result'];
  readonly summary: JobOutcomes[Kind]['summary'];
  /** The parse that an extraction was made of. */
  readonly parseJobId: string | null;
}

/** The newest result under the key that a job of the project made within the window. */
export async function findCachedResult<Kind extends JobKind>(
  db: Executor,
  kind: Kind,
  search: { projectId: string; cacheKey: Buffer; withinHours: number },
): Promise<CachedResult<Kind> | undefined> {
  const found = await sql<CachedResult<Kind>>`
    select id as "jobId", result, summary, parse_job_id as "parseJobId" from jobs
    where kind = ${kind} and cache_key = ${search.cacheKey} and project_id = ${search.projectId}
      and status = 'COMPLETED' and result is not null and summary is not null
      and finished_at > now() - ${search.withinHours}::float8 * interval '1 hour'
    order by finished_at desc limit 1`.execute(db);
  return found.rows[0];
}

/**
 * Makes sure until the transaction ends that these jobs keep their results, so that the bytes cannot lose their last
 * owner while another job becomes one.
 * @returns the ids of those that still have them
 */
export async function lockCachedResults(
  tx: Transaction,
  uses: readonly { jobId: string; key: string }[],
): Promise<Set<string>> {
  if (uses.length === 0) return new Set();
  const kept = await sql<{ id: string }>`
    select id from jobs
    where (id, result ->> 'key') in (
      select * from unnest(${uses.map((use) => use.jobId)}::text[], ${uses.map((use) => use.key)}::text[])
    )
    order by id for share`.execute(tx);
  return new Set(kept.rows.map((row) => row.id));
}
