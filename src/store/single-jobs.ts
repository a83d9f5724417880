import { sql } from 'kysely';
import type { JobKind } from '../model/job-states.ts';
import type { ParseSummary } from '../model/parse-result.ts';
import type { Transaction } from './database.ts';
import { storableJson } from './jobs.ts';
import type { Job, StoredResult } from './schema.ts';

/** Jobs that a client asked for one by one, and what is done to one job, a batch's included. */

/** Where a parse job's document comes from: a file of the project, or an address. */
export type JobSource = { readonly fileId: string } | { readonly url: string; readonly proxy: string | null };

/** What an extract job reads, as its client named it: a file of the project, or a parse job. */
export type ExtractSource = { readonly input: string } & (
  { readonly fileId: string } | { readonly parseJobId: string }
);

/** Inserts a job that belongs to no batch. */
export async function insertJob(
  tx: Transaction,
  job: {
    id: string;
    kind: JobKind;
    projectId: string;
    source: JobSource | ExtractSource;
    name: string;
    configurationId: string | null;
    parameters: Record<string, unknown>;
    userMetadata: Record<string, string> | null;
    requestFingerprint: Buffer;
    requestRetryCount: number;
  },
): Promise<void> {
  const { source } = job;
  await tx
    .insertInto('jobs')
    .values({
      id: job.id,
      kind: job.kind,
      project_id: job.projectId,
      file_id: 'fileId' in source ? source.fileId : null,
      source_url: 'url' in source ? source.url : null,
      http_proxy: 'url' in source ? source.proxy : null,
      file_input: 'input' in source ? source.input : null,
      parse_job_id: 'parseJobId' in source ? source.parseJobId : null,
      name: job.name,
      configuration_id: job.configurationId,
      parameters: JSON.stringify(job.parameters),
      user_metadata: job.userMetadata && JSON.stringify(job.userMetadata),
      status: 'PENDING',
      request_fingerprint: job.requestFingerprint,
      request_retry_count: job.requestRetryCount,
    })
    .execute();
}

/** The newest job of the same request, if there is one that is not older than the window. @returns its id */
export async function findTwinJob(
  tx: Transaction,
  search: { projectId: string; fingerprint: Buffer; withinSeconds: number; onlyRetries: boolean },
): Promise<string | undefined> {
  const found = await sql<{ id: string }>`
    select id from jobs
    where project_id = ${search.projectId} and request_fingerprint = ${search.fingerprint}
      and request_retry_count >= ${Number(search.onlyRetries)}::int
      and created_at > now() - ${search.withinSeconds}::float8 * interval '1 second'
    order by created_at desc limit 1`.execute(tx);
  return found.rows[0]?.id;
}

/** The row, locked until the transaction ends. The caller holds its project's lock. */
export async function lockJob(
  tx: Transaction,
  projectId: string,
  kind: JobKind,
  id: string,
): Promise<Job | undefined> {
  return tx
    .selectFrom('jobs')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('kind', '=', kind)
    .forUpdate()
    .executeTakeFirst();
}

/** Ends a locked job that waits. */
export async function cancelWaitingJob(tx: Transaction, id: string): Promise<void> {
  await sql`
    update jobs set status = 'CANCELLED', holds_slot = false, finished_at = now(), updated_at = now(),
      cancel_requested_at = coalesce(cancel_requested_at, now()), error_message = 'Cancelled before it started.'
    where id = ${id} and status = 'PENDING'`.execute(tx);
}

/** Asks a locked job that runs to stop; its worker ends it. */
export async function requestJobCancel(tx: Transaction, id: string): Promise<void> {
  await sql`
    update jobs set cancel_requested_at = coalesce(cancel_requested_at, now()), updated_at = now()
    where id = ${id} and status = 'RUNNING'`.execute(tx);
}

/** Removes a locked job that has ended. A batch that it belongs to goes on naming it. */
export async function deleteJob(tx: Transaction, id: string): Promise<void> {
  await tx.deleteFrom('jobs').where('id', '=', id).execute();
}

/** A parse that was made for an extraction: a finished job of its own. */
export interface FinishedParse {
  readonly id: string;
  readonly projectId: string;
  readonly fileId: string;
  readonly name: string;
  /** Resolved `parse_v2` parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly result: StoredResult;
  readonly summary: ParseSummary;
  /** Lets other jobs use the result. */
  readonly cacheKey?: Buffer;
}

/** Inserts parses that have ended already; one that is there stays as it is. */
export async function insertFinishedParses(tx: Transaction, parses: readonly FinishedParse[]): Promise<void> {
  for (const parse of parses) {
    await tx
      .insertInto('jobs')
      .values({
        id: parse.id,
        kind: 'parse',
        project_id: parse.projectId,
        file_id: parse.fileId,
        name: parse.name,
        parameters: JSON.stringify(parse.parameters),
        status: 'COMPLETED',
        attempt: 1,
        result: JSON.stringify(parse.result),
        summary: storableJson(parse.summary),
        pages: parse.summary.pages.total,
        cache_key: parse.cacheKey ?? null,
        started_at: sql<Date>`now()`,
        finished_at: sql<Date>`now()`,
      })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}

/** Says which parse extract jobs read. The caller holds their tickets. */
export async function setParseJobs(
  tx: Transaction,
  jobs: readonly { readonly id: string; readonly parseJobId: string }[],
): Promise<void> {
  if (jobs.length === 0) return;
  await sql`
    update jobs j set parse_job_id = p.parse_job_id
    from unnest(${jobs.map((job) => job.id)}::text[], ${jobs.map((job) => job.parseJobId)}::text[])
      as p (id, parse_job_id)
    where j.id = p.id and j.status in ('PENDING', 'RUNNING')`.execute(tx);
}
