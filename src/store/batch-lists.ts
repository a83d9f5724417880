import { sql, type RawBuilder } from 'kysely';
import type { BatchStatus } from '../model/batch-states.ts';
import type { Executor } from './database.ts';
import {
  countQuery,
  countRows,
  fromPosition,
  NEWEST_FIRST,
  pageQuery,
  toRowPage,
  type Conditions,
  type Listed,
  type PageRequest,
  type RowPage,
} from './pages.ts';
import type { Batch } from './schema.ts';

/** Lists of batches, and what is counted for the batches of a page. */

export interface BatchFilter {
  readonly projectId: string;
  readonly status?: BatchStatus;
  readonly sourceDirectoryId?: string;
  /** Both bounds are inclusive. */
  readonly createdAtOnOrAfter?: string;
  readonly createdAtOnOrBefore?: string;
  /** The beginning of a batch's id, or of its directory's name when it was made, in any case of letters. */
  readonly q?: string;
}

/** The newest batches that pass the filter, from the page's position on. */
export async function listBatches(
  db: Executor,
  filter: BatchFilter,
  page: PageRequest,
): Promise<RowPage<Batch>> {
  const [rows, total] = await Promise.all([
    batchPageQuery(db, filter, page).then(async (query) => (await query.execute(db)).rows),
    countRows(db, 'batches', batchConditions(filter), countOrder(filter)),
  ]);
  return toRowPage(rows, total, page.size);
}

/** The statement that counts a list's batches up to the limit. */
export function batchCountQuery(filter: BatchFilter): RawBuilder<{ n: number }> {
  return countQuery('batches', batchConditions(filter), countOrder(filter));
}

/** The statement that reads a page. A search by name first looks which names there are: one needs no merge. */
export async function batchPageQuery(
  db: Executor,
  filter: BatchFilter,
  page: PageRequest,
): Promise<RawBuilder<Listed<'batches'>>> {
  const { q, ...others } = filter;
  if (q === undefined || isIdPrefix(q)) return pageQuery('batches', batchConditions(filter), page);
  const found = await directoryNamesQuery(filter.projectId, q).execute(db);
  const names = found.rows.map((row) => row.name);
  if (names.length > MAX_MERGED_NAMES) return pageQuery('batches', batchConditions(filter), page);
  if (names.length <= 1) {
    const [only] = names;
    const named = only === undefined ? sql`false` : sql`directory_name = ${only}`;
    return pageQuery('batches', [...batchConditions(others), named], page);
  }
  return mergedPageQuery(names, batchConditions(others), page);
}

/** What must hold for every batch of the list. */
export function batchConditions(filter: BatchFilter): Conditions {
  const { projectId, status, sourceDirectoryId, createdAtOnOrAfter, createdAtOnOrBefore, q } = filter;
  return [
    sql`project_id = ${projectId}`,
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(sourceDirectoryId === undefined ? [] : [sql`source_directory_id = ${sourceDirectoryId}`]),
    ...(createdAtOnOrAfter === undefined ? [] : [sql`created_at >= ${createdAtOnOrAfter}::timestamptz`]),
    ...(createdAtOnOrBefore === undefined ? [] : [sql`created_at <= ${createdAtOnOrBefore}::timestamptz`]),
    ...(q === undefined ? [] : [matches(q)]),
  ];
}

/** Either is a range of an index; an `or` of the two would be neither. */
function matches(q: string): RawBuilder<unknown> {
  return isIdPrefix(q)
    ? sql`id like ${prefixPattern(q)}`
    : sql`directory_name like lower(${prefixPattern(q)})`;
}

/** A text that begins like a batch's id is searched among ids, any other among names. */
function isIdPrefix(q: string): boolean {
  return q.startsWith('bat-');
}

function prefixPattern(q: string): string {
  return `${q.replaceAll(/[\\%_]/g, '\\$&')}%`;
}

/** A search by name is counted along the index of names. */
function countOrder({ q }: BatchFilter): RawBuilder<unknown> {
  return q === undefined || isIdPrefix(q) ? NEWEST_FIRST : sql`directory_name desc, ${NEWEST_FIRST}`;
}

/**
 * Searches that match more names than this are read newest first and filtered, or sorted, as the planner sees fit:
 * so many names are either a good part of all batches, or a few each.
 */
const MAX_MERGED_NAMES = 64;

/** The names that a search matches, one more than are merged: hops from name to name through the index. */
export function directoryNamesQuery(projectId: string, q: string): RawBuilder<{ name: string }> {
  const next = (after: RawBuilder<unknown>) => sql`
    select directory_name as name from batches
    where project_id = ${projectId} and ${matches(q)} ${after} order by directory_name limit 1`;
  return sql`
    with recursive names as (
      (${next(sql``)})
      union all
      select (${next(sql`and directory_name > names.name`)}) from names where names.name is not null
    )
    select name from names where name is not null limit ${MAX_MERGED_NAMES + 1}`;
}

/**
 * A page over several names: the newest keys of each name, which lie together in an index, then the newest of those.
 * The obvious `directory_name like 'scan-%' order by created_at` has no good plan: it walks all batches when the
 * names were used only long ago, or sorts all that match, a second for each at a million batches.
 */
function mergedPageQuery(
  names: readonly string[],
  conditions: Conditions,
  page: PageRequest,
): RawBuilder<Listed<'batches'>> {
  const wanted = sql.join(fromPosition('batches', conditions, page), sql` and `);
  return sql`
    select batches.* from (
      select newest.id from unnest(${names}::text[]) as n (name) cross join lateral (
        select created_at, id from batches where ${wanted} and directory_name = n.name
        order by ${NEWEST_FIRST} limit ${page.size + 1}
      ) as newest
      order by ${NEWEST_FIRST} limit ${page.size + 1}
    ) as keys
    join batches using (id)
    order by ${NEWEST_FIRST}`;
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

/** Places in the queue of throttled batches are told up to this one: nobody waits for the ten thousandth. */
const MAX_POSITION = 1000;

/** The places of throttled batches in their projects' queues, from 1. Batches far behind are absent. */
export async function throttledPositions(
  db: Executor,
  batchIds: readonly string[],
): Promise<Map<string, number>> {
  if (batchIds.length === 0) return new Map();
  const placed = await sql<{ id: string; position: number }>`
    select queue.id, queue.position
    from (select distinct project_id from batches where id = any(${batchIds})) as p
    cross join lateral (
      select id, row_number() over (order by created_at, id) as position from batches
      where project_id = p.project_id and status = 'THROTTLED'
      order by created_at, id limit ${MAX_POSITION}
    ) as queue
    where queue.id = any(${batchIds})`.execute(db);
  return new Map(placed.rows.map((row) => [row.id, row.position]));
}
