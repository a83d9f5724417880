import { sql } from 'kysely';
import type { JobKind, JobStatus } from '../model/job-states.ts';
import type { Executor, Transaction } from './database.ts';
import type { Job, JobOutcomes } from './schema.ts';

/** Jobs: one product run over one file, alone or for a batch. */

/** Inserts a batch's jobs; their parameters are the batch's. */
export async function insertBatchJobs(
  tx: Transaction,
  batch: { id: string; projectId: string; kind: JobKind; configurationId: string },
  jobs: readonly { id: string; position: number; fileId: string; name: string; directoryFileId: string }[],
): Promise<void> {
  await sql`
    insert into jobs
      (id, kind, project_id, batch_id, batch_position, file_id, file_input, name, configuration_id, status)
    select j.id, ${batch.kind}, ${batch.projectId}, ${batch.id}, j.position, j.file_id, j.file_input, j.name,
      ${batch.configurationId}, 'PENDING'
    from unnest(
      ${jobs.map((job) => job.id)}::text[],
      ${jobs.map((job) => job.position)}::int[],
      ${jobs.map((job) => job.fileId)}::uuid[],
      ${jobs.map((job) => (batch.kind === 'extract' ? job.directoryFileId : null))}::text[],
      ${jobs.map((job) => job.name)}::text[]
    ) as j (id, position, file_id, file_input, name)`.execute(tx);
}

/** A job of a kind with the parameters it runs with: its own, or its batch's. */
export type JobWithParameters<Kind extends JobKind = 'parse'> = Omit<
  Job,
  'parameters' | 'result' | 'summary'
> & {
  readonly parameters: Record<string, unknown>;
  readonly result: JobOutcomes[Kind]['result'] | null;
  readonly summary: JobOutcomes[Kind]['summary'] | null;
};

export async function findJob<Kind extends JobKind>(
  db: Executor,
  projectId: string,
  kind: Kind,
  id: string,
): Promise<JobWithParameters<Kind> | undefined> {
  const found = await sql<JobWithParameters<Kind>>`
    select j.*, coalesce(j.parameters, b.resolved_parameters) as parameters
    from jobs j left join batches b on b.id = j.batch_id
    where j.id = ${id} and j.project_id = ${projectId} and j.kind = ${kind} and b.going_at is null`.execute(
    db,
  );
  return found.rows[0];
}

/** Counting those ahead stops here: the exact number of ten thousand helps nobody. */
export const MAX_JOBS_AHEAD = 10_000;

