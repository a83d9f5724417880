import { sql, type RawBuilder } from 'kysely';
import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { batchConditions, isNameSearch, type BatchFilter } from './batch-conditions.ts';
import { namedCountQuery, namedPageQuery } from './batch-name-search.ts';
import type { Executor } from './database.ts';
import { isKnownLarge, rememberLarge } from './large-lists.ts';
import { LISTED_BATCH_COLUMNS } from './listed-columns.ts';
import {
  countQuery,
  estimateRows,
  EXACT_COUNT_LIMIT,
  pageQuery,
  toRowPage,
  type Listed,
  type PageRequest,
  type RowPage,
} from './pages.ts';
import type { Batch } from './schema.ts';

/** Lists of batches, and what is counted for the batches of a page. */

/** A batch as lists have it. */
export type ListedBatch = Omit<Batch, 'resolved_parameters'>;

/** The newest batches that pass the filter, from the page's position on. */
export async function listBatches(
  db: Executor,
  filter: BatchFilter,
  page: PageRequest,
): Promise<RowPage<ListedBatch>> {
  const [{ rows }, total] = await Promise.all([
    batchPageQuery(filter, page).execute(db),
    countBatches(db, filter),
  ]);
  return toRowPage(rows, total, page.size);
}

/** The statement that reads one page, and one batch more. */
export function batchPageQuery(filter: BatchFilter, page: PageRequest): RawBuilder<Listed<'batches'>> {
  // A position is never beyond the upper bound, and with both PostgreSQL begins its scan at the bound: a late page
  // of a long list would read all pages before it.
  const { createdAtOnOrBefore, ...rest } = filter;
  const wanted = page.after || createdAtOnOrBefore === undefined ? rest : { ...rest, createdAtOnOrBefore };
  return isNameSearch(wanted)
    ? namedPageQuery(wanted, page)
    : pageQuery('batches', batchConditions(wanted), page, LISTED_BATCH_COLUMNS);
}

/** The statement that counts up to the limit. */
export function batchCountQuery(filter: BatchFilter): RawBuilder<{ n: number }> {
  return isNameSearch(filter) ? namedCountQuery(filter) : countQuery('batches', batchConditions(filter));
}

async function countBatches(db: Executor, filter: BatchFilter): Promise<number> {
  const key = JSON.stringify(filter);
  if (!isKnownLarge(db, key)) {
    const counted = await batchCountQuery(filter).execute(db);
    const exact = counted.rows[0]?.n ?? 0;
    if (exact <= EXACT_COUNT_LIMIT) return exact;
    if (onlyGrows(filter)) rememberLarge(db, key);
  }
  return Math.max(EXACT_COUNT_LIMIT + 1, await estimateRows(db, 'batches', batchConditions(filter)));
}

/** Batches are never deleted and end once; what else a filter looks at never changes. */
function onlyGrows({ status }: BatchFilter): boolean {
  return status === undefined || isTerminalBatchStatus(status);
}

/** How many jobs of each batch run right now. Batches without any are absent. */
export async function countRunningJobs(
  db: Executor,
  batchIds: readonly string[],
): Promise<Map<string, number>> {
  if (batchIds.length === 0) return new Map();
  const counted = await sql<{ batch_id: string; n: number }>`
    with held as materialized (
      select batch_id from jobs
      where holds_slot and status = 'RUNNING'
        and project_id = any(array(select project_id from batches where id = any(${batchIds})))
    )
    select batch_id, count(*) as n from held where batch_id = any(${batchIds}) group by batch_id`.execute(db);
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
