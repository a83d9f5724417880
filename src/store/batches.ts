import { sql } from 'kysely';
import type { BatchJobType, BatchStatus } from '../model/batch-states.ts';
import type { Executor, Transaction } from './database.ts';
import type { Batch, BatchFile } from './schema.ts';

/** Batches and the list of files that each was made over. */

/**
 * Takes the snapshot: the directory's live files, oldest first, become the batch's files.
 * @param maxFiles one more than this many are read, so that the caller can tell that there are too many
 * @returns how many files the snapshot holds
 */
export async function snapshotDirectory(
  tx: Transaction,
  batch: { id: string; directoryId: string; maxFiles: number },
): Promise<number> {
  const inserted = await sql`
    insert into batch_files (batch_id, position, directory_file_id, file_id, display_name)
    select ${batch.id}, row_number() over (order by created_at, id) - 1, id, file_id, display_name
    from (
      select id, file_id, display_name, created_at from directory_files
      where directory_id = ${batch.directoryId} and deleted_at is null
      order by created_at, id limit ${batch.maxFiles + 1}
    ) as live`.execute(tx);
  return Number(inserted.numAffectedRows ?? 0);
}

/**
 * The files of an ended batch whose jobs did not succeed become those of another. One whose job was deleted is not
 * among them: nobody can say any more how it ended, and its owner wanted no more of it.
 * @param batch.only ids of directory files; absent: all of them
 * @returns how many there were
 */
export async function snapshotUnsuccessful(
  tx: Transaction,
  batch: { id: string; of: string; only?: readonly string[] | undefined },
): Promise<number> {
  const { only } = batch;
  const inserted = await sql`
    insert into batch_files (batch_id, position, directory_file_id, file_id, display_name)
    select ${batch.id}, row_number() over (order by f.position) - 1, f.directory_file_id, f.file_id, f.display_name
    from batch_files f left join jobs j on j.id = f.job_id
    where f.batch_id = ${batch.of} and (f.job_id is null or j.status in ('FAILED', 'CANCELLED'))
      ${only === undefined ? sql`` : sql`and f.directory_file_id = any(${only}::text[])`}`.execute(tx);
  return Number(inserted.numAffectedRows ?? 0);
}

/** Those of these files of a batch that another batch has taken over by {@link snapshotUnsuccessful}, and those that are its own. */
export async function findRetried(
  tx: Transaction,
  batches: { id: string; of: string },
  files: readonly string[],
): Promise<{ readonly directory_file_id: string; readonly isRetried: boolean }[]> {
  const found = await sql<{ directory_file_id: string; isRetried: boolean }>`
    select f.directory_file_id, r.batch_id is not null as "isRetried"
    from batch_files f
    left join batch_files r on r.batch_id = ${batches.id} and r.directory_file_id = f.directory_file_id
    where f.batch_id = ${batches.of} and f.directory_file_id = any(${files}::text[])`.execute(tx);
  return found.rows;
}

export async function insertBatch(
  tx: Transaction,
  batch: {
    id: string;
    projectId: string;
    directoryId: string;
    jobType: BatchJobType;
    configurationId: string;
    parameters: Record<string, unknown>;
    requestFingerprint: Buffer;
    requestRetryCount: number;
    retryOf: string | null;
  },
): Promise<void> {
  await tx
    .insertInto('batches')
    .values({
      id: batch.id,
      project_id: batch.projectId,
      source_directory_id: batch.directoryId,
      directory_name: sql<string>`coalesce((select left(lower(name), 256) from directories where id = ${batch.directoryId}), '')`,
      job_type: batch.jobType,
      configuration_id: batch.configurationId,
      resolved_parameters: JSON.stringify(batch.parameters),
      status: 'PENDING',
      request_fingerprint: batch.requestFingerprint,
      request_retry_count: batch.requestRetryCount,
      retry_of: batch.retryOf,
      total_files: 0,
    })
    .execute();
}