/** How many jobs of the project wait for a slot and are older than this one, up to {@link MAX_JOBS_AHEAD}. */
export async function countJobsAhead(
  db: Executor,
  job: { project_id: string; created_at: Date; id: string },
): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from (
      select from jobs
      where project_id = ${job.project_id} and finished_at is null and not holds_slot
        and (created_at, id) < (${job.created_at.toISOString()}::timestamptz, ${job.id})
      limit ${MAX_JOBS_AHEAD}
    ) as ahead`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** What a worker needs to run a job. */
export interface RunnableJob {
  readonly id: string;
  readonly kind: JobKind;
  readonly project_id: string;
  readonly batch_id: string | null;
  readonly name: string;
  readonly attempt: number;
  readonly lost_attempts: number;
  readonly faults: number;
  readonly parameters: Record<string, unknown>;
  /** Where the document is fetched from; null for a file of the project. */
  readonly source_url: string | null;
  readonly http_proxy: string | null;
  /** Null for a document that is fetched, and for an extraction from a parse job. */
  readonly file_id: string | null;
  /** What an extract job's client named; null for a parse job. */
  readonly file_input: string | null;
  /** The parse that an extract job is to read, if it is known. */
  readonly parse_job_id: string | null;
  /** Null when the file was deleted, and for a document that is fetched. */
  readonly blob_key: string | null;
  /** What the file's bytes are known by; null where `blob_key` is. */
  readonly sha256: Buffer | null;
  readonly size_bytes: number | null;
  /** Somebody wants it stopped: it is only to be ended. */
  readonly cancelled: boolean;
  /** Whether anybody is to be told what becomes of it; known for good once there is a job. */
  readonly heard: boolean;
}

/**
 * Marks jobs RUNNING for a worker that holds their tickets. A job that still says RUNNING lost its worker: nobody
 * gave it back. Jobs that are finished, or locked by a cancel under way, are left out.
 */
export async function startJobs(
  tx: Transaction,
  workerId: string,
  claims: readonly { jobId: string; attempt: number }[],
): Promise<RunnableJob[]> {
  const started = await sql<RunnableJob>`
    with claimed as (
      select j.id, c.attempt, j.lost
      from unnest(${claims.map((claim) => claim.jobId)}::text[], ${claims.map((claim) => claim.attempt)}::int[])
        as c (id, attempt)
      -- One by one, by a condition that is no index's: a plan made while few jobs were open would read all of many.
      cross join lateral (
        select id, status = 'RUNNING' as lost from jobs where id = c.id and status in ('PENDING', 'RUNNING')
        for no key update skip locked
      ) as j
    ), started as (
      update jobs j set status = 'RUNNING', holds_slot = true, worker_id = ${workerId}, attempt = greatest(j.attempt + 1, c.attempt),
        lost_attempts = j.lost_attempts + c.lost::int,
        started_at = coalesce(j.started_at, now()), updated_at = now()
      from claimed c where j.id = c.id
      returning j.id, j.kind, j.project_id, j.batch_id, j.name, j.attempt, j.lost_attempts, j.faults, j.parameters, j.file_id,
        j.source_url, j.http_proxy, j.file_input, j.parse_job_id, j.cancel_requested_at, j.turn
    )
    select s.id, s.kind, s.project_id, s.batch_id, s.name, s.attempt, s.lost_attempts, s.faults,
      coalesce(s.parameters, b.resolved_parameters) as parameters, s.source_url, s.http_proxy,
      s.file_id, s.file_input, s.parse_job_id, f.blob_key, f.sha256, f.size_bytes,
      s.cancel_requested_at is not null as cancelled,
      exists (select from webhook_subscriptions where job_id = s.id)
        or exists (select from webhook_subscriptions where batch_id = s.batch_id and scope = 'jobs') as heard
    from started s
    left join batches b on b.id = s.batch_id
    left join files f on f.id = s.file_id
    order by s.turn`.execute(tx);
  return started.rows;
}

/** Those of these jobs that have not ended. */
export async function findOpenJobs(db: Executor, ids: readonly string[]): Promise<Set<string>> {
  const open = await sql<{ id: string }>`
    select id from jobs where id = any(${ids}) and status in ('PENDING', 'RUNNING')`.execute(db);
  return new Set(open.rows.map((row) => row.id));
}

/** How a job ended. */
export interface FinishedJob {
  readonly id: string;
  /** The attempt that ended; an end of an earlier one is refused. */
  readonly attempt: number;
  readonly status: Extract<JobStatus, 'COMPLETED' | 'FAILED' | 'CANCELLED'>;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly pages: number | null;
  readonly result: JobOutcomes[JobKind]['result'] | null;
  readonly summary: JobOutcomes[JobKind]['summary'] | null;
  /** The document's name, where it was learnt only now. */
  readonly name?: string;
  /** Lets other jobs use the result. */
  readonly cacheKey?: Buffer;
  /** The job that made the result, which this one only uses. */
  readonly cachedFrom?: string;
  /** The parse that an extract job has read. */
  readonly parseJobId?: string;
}

/**
 * JSON that PostgreSQL keeps: it refuses NUL and half a surrogate pair, which a parser's message may quote from a
 * document. Escaped backslashes are passed over, so that a text that only looks like an escape stays as it is.
 */
export function storableJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(/\\\\|\\u(?:0000|d[89a-f][0-9a-f]{2})/gi, (escape) =>
    escape === '\\\\' ? escape : '\uFFFD',
  );
}

/** Locks jobs whose attempt this still is, in an order that every transaction shares, until the transaction ends. */
export async function lockAttempts(
  tx: Transaction,
  attempts: readonly { readonly id: string; readonly attempt: number }[],
): Promise<void> {
  await sql`
    select j.id
    from (
      select id, attempt
      from unnest(${attempts.map(({ id }) => id)}::text[], ${attempts.map(({ attempt }) => attempt)}::int[])
        as attempts (id, attempt)
      order by id collate "C"
    ) as a
    cross join lateral (
      select id from jobs where id = a.id and attempt = a.attempt for no key update
    ) as j`.execute(tx);
}

/** Writes the ends of locked jobs that are not finished yet. @returns those it wrote, with their batch */
export async function finishJobs(
  tx: Transaction,
  jobs: readonly FinishedJob[],
): Promise<{ id: string; batch_id: string | null; status: JobStatus; pages: number | null }[]> {
  if (jobs.length === 0) return [];
  const json = storableJson(
    jobs.map((job) => ({
      id: job.id,
      attempt: job.attempt,
      status: job.status,
      error_code: job.errorCode,
      error_message: job.errorMessage,
      pages: job.pages,
      result: job.result,
      summary: job.summary,
      name: job.name,
      cache_key: job.cacheKey?.toString('hex'),
      cached_from: job.cachedFrom,
      parse_job_id: job.parseJobId,
    })),
  );
  const finished = await sql<{
    id: string;
    batch_id: string | null;
    status: JobStatus;
    pages: number | null;
  }>`
    with ended as materialized (
      select * from jsonb_to_recordset(${json}::jsonb) as f (
        id text, attempt int, status text, error_code text, error_message text, pages int, result jsonb, summary jsonb,
        name text, cache_key text, cached_from text, parse_job_id text
      )
    ), counted as materialized (
      select j.id from ended f
      cross join lateral (
        select id from jobs where id = f.id and attempt = f.attempt and status in ('PENDING', 'RUNNING') limit 1
      ) as j
    )
    update jobs j set status = f.status, holds_slot = false, worker_id = null, error_code = f.error_code,
      error_message = f.error_message, pages = f.pages, result = f.result, summary = f.summary,
      name = coalesce(f.name, j.name), cache_key = decode(f.cache_key, 'hex'), cached_from = f.cached_from,
      parse_job_id = coalesce(f.parse_job_id, j.parse_job_id), finished_at = now(), updated_at = now()
    from counted join ended f using (id)
    where j.id = counted.id
    returning j.id, j.batch_id, j.status, j.pages`.execute(tx);
  return finished.rows;
}

/** The key of the result that each of these jobs has now; null for those without one. Deleted jobs are absent. */
export async function resultKeys(db: Executor, ids: readonly string[]): Promise<Map<string, string | null>> {
  const found = await sql<{ id: string; key: string | null }>`
    select id, result ->> 'key' as key from jobs where id = any(${ids})`.execute(db);
  return new Map(found.rows.map((row) => [row.id, row.key]));
}

/** Why a job is run again: its worker stops, is known to be dead, or failed for reasons of its own. */
export type ReturnReason = 'stop' | 'lost' | 'fault';

/** Gives running jobs back to be run again, and counts what is held against them. */
export async function returnJobs(
  tx: Transaction,
  ids: readonly string[],
  options: { because: ReturnReason },
): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update jobs set status = 'PENDING', worker_id = null, updated_at = now(),
      lost_attempts = lost_attempts + ${Number(options.because === 'lost')}::int,
      faults = faults + ${Number(options.because === 'fault')}::int
    where id = any(${ids}) and status = 'RUNNING'`.execute(tx);
}

