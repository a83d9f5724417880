import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { PagePosition } from '../model/page-token.ts';
import type { Executor } from './database.ts';
import { comesAfter, orderBy, type ListOrder } from './list-order.ts';
import type { Schema } from './schema.ts';

/** Tables whose lists are ordered by `created_at desc, id desc`. */
export type ListedTable =
  'batches' | 'jobs' | 'directories' | 'directory_files' | 'configurations' | 'files' | 'webhook_deliveries';

/** Tables whose ids are bare UUIDs. */
const WITH_UUIDS: ReadonlySet<ListedTable> = new Set(['files', 'webhook_deliveries']);

/** One page of rows, newest first. */
export interface RowPage<Row> {
  readonly rows: readonly Row[];
  /** Where the next page starts; absent on the last page. */
  readonly next?: PagePosition;
  /** Rows of all pages: exact up to {@link EXACT_COUNT_LIMIT}, the planner's estimate beyond. */
  readonly total: number;
}

/** What part of a list is wanted. */
export interface PageRequest {
  readonly size: number;
  readonly after?: PagePosition;
}

/** Counting stops here: counting half a million rows takes a tenth of a second, ten thousand one millisecond. */
export const EXACT_COUNT_LIMIT = 10_000;

/** What must hold for every row of a list. At least one, so that a list is never over all projects. */
export type Conditions = readonly [RawBuilder<unknown>, ...RawBuilder<unknown>[]];

/** A row as the page query gives it. */
export type Listed<T extends ListedTable> = Selectable<Schema[T]> & { created_at: Date; id: string };

/** How lists are ordered unless they say otherwise. Indexes hold the same columns ascending and are read backwards: see the migration. */
export const NEWEST_FIRST = sql`created_at desc, id desc`;

/** Reads one page, and counts, at the same time: two connections, so that the client waits for the slower only. */
export async function readPage<T extends ListedTable>(
  db: Executor,
  table: T,
  conditions: Conditions,
  page: PageRequest,
): Promise<RowPage<Selectable<Schema[T]>>> {
  const [{ rows }, total] = await Promise.all([
    pageQuery(table, conditions, page).execute(db),
    countRows(db, table, conditions),
  ]);
  return toRowPage<Listed<T>>(rows, total, page.size);
}

/** Reads one page in an order of the table's own, and counts. */
export async function readOrderedPage<T extends ListedTable>(
  db: Executor,
  table: T,
  conditions: Conditions,
  page: PageRequest,
  ordered: { readonly order: ListOrder; readonly positionOf: (row: Listed<T>) => PagePosition },
): Promise<RowPage<Selectable<Schema[T]>>> {
  const query = orderedPageQuery(table, conditions, page, ordered.order);
  const [{ rows }, total] = await Promise.all([query.execute(db), countRows(db, table, conditions)]);
  return toRowPage<Listed<T>>(rows, total, page.size, ordered.positionOf);
}

/** One page by keyset in this order, and one row more. */
export function orderedPageQuery<T extends ListedTable>(
  table: T,
  conditions: Conditions,
  page: PageRequest,
  order: ListOrder,
): RawBuilder<Listed<T>> {
  const wanted = page.after ? [...conditions, comesAfter(order, page.after)] : conditions;
  return sql`
    select * from ${sql.table(table)} where ${sql.join(wanted, sql` and `)}
    order by ${orderBy(order)} limit ${page.size + 1}`;
}

/** Cuts off the row that was read only to learn that there is one more. */
export function toRowPage<Row extends { created_at: Date; id: string }>(
  rows: readonly Row[],
  total: number,
  size: number,
  positionOf: (row: Row) => PagePosition = newestPosition,
): RowPage<Row> {
  const shown = rows.slice(0, size);
  const last = shown.at(-1);
  const next = rows.length > size && last ? positionOf(last) : undefined;
  return { rows: shown, total, ...(next && { next }) };
}

function newestPosition(row: { created_at: Date; id: string }): PagePosition {
  return { createdAt: row.created_at.toISOString(), id: row.id };
}

/**
 * One page by keyset, and one row more: the row comparison matches the index, so the thousandth page costs what the
 * first does, and rows that arrive meanwhile neither repeat nor push others out.
 * @param columns where a list does without some: these are absent in what it gives
 */
export function pageQuery<T extends ListedTable>(
  table: T,
  conditions: Conditions,
  page: PageRequest,
  columns: RawBuilder<unknown> = sql`*`,
): RawBuilder<Listed<T>> {
  return sql`
    select ${columns} from ${sql.table(table)} where ${sql.join(fromPosition(table, conditions, page), sql` and `)}
    order by ${NEWEST_FIRST} limit ${page.size + 1}`;
}

/** The conditions of the rows that come after the position, if there is one. */
export function fromPosition(table: ListedTable, conditions: Conditions, page: PageRequest): Conditions {
  if (!page.after) return conditions;
  const { createdAt, id } = page.after;
  const typedId = WITH_UUIDS.has(table) ? sql`${id}::uuid` : sql`${id}::text`;
  return [...conditions, sql`(created_at, id) < (${createdAt}::timestamptz, ${typedId})`];
}

/**
 * Counts up to one more than the limit. The order changes no count, but without one the planner takes a sequential
 * scan for the cheapest way to the first ten thousand rows, which it is not when they lie at the table's end.
 */
export function countQuery(table: ListedTable, conditions: Conditions): RawBuilder<{ n: number }> {
  return sql`
    select count(*) as n from (
      select from ${sql.table(table)} where ${sql.join(conditions, sql` and `)}
      order by ${NEWEST_FIRST} limit ${EXACT_COUNT_LIMIT + 1}
    ) as capped`;
}

/** @returns how many rows there are on all pages: exact up to the limit, the planner's estimate beyond */
export async function countRows(db: Executor, table: ListedTable, conditions: Conditions): Promise<number> {
  const counted = await countQuery(table, conditions).execute(db);
  const exact = counted.rows[0]?.n ?? 0;
  return exact <= EXACT_COUNT_LIMIT ? exact : Math.max(exact, await estimateRows(db, table, conditions));
}

/** How many rows the planner expects; it reads its statistics and no row. */
export async function estimateRows(
  db: Executor,
  table: ListedTable,
  conditions: Conditions,
): Promise<number> {
  const explained = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select from ${sql.table(table)} where ${sql.join(conditions, sql` and `)}`.execute(
    db,
  );
  return explained.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}