export async function setTotalFiles(tx: Transaction, id: string, totalFiles: number): Promise<Batch> {
  return tx
    .updateTable('batches')
    .set({ total_files: totalFiles })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findBatch(db: Executor, projectId: string, id: string): Promise<Batch | undefined> {
  return db
    .selectFrom('batches')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('going_at', 'is', null)
    .executeTakeFirst();
}

/** Makes equal requests wait for each other until the transaction ends. */
export async function lockRequest(tx: Transaction, fingerprint: Buffer): Promise<void> {
  await sql`select pg_advisory_xact_lock(${fingerprint.readBigInt64BE(0).toString()}::bigint)`.execute(tx);
}

/** The newest batch of the same request, if there is one that is not older than the window. */
export async function findTwin(
  tx: Transaction,
  search: { projectId: string; fingerprint: Buffer; withinSeconds: number; onlyRetries: boolean },
): Promise<Batch | undefined> {
  return tx
    .selectFrom('batches')
    .selectAll()
    .where('project_id', '=', search.projectId)
    .where('request_fingerprint', '=', search.fingerprint)
    .where('request_retry_count', '>=', Number(search.onlyRetries))
    .where('created_at', '>', sql<Date>`now() - ${search.withinSeconds}::float8 * interval '1 second'`)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}

/** For work that knows only the id: tickets. */
export async function findBatchById(db: Executor, id: string): Promise<Batch | undefined> {
  return db.selectFrom('batches').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listBatchFiles(db: Executor, batchId: string): Promise<BatchFile[]> {
  return db
    .selectFrom('batch_files')
    .selectAll()
    .where('batch_id', '=', batchId)
    .orderBy('position')
    .execute();
}

/** The row, locked until the transaction ends: against other changes, and against {@link keepBatchAsItIs}. */
export async function lockBatch(tx: Transaction, id: string): Promise<Batch | undefined> {
  return tx.selectFrom('batches').selectAll().where('id', '=', id).forUpdate().executeTakeFirst();
}

/** The row, which nobody can lock or cancel until the transaction ends; its counters go on. */
export async function keepBatchAsItIs(tx: Transaction, id: string): Promise<Batch | undefined> {
  return tx.selectFrom('batches').selectAll().where('id', '=', id).forKeyShare().executeTakeFirst();
}

/** @returns how many batches of the project run */
export async function countRunningBatches(tx: Transaction, projectId: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from batches where project_id = ${projectId} and status = 'RUNNING'`.execute(tx);
  return counted.rows[0]?.n ?? 0;
}

/** The throttled batch that has waited longest, if any. */
export async function oldestThrottledBatch(tx: Transaction, projectId: string): Promise<string | undefined> {
  const oldest = await sql<{ id: string }>`
    select id from batches where project_id = ${projectId} and status = 'THROTTLED'
    order by created_at, id limit 1`.execute(tx);
  return oldest.rows[0]?.id;
}

/** Whether the project has a throttled batch that has waited longer than this one. */
export async function hasOlderThrottledBatch(
  tx: Transaction,
  batch: Pick<Batch, 'id' | 'project_id' | 'created_at'>,
): Promise<boolean> {
  const found = await sql<{ exists: boolean }>`
    select exists (
      select from batches where project_id = ${batch.project_id} and status = 'THROTTLED'
        and (created_at, id) < (${batch.created_at}::timestamptz, ${batch.id})
    ) as exists`.execute(tx);
  return found.rows[0]?.exists ?? false;
}

/** Moves a batch that the transaction has locked. Times of the transition are set with it. @returns the batch after it */
export async function setBatchStatus(
  tx: Transaction,
  id: string,
  change: { status: BatchStatus; errorMessage?: string },
): Promise<Batch> {
  const changed = await sql<Batch>`
    update batches set
      status = ${change.status},
      revision = revision + 1,
      error_message = coalesce(${change.errorMessage ?? null}, error_message),
      updated_at = now(),
      started_at = case when ${change.status} = 'RUNNING' then coalesce(started_at, now()) else started_at end,
      finished_at = case when ${change.status} in ('COMPLETED', 'FAILED', 'CANCELLED') then now() else finished_at end
    where id = ${id}
    returning *`.execute(tx);
  const [batch] = changed.rows;
  if (!batch) throw new Error(`There is no batch ${id} to change`);
  return batch;
}

export interface BatchCounters {
  readonly completed: number;
  readonly failed: number;
  readonly cancelled: number;
  readonly pages: number;
}

export const NO_FILES: BatchCounters = { completed: 0, failed: 0, cancelled: 0, pages: 0 };

/** Locks batches, in an order that every transaction shares, and adds to their counters. @returns the batches after it */
export async function addToBatches(
  tx: Transaction,
  counters: ReadonlyMap<string, BatchCounters>,
): Promise<Batch[]> {
  if (counters.size === 0) return [];
  const added = [...counters.values()];
  const counted = await sql<Batch>`
    with locked as materialized (
      select id from batches where id = any(${[...counters.keys()]}) order by id for no key update
    )
    update batches b set
      completed_files = b.completed_files + a.completed,
      failed_files = b.failed_files + a.failed,
      cancelled_files = b.cancelled_files + a.cancelled,
      pages = b.pages + a.pages,
      revision = b.revision + 1,
      updated_at = now()
    from unnest(
      ${[...counters.keys()]}::text[],
      ${added.map(({ completed }) => completed)}::int[],
      ${added.map(({ failed }) => failed)}::int[],
      ${added.map(({ cancelled }) => cancelled)}::int[],
      ${added.map(({ pages }) => pages)}::int[]
    ) as a (id, completed, failed, cancelled, pages)
    where b.id = a.id and b.id in (select id from locked)
    returning b.*`.execute(tx);
  return counted.rows;
}

export async function requestBatchCancel(tx: Transaction, id: string): Promise<void> {
  await sql`
    update batches set cancel_requested_at = coalesce(cancel_requested_at, now()), revision = revision + 1,
      updated_at = now()
    where id = ${id}`.execute(tx);
}

/** One file of a batch that has neither a job nor an error yet. */
export interface UnmappedFile {
  readonly position: number;
  readonly directory_file_id: string;
  readonly file_id: string;
  readonly display_name: string;
  /** False when somebody deleted the file's entry, or its bytes are gone, since the batch was made. */
  readonly available: boolean;
}

/**
 * The next files to map, in order. The caller holds the batch's ticket. The snapshot holds: an entry that was renamed or
 * moved since then counts as it was, and one that went away with an expired directory is still the batch's, which was
 * accepted before. Only what somebody deleted is not available (contract section 14).
 */
export async function nextUnmappedFiles(
  tx: Transaction,
  batchId: string,
  limit: number,
): Promise<UnmappedFile[]> {
  const found = await sql<UnmappedFile>`
    select b.position, b.directory_file_id, b.file_id, b.display_name,
      (f.id is not null and d.id is not null
        and (d.deleted_at is null or coalesce(d.deleted_at >= s.expires_at, false))) as available
    from batch_files b
    left join files f on f.id = b.file_id
    left join directory_files d on d.id = b.directory_file_id
    left join directories s on s.id = d.directory_id
    where b.batch_id = ${batchId} and b.job_id is null and b.error_message is null
    order by b.position limit ${limit}`.execute(tx);
  return found.rows;
}

/**
 * Records jobs of files, or why there is none. Positions that already have either are left alone.
 * @returns the positions that were recorded
 */
export async function recordMapping(
  tx: Transaction,
  batchId: string,
  mapping: readonly { position: number; jobId: string | null; errorMessage: string | null }[],
): Promise<Set<number>> {
  const recorded = await sql<{ position: number }>`
    update batch_files b set job_id = m.job_id, error_message = m.error_message
    from unnest(
      ${mapping.map((m) => m.position)}::int[],
      ${mapping.map((m) => m.jobId)}::text[],
      ${mapping.map((m) => m.errorMessage)}::text[]
    ) as m (position, job_id, error_message)
    where b.batch_id = ${batchId} and b.position = m.position
      and b.job_id is null and b.error_message is null
    returning b.position`.execute(tx);
  return new Set(recorded.rows.map((row) => row.position));
}

/** Gives every file without a job this message. @returns how many there were */
export async function closeUnmappedFiles(tx: Transaction, batchId: string, message: string): Promise<number> {
  const closed = await sql`
    update batch_files set error_message = ${message}
    where batch_id = ${batchId} and job_id is null and error_message is null`.execute(tx);
  return Number(closed.numAffectedRows ?? 0);
}

/** Batches that have not ended and still have files without a job: somebody has to be at work on them. */
export async function findUnmappedBatches(
  db: Executor,
): Promise<{ id: string; status: BatchStatus; project_id: string }[]> {
  const found = await sql<{ id: string; status: BatchStatus; project_id: string }>`
    select id, status, project_id from batches b
    where status in ('PENDING', 'THROTTLED', 'RUNNING') and cancel_requested_at is null
      and exists (
        select from batch_files f where f.batch_id = b.id and f.job_id is null and f.error_message is null
      )
    order by created_at, id`.execute(db);
  return found.rows;
}
