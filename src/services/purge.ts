import type { Transaction } from '../store/database.ts';
import type { WalkedPart } from '../store/expired-directories.ts';
import { findWalk, moveWalk } from '../store/janitor-walks.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { inChunks, type Patience } from './in-chunks.ts';

/** Seconds between the end of a walk over rows and the beginning of the next: what is old can wait. */
const REST_SECONDS = 60 * 60;

/**
 * Takes a walk over rows further by up to `rows`. Rows that must stay are passed, so many of them do not keep the
 * others from being found.
 * @returns how many rows were removed for good
 */
export async function walkRows<Part extends { readonly limit: number }>(
  services: Pick<Services, 'db'>,
  walk: {
    readonly name: string;
    readonly purge: (tx: Transaction, part: Part & { readonly after: string }) => Promise<WalkedPart>;
    readonly part: Part;
    readonly rows: number;
  },
  patience: Patience,
): Promise<number> {
  const { name } = walk;
  let after = await findWalk(services.db, name);
  let removed = 0;
  let left = walk.rows;
  await inChunks(patience, async () => {
    if (after === undefined || left <= 0) return false;
    const from = after;
    const walked = await inTransaction(services.db, async (tx) => {
      const part = await walk.purge(tx, { ...walk.part, after: from });
      const restSeconds = part.last === undefined ? REST_SECONDS : 0;
      await moveWalk(tx, name, { position: part.last ?? '', restSeconds });
      return part;
    });
    removed += walked.removed;
    left -= walk.part.limit;
    after = walked.last;
    return true;
  });
  return removed;
}
