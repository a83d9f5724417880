import { findWalk, moveWalk } from '../store/janitor-walks.ts';
import {
  findUnknownKeys,
  forgetGarbage,
  markGarbage,
  REFERABLE_PREFIXES,
  sortGarbage,
} from '../store/retention.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { inChunks, type Patience } from './in-chunks.ts';

/** Bytes that no row needs. */

/** Seconds between the end of a walk over all blobs and the beginning of the next. */
const ORPHAN_REST_SECONDS = 6 * 60 * 60;
/** Blobs deleted at the same time: enough for a store behind a network, little for a disk. */
const PARALLEL_DELETES = 8;

/**
 * Deletes blobs that were marked longer ago than the grace time and that nothing points to. The mark goes after the
 * blob: a crash between the two repeats a deletion that is done.
 * @returns how many blobs were deleted
 */
export async function collectGarbage(
  services: Pick<Services, 'db' | 'blobs' | 'logger'>,
  rules: { readonly garbageGraceSeconds: number; readonly chunk: number },
  patience: Patience,
): Promise<number> {
  const graceSeconds = rules.garbageGraceSeconds;
  let total = 0;
  await inChunks(patience, async () => {
    const { looked, deletable } = await inTransaction(services.db, (tx) =>
      sortGarbage(tx, { graceSeconds, limit: rules.chunk }),
    );
    const deleted = await deleteBlobs(services, deletable);
    await forgetGarbage(services.db, deleted, { graceSeconds });
    total += deleted.length;
    const failed = deletable.filter((key) => !deleted.includes(key));
    // To the end of the line, so that blobs that cannot be deleted do not keep the others.
    await inTransaction(services.db, (tx) => markGarbage(tx, failed));
    return looked === rules.chunk;
  });
  return total;
}

/** @returns the keys of those that could be deleted */
async function deleteBlobs(
  services: Pick<Services, 'db' | 'blobs' | 'logger'>,
  keys: readonly string[],
): Promise<string[]> {
  const deleted: string[] = [];
  const waiting = [...keys];
  const work = async (): Promise<void> => {
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      try {
        await services.blobs.delete(key);
        deleted.push(key);
      } catch (error) {
        services.logger.warn({ err: error, key }, 'a blob could not be deleted; it is tried again later');
      }
    }
  };
  await Promise.all(Array.from({ length: PARALLEL_DELETES }, work));
  return deleted;
}

/**
 * Takes the walk over all blobs further. Those that no row knows and that are older than any upload under way were
 * left by a crash between the blob and its row: they become garbage.
 * @returns how many were found
 */
export async function findOrphans(
  services: Pick<Services, 'db' | 'blobs' | 'logger'>,
  rules: { readonly orphanHours: number; readonly chunk: number; readonly walk: number },
  patience: Patience,
): Promise<number> {
  let after = await findWalk(services.db, 'blobs');
  let found = 0;
  let left = rules.walk;
  await inChunks(patience, async () => {
    if (after === undefined || left <= 0) return false;
    const blobs = await services.blobs.list(after, rules.chunk);
    const oldest = Date.now() - rules.orphanHours * 60 * 60 * 1000;
    const old = blobs.filter((blob) => isReferable(blob.key) && blob.modifiedAt.getTime() <= oldest);
    const last = blobs.length === rules.chunk ? blobs.at(-1)?.key : undefined;
    const orphans = await inTransaction(services.db, async (tx) => {
      const unknown = await findUnknownKeys(
        tx,
        old.map((blob) => blob.key),
      );
      await markGarbage(tx, unknown);
      const restSeconds = last === undefined ? ORPHAN_REST_SECONDS : 0;
      await moveWalk(tx, 'blobs', { position: last ?? '', restSeconds });
      return unknown;
    });
    found += orphans.length;
    left -= rules.chunk;
    after = last;
    return true;
  });
  return found;
}

const isReferable = (key: string): boolean => REFERABLE_PREFIXES.some((prefix) => key.startsWith(prefix));
