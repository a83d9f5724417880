import { sql, type RawBuilder } from 'kysely';
import { batchConditions, matchesSearch, type NameSearch } from './batch-conditions.ts';
import { LISTED_BATCH_COLUMNS } from './listed-columns.ts';
import {
  countQuery,
  EXACT_COUNT_LIMIT,
  fromPosition,
  NEWEST_FIRST,
  pageQuery,
  type Listed,
  type PageRequest,
} from './pages.ts';

/**
 * Searches for batches by the beginning of a name. The obvious `directory_name like 'scan-%' order by created_at` has
 * no good plan: it walks all batches when the names were used only long ago, or sorts all that match, a second for
 * each at a million batches. So the names come first, by hops through their index, and then what is wanted of each,
 * which lies together there.
 *
 * More than `MAX_NAMES` names are read the obvious way all the same: they are a good part of all batches, or have a
 * few batches each. Which of the two it is, the statement finds out itself: the other half of it is never executed.
 */

/** A hop takes 3 µs. */
const MAX_NAMES = 256;

/** The statement that reads one page, and one batch more. */
export function namedPageQuery(search: NameSearch, page: PageRequest): RawBuilder<Listed<'batches'>> {
  const { q: _, ...others } = search;
  const wanted = sql.join(fromPosition('batches', batchConditions(others), page), sql` and `);
  const limit = page.size + 1;
  const newestOf = (count: number) => sql`
    select created_at, id from batches where ${wanted} and directory_name = n.name
    order by ${NEWEST_FIRST} limit ${count}`;
  // A page of ten can only be of the ten names with the newest batches: of the others one batch is looked at each.
  return sql`
    with recursive ${names(search)}
    select * from (
      (select ${LISTED_BATCH_COLUMNS} from (
        select newest.id from (
          select n.name from (${ifFew}) as n cross join lateral (${newestOf(1)}) as head
          order by ${NEWEST_FIRST} limit ${limit}
        ) as n cross join lateral (${newestOf(limit)}) as newest
        order by ${NEWEST_FIRST} limit ${limit}
      ) as keys join batches using (id))
      union all
      (${pageQuery('batches', [...batchConditions(search), isMany], page, LISTED_BATCH_COLUMNS)})
    ) as found
    order by ${NEWEST_FIRST} limit ${limit}`;
}

/** The statement that counts up to the limit. */
export function namedCountQuery(search: NameSearch): RawBuilder<{ n: number }> {
  const { q: _, ...others } = search;
  return sql`
    with recursive ${names(search)}
    select sum(n) as n from (
      select count(*) as n from (
        select from (${ifFew}) as n cross join lateral (
          select from batches
          where ${sql.join(batchConditions(others), sql` and `)} and directory_name = n.name
          order by ${NEWEST_FIRST} limit ${EXACT_COUNT_LIMIT + 1}
        ) as named
        limit ${EXACT_COUNT_LIMIT + 1}
      ) as capped
      union all
      (${countQuery('batches', [...batchConditions(search), isMany])})
    ) as counted`;
}

const ifFew = sql`select name from names where (select count(*) from names) <= ${MAX_NAMES}`;
const isMany = sql`(select count(*) from names) > ${MAX_NAMES}`;

/** The names that match, up to one more than is few. */
function names({ projectId, q }: NameSearch): RawBuilder<unknown> {
  const next = (after: RawBuilder<unknown>) => sql`
    select directory_name as name from batches
    where project_id = ${projectId} and ${matchesSearch(q)} ${after} order by directory_name limit 1`;
  return sql`
    hops as (
      (${next(sql``)})
      union all
      select (${next(sql`and directory_name > hops.name`)}) from hops where hops.name is not null
    ),
    names as materialized (select name from hops where name is not null limit ${MAX_NAMES + 1})`;
}
