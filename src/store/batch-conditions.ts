import { sql, type RawBuilder } from 'kysely';
import type { BatchStatus } from '../model/batch-states.ts';
import { createdWithin, type CreatedBounds } from './created-bounds.ts';
import type { Conditions } from './pages.ts';

/** Which batches a list is of. */
export interface BatchFilter extends CreatedBounds {
  readonly projectId: string;
  readonly status?: BatchStatus;
  readonly sourceDirectoryId?: string;
  /** The beginning of a batch's id, or of its directory's name when it was made, in any case of letters. */
  readonly q?: string;
}

/** A filter that searches for names. */
export interface NameSearch extends BatchFilter {
  readonly q: string;
}

/** What must hold for every batch of the list. */
export function batchConditions(filter: BatchFilter): Conditions {
  const { projectId, status, sourceDirectoryId, q } = filter;
  return [
    sql`project_id = ${projectId}`,
    sql`going_at is null`,
    ...(status === undefined ? [] : [sql`status = ${status}`]),
    ...(sourceDirectoryId === undefined ? [] : [sql`source_directory_id = ${sourceDirectoryId}`]),
    ...createdWithin(filter),
    ...(q === undefined ? [] : [matchesSearch(q)]),
  ];
}

export function isNameSearch(filter: BatchFilter): filter is NameSearch {
  return filter.q !== undefined && !isIdPrefix(filter.q);
}

/** Either is a range of an index; an `or` of the two would be neither. */
export function matchesSearch(q: string): RawBuilder<unknown> {
  const pattern = `${q.replaceAll(/[\\%_]/g, '\\$&')}%`;
  return isIdPrefix(q) ? sql`id like ${pattern}` : sql`directory_name like lower(${pattern})`;
}

/** A text that begins like a batch's id is searched among ids, any other among names. */
function isIdPrefix(q: string): boolean {
  return q.startsWith('bat-');
}
