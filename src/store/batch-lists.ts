import { sql, type RawBuilder } from 'kysely';
import type { BatchStatus } from '../model/batch-states.ts';
import type { Executor } from './database.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { Batch } from './schema.ts';

/** Lists of batches, and what is counted for the batches of a page. */

export interface BatchFilter {
  readonly projectId: string;
  readonly status?: BatchStatus;
  readonly sourceDirectoryId?: string;
  /** Both bounds are inclusive. */
  readonly createdAtOnOrAfter?: string;
  readonly createdAtOnOrBefore?: string;
  /** The beginning of a batch's id, or of its directory's name in any case of letters. */
  readonly q?: string;
}

export async function listBatches(
  db: Executor,
  filter: BatchFilter,
  page: PageRequest,
): Promise<RowPage<Batch>> {
  const conditions = [sql`project_id = ${filter.projectId}`] as [ReturnType<typeof sql>];
  if (filter.status !== undefined) conditions.push(sql`status = ${filter.status}`);
  if (filter.sourceDirectoryId !== undefined) {
    conditions.push(sql`source_directory_id = ${filter.sourceDirectoryId}`);
  }
  if (filter.createdAtOnOrAfter !== undefined) {
    conditions.push(sql`created_at >= ${filter.createdAtOnOrAfter}::timestamptz`);
  }
  if (filter.createdAtOnOrBefore !== undefined) {
    conditions.push(sql`created_at <= ${filter.createdAtOnOrBefore}::timestamptz`);
  }
  if (filter.q !== undefined) conditions.push(await matches(db, filter.projectId, filter.q));
  return readPage(db, 'batches', conditions, page);
}

/** Directories whose names begin with the text; more of them than this are not looked at. */
const MAX_NAMED_DIRECTORIES = 1000;

/**
 * What `q` stands for. A text that begins like a batch's id is one; any other is the beginning of a directory's
 * name. Both are ranges of an index; an `or` of the two would be neither.
 */
async function matches(db: Executor, projectId: string, q: string): Promise<RawBuilder<unknown>> {
  // Every id's characters are below U+10FFFF, so the range ends after the last id that begins with the text.
  if (/^bat-/.test(q)) return sql`id >= ${q} and id < ${`${q}\u{10FFFF}`}`;
  const prefix = `${q.toLowerCase().replaceAll(/[\\%_]/g, '\\$&')}%`;
  const named = await sql<{ id: string }>`
    select id from directories where project_id = ${projectId} and lower(name) like ${prefix}
    limit ${MAX_NAMED_DIRECTORIES}`.execute(db);
  return sql`source_directory_id = any(${named.rows.map((row) => row.id)})`;
}

/** How many jobs of each batch run right now. Batches without any are absent. */
export async function countRunningJobs(
  db: Executor,
  batchIds: readonly string[],
): Promise<Map<string, number>> {
  if (batchIds.length === 0) return new Map();
  const counted = await sql<{ batch_id: string; n: number }>`
    select batch_id, count(*) as n from jobs
    where batch_id = any(${batchIds}) and status = 'RUNNING' group by batch_id`.execute(db);
  return new Map(counted.rows.map((row) => [row.batch_id, row.n]));
}

/** The places of throttled batches in their projects' queues, from 1. */
export async function throttledPositions(
  db: Executor,
  batchIds: readonly string[],
): Promise<Map<string, number>> {
  if (batchIds.length === 0) return new Map();
  const placed = await sql<{ id: string; position: number }>`
    select b.id, (
      select count(*) from batches o
      where o.project_id = b.project_id and o.status = 'THROTTLED' and (o.created_at, o.id) <= (b.created_at, b.id)
    ) as position
    from batches b where b.id = any(${batchIds})`.execute(db);
  return new Map(placed.rows.map((row) => [row.id, row.position]));
}
