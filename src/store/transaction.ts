import type { Database, Transaction } from './database.ts';

/** How often a transaction is tried when the database had to end it. */
const ATTEMPTS = 5;

/** Serialization failure and deadlock: the transaction is certain to have been rolled back. */
const ROLLED_BACK = new Set(['40001', '40P01']);

/**
 * Runs `work` in one transaction, and again when the database ended it in favour of another one. A lost
 * connection is not retried here: the commit may have happened, and only the caller knows how to find out.
 */
export async function inTransaction<T>(db: Database, work: (tx: Transaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute(work);
    } catch (error) {
      if (attempt >= ATTEMPTS || !ROLLED_BACK.has((error as { code?: string }).code ?? '')) throw error;
      await new Promise((resolve) => setTimeout(resolve, 20 * 2 ** attempt * (0.5 + Math.random())));
    }
  }
}
