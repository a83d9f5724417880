import { BATCH_STATUSES, type BatchStatus } from '../../src/model/batch-states.ts';

/** A batch as far as lists look at it. */
export interface ModelBatch {
  readonly id: string;
  readonly projectId: string;
  readonly status: BatchStatus;
  readonly directoryId: string;
  /** As its owner wrote it. */
  readonly directoryName: string;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

/** Filters of a list; what is absent does not matter. */
export interface ModelQuery {
  readonly status?: BatchStatus;
  readonly sourceDirectoryId?: string;
  /** Both bounds are inclusive. */
  readonly createdAtOnOrAfter?: Date;
  readonly createdAtOnOrBefore?: Date;
  readonly q?: string;
}

export const STATUSES: readonly BatchStatus[] = BATCH_STATUSES;

/** The contract of the list in plain words: which batches, and in what order. No page, no index, no SQL. */
export function listed(
  batches: readonly ModelBatch[],
  projectId: string,
  query: ModelQuery,
): readonly ModelBatch[] {
  return batches
    .filter((batch) => batch.projectId === projectId && passes(batch, query))
    .toSorted(newestFirst);
}

function passes(batch: ModelBatch, query: ModelQuery): boolean {
  const { status, sourceDirectoryId, createdAtOnOrAfter, createdAtOnOrBefore, q } = query;
  if (status !== undefined && batch.status !== status) return false;
  if (sourceDirectoryId !== undefined && batch.directoryId !== sourceDirectoryId) return false;
  if (createdAtOnOrAfter && batch.createdAt < createdAtOnOrAfter.getTime()) return false;
  if (createdAtOnOrBefore && batch.createdAt > createdAtOnOrBefore.getTime()) return false;
  if (q === undefined) return true;
  if (q.startsWith('bat-')) return batch.id.startsWith(q);
  return batch.directoryName.toLowerCase().startsWith(q.toLowerCase());
}

/** Ids are compared byte by byte; theirs are all ASCII, so that JavaScript's order is the same. */
export function newestFirst(a: ModelBatch, b: ModelBatch): number {
  if (a.createdAt !== b.createdAt) return b.createdAt - a.createdAt;
  return Number(a.id < b.id) - Number(a.id > b.id);
}
