import { sql, type RawBuilder } from 'kysely';
import type { PagePosition } from '../model/page-token.ts';

/** One key of a list's order. */
export interface SortKey {
  readonly column: RawBuilder<unknown>;
  readonly descending: boolean;
  /** The key's value where a page ended, with its type. */
  readonly valueAt: (position: PagePosition) => RawBuilder<unknown>;
}

/** How a list is ordered; the last key is different for every row, so that pages neither repeat nor leave out any. */
export type ListOrder = readonly [SortKey, ...SortKey[]];

/** The keys for `order by`. */
export function orderBy(order: ListOrder): RawBuilder<unknown> {
  return sql.join(order.map(({ column, descending }) => (descending ? sql`${column} desc` : column)));
}

/**
 * Holds for the rows that come after the position. Keys of one direction are compared as a row, which an index on
 * them answers at once; of mixed ones an index finds the first key, and rows that share it are sorted.
 */
export function comesAfter(order: ListOrder, position: PagePosition): RawBuilder<unknown> {
  const [first, ...rest] = order;
  if (rest.every((key) => key.descending === first.descending)) {
    const columns = sql.join(order.map((key) => key.column));
    const values = sql.join(order.map((key) => key.valueAt(position)));
    return sql`(${columns}) ${sql.raw(first.descending ? '<' : '>')} (${values})`;
  }
  const value = first.valueAt(position);
  return sql`${first.column} ${sql.raw(first.descending ? '<=' : '>=')} ${value} and ${step(order, position)}`;
}

/** Key by key: beyond the position in this one, or level with it and beyond in the next. */
function step([first, second, ...rest]: ListOrder, position: PagePosition): RawBuilder<unknown> {
  const value = first.valueAt(position);
  const beyond = sql`${first.column} ${sql.raw(first.descending ? '<' : '>')} ${value}`;
  if (!second) return beyond;
  return sql`(${beyond} or (${first.column} = ${value} and ${step([second, ...rest], position)}))`;
}