/** Which of these jobs somebody wants stopped, or are finished already. */
export async function findCancelRequests(db: Executor, ids: readonly string[]): Promise<string[]> {
  const found = await sql<{ id: string }>`
    select id from jobs where id = any(${ids}) and (cancel_requested_at is not null or status <> 'RUNNING')`.execute(
    db,
  );
  return found.rows.map((row) => row.id);
}

/** Locks a batch's jobs that have not ended, in an order that every transaction shares, until the transaction ends. */
export async function lockOpenJobsOfBatch(tx: Transaction, batchId: string): Promise<void> {
  await sql`
    select id from jobs where batch_id = ${batchId} and status in ('PENDING', 'RUNNING')
    order by id for no key update`.execute(tx);
}

/**
 * Cancels a batch's jobs: those that wait end at once, those that run are asked to.
 * @returns which waited, and how many run
 */
export async function cancelBatchJobs(
  tx: Transaction,
  batchId: string,
): Promise<{ waiting: string[]; running: number }> {
  // One statement over both statuses: a job that a rescue turns from RUNNING to PENDING meanwhile is not missed.
  const cancelled = await sql<{ id: string; status: JobStatus }>`
    update jobs set
      status = case status when 'PENDING' then 'CANCELLED' else status end,
      holds_slot = status = 'RUNNING',
      finished_at = case status when 'PENDING' then now() end,
      error_message = case status when 'PENDING' then 'Cancelled before it started, with its batch.' end,
      cancel_requested_at = coalesce(cancel_requested_at, now()),
      updated_at = now()
    where batch_id = ${batchId} and status in ('PENDING', 'RUNNING')
    returning id, status`.execute(tx);
  const waited = cancelled.rows.filter((row) => row.status === 'CANCELLED').map((row) => row.id);
  return { waiting: waited, running: cancelled.rows.length - waited.length };
}
