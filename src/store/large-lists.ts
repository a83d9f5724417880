import type { Executor } from './database.ts';

/**
 * Remembers which lists have more rows than are counted. Counting ten thousand rows is most of what a page of a large
 * list costs, and a list that only grows need not be counted twice to say so again.
 */

/** A list that shrank against all expectation is counted again after this. */
const REMEMBERED_MS = 60_000;
const MAX_REMEMBERED = 1000;

/** Per database: when each list was last counted. */
const counted = new WeakMap<Executor, Map<string, number>>();

/** @param key everything that decides which rows are listed */
export function isKnownLarge(db: Executor, key: string): boolean {
  const at = counted.get(db)?.get(key);
  return at !== undefined && Date.now() - at < REMEMBERED_MS;
}

/** Only for lists whose rows are never taken away. */
export function rememberLarge(db: Executor, key: string): void {
  const known = counted.get(db) ?? new Map<string, number>();
  if (known.size >= MAX_REMEMBERED) known.clear();
  known.set(key, Date.now());
  counted.set(db, known);
}
