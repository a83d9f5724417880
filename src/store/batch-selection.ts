import { sql, type RawBuilder } from 'kysely';
import type { BatchStatus } from '../model/batch-states.ts';
import type { Executor } from './database.ts';
import {
  countQuery,
  EXACT_COUNT_LIMIT,
  fromPosition,
  NEWEST_FIRST,
  pageQuery,
  type Conditions,
  type Listed,
  type PageRequest,
} from './pages.ts';

/** Which batches a list is of, and the statements that read and count them. */

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

/** A filter whose search by name is resolved to the names there are. */
export interface BatchSelection {
  readonly filter: BatchFilter;
  /** Absent when nothing was searched by name, or when too many names were found to list them. */
  readonly names?: readonly string[];
}

/**
 * Searches that match more names than this are read newest first and filtered, or sorted, as the planner sees fit:
 * so many names are a good part of all batches, or have a few batches each. Each name costs a hop of 3 µs.
 */
const MAX_NAMES = 256;

/** Looks which names a search by name is about; other filters need no look. */
export async function selectBatches(db: Executor, filter: BatchFilter): Promise<BatchSelection> {
  if (filter.q === undefined || isIdPrefix(filter.q)) return { filter };
  const found = await namesQuery(filter.projectId, filter.q).execute(db);
  const names = found.rows.map((row) => row.name);
  return names.length > MAX_NAMES ? { filter } : { filter, names };
}

/** The statement that reads one page, and one batch more. */
export function batchPageQuery(
  { filter, names }: BatchSelection,
  page: PageRequest,
): RawBuilder<Listed<'batches'>> {
  // A position is never beyond the upper bound, and with both PostgreSQL begins its scan at the bound: a late page
  // of a long list would read all pages before it.
  const { createdAtOnOrBefore, ...rest } = filter;
  const wanted = page.after || createdAtOnOrBefore === undefined ? rest : { ...rest, createdAtOnOrBefore };
  if (names === undefined) return pageQuery('batches', batchConditions(wanted), page);
  const { q: _, ...unnamed } = wanted;
  const [only] = names;
  if (names.length > 1) return mergedPageQuery(names, batchConditions(unnamed), page);
  const named = only === undefined ? sql`false` : sql`directory_name = ${only}`;
  return pageQuery('batches', [...batchConditions(unnamed), named], page);
}

/** The statement that counts up to the limit. */
export function batchCountQuery({ filter, names }: BatchSelection): RawBuilder<{ n: number }> {
  if (names === undefined) return countQuery('batches', batchConditions(filter));
  const { q: _, ...unnamed } = filter;
  return sql`
    select count(*) as n from (
      select from unnest(${names}::text[]) as n (name) cross join lateral (
        select from batches
        where ${sql.join(batchConditions(unnamed), sql` and `)} and directory_name = n.name
        order by ${NEWEST_FIRST} limit ${EXACT_COUNT_LIMIT + 1}
      ) as named
      limit ${EXACT_COUNT_LIMIT + 1}
    ) as capped`;
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
  const pattern = `${q.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return isIdPrefix(q) ? sql`id like ${pattern}` : sql`directory_name like lower(${pattern})`;
}

/** A text that begins like a batch's id is searched among ids, any other among names. */
function isIdPrefix(q: string): boolean {
  return q.startsWith('bat-');
}

/** The names that a search matches, one more than are listed: hops from name to name through the index. */
function namesQuery(projectId: string, q: string): RawBuilder<{ name: string }> {
  const next = (after: RawBuilder<unknown>) => sql`
    select directory_name as name from batches
    where project_id = ${projectId} and ${matches(q)} ${after} order by directory_name limit 1`;
  return sql`
    with recursive names as (
      (${next(sql``)})
      union all
      select (${next(sql`and directory_name > names.name`)}) from names where names.name is not null
    )
    select name from names where name is not null limit ${MAX_NAMES + 1}`;
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
  const limit = page.size + 1;
  const newestOf = (count: number) => sql`
    select created_at, id from batches where ${wanted} and directory_name = n.name
    order by ${NEWEST_FIRST} limit ${count}`;
  const all = sql`unnest(${names}::text[]) as n (name)`;
  // A page of ten can only be of the ten names with the newest batches; of the others one batch is looked at each.
  const some =
    names.length <= limit
      ? all
      : sql`(
          select n.name from ${all} cross join lateral (${newestOf(1)}) as head
          order by ${NEWEST_FIRST} limit ${limit}
        ) as n`;
  return sql`
    select batches.* from (
      select newest.id from ${some} cross join lateral (${newestOf(limit)}) as newest
      order by ${NEWEST_FIRST} limit ${limit}
    ) as keys
    join batches using (id)
    order by ${NEWEST_FIRST}`;
}
