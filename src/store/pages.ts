import { sql, type RawBuilder, type Selectable } from 'kysely';
import type { PagePosition } from '../model/page-token.ts';
import type { Executor } from './database.ts';
import type { Schema } from './schema.ts';

/** Tables whose lists are ordered by `created_at desc, id desc`. */
export type ListedTable = 'batches' | 'jobs' | 'directories' | 'directory_files' | 'configurations' | 'files';

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

/** Counting stops here: counting half a million rows takes a tenth of a second, ten thousand three milliseconds. */
export const EXACT_COUNT_LIMIT = 10_000;

/**
 * Reads one page by keyset: the row comparison matches the descending index, so the thousandth page costs what
 * the first does, and rows that arrive meanwhile neither repeat nor push others out.
 * @param conditions all must hold; at least one, so that a list is never over all projects
 */
export async function readPage<T extends ListedTable>(
  db: Executor,
  table: T,
  conditions: readonly [RawBuilder<unknown>, ...RawBuilder<unknown>[]],
  page: PageRequest,
): Promise<RowPage<Selectable<Schema[T]>>> {
  const filter = sql.join(conditions, sql` and `);
  const from = page.after ? sql`${filter} and ${isAfter(table, page.after)}` : filter;
  const [{ rows }, total] = await Promise.all([
    sql<Selectable<Schema[T]> & { created_at: Date; id: string }>`
      select * from ${sql.table(table)} where ${from}
      order by created_at desc, id desc limit ${page.size + 1}`.execute(db),
    countRows(db, table, filter),
  ]);
  const shown = rows.slice(0, page.size);
  const last = shown.at(-1);
  const next =
    rows.length > page.size && last ? { createdAt: last.created_at.toISOString(), id: last.id } : undefined;
  return { rows: shown, total, ...(next && { next }) };
}

function isAfter(table: ListedTable, position: PagePosition): RawBuilder<unknown> {
  const id = table === 'files' ? sql`${position.id}::uuid` : sql`${position.id}::text`;
  return sql`(created_at, id) < (${position.createdAt}::timestamptz, ${id})`;
}

async function countRows(db: Executor, table: ListedTable, filter: RawBuilder<unknown>): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n
    from (select 1 from ${sql.table(table)} where ${filter} limit ${EXACT_COUNT_LIMIT + 1}) as capped`.execute(
    db,
  );
  const exact = counted.rows[0]?.n ?? 0;
  if (exact <= EXACT_COUNT_LIMIT) return exact;
  const explained = await sql<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }>`
    explain (format json) select 1 from ${sql.table(table)} where ${filter}`.execute(db);
  return Math.max(exact, explained.rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0);
}
