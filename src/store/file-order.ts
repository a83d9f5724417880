import { sql, type RawBuilder } from 'kysely';
import type { PagePosition } from '../model/page-token.ts';
import type { ListOrder, SortKey } from './list-order.ts';
import type { StoredFile } from './schema.ts';

/** What lists of files can be ordered by. */
export const FILE_SORT_FIELDS = ['name', 'id', 'created_at'] as const;
export type FileSortField = (typeof FILE_SORT_FIELDS)[number];

export interface FileSort {
  readonly field: FileSortField;
  readonly descending: boolean;
}

/** Characters of a name that an index entry has room for; files whose names begin with the same are ordered by id. */
const INDEXED_CHARACTERS = 600;

/** The part of a name or external id that indexes hold; the migration says the same. */
export function indexedPart(text: RawBuilder<unknown>): RawBuilder<unknown> {
  return sql`left(${text}, ${sql.lit(INDEXED_CHARACTERS)})`;
}

const KEYS: Readonly<Record<FileSortField, Omit<SortKey, 'descending'>>> = {
  name: {
    column: indexedPart(sql`name`),
    valueAt: (position) => indexedPart(sql`${position.name ?? ''}::text`),
  },
  id: { column: sql`id`, valueAt: (position) => sql`${position.id}::uuid` },
  created_at: { column: sql`created_at`, valueAt: (position) => sql`${position.createdAt}::timestamptz` },
};

/** The order by these fields, made total by the id. A field that was named before, or follows the id, says nothing. */
export function fileOrder(sorts: readonly [FileSort, ...FileSort[]]): ListOrder {
  const kept: FileSort[] = [];
  for (const sort of [...sorts, { field: 'id', descending: sorts.at(-1)?.descending ?? false } as const]) {
    if (kept.some(({ field }) => field === sort.field || field === 'id')) continue;
    kept.push(sort);
  }
  const [first, ...rest] = kept.map(({ field, descending }) => ({ ...KEYS[field], descending }));
  if (!first) throw new Error('An order of files has at least its id');
  return [first, ...rest];
}

/** Where a page ends whose last row is this file, in any order. */
export function filePosition(file: Pick<StoredFile, 'created_at' | 'id' | 'name'>): PagePosition {
  return {
    createdAt: file.created_at.toISOString(),
    id: file.id,
    name: Array.from(file.name).slice(0, INDEXED_CHARACTERS).join(''),
  };
}
