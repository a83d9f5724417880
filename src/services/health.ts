import { sql } from 'kysely';
import type { Logger } from '../logger.ts';
import { BlobStoreUnavailableError } from '../store/blobs/port.ts';
import { isTransientDatabaseError } from '../store/database.ts';
import type { Services } from './context.ts';
import { pause } from './pause.ts';

/** Whether an error tells of a database that is away for a while, rather than of what was asked of it. */
export const isDatabaseOutage = isTransientDatabaseError;

/** The same of a blob store. */
export function isBlobOutage(error: unknown): boolean {
  return error instanceof BlobStoreUnavailableError;
}

/** Either of them. */
export function isOutage(error: unknown): boolean {
  return isDatabaseOutage(error) || isBlobOutage(error);
}

/** Longest wait for a sign of life: load balancers ask every few seconds. */
const CHECK_MS = 3_000;

/** Whether the blob store answers, and soon. */
export function areBlobsUp({ blobs, logger }: Pick<Services, 'blobs' | 'logger'>): Promise<boolean> {
  return answersSoon('the blob store', () => blobs.check(), logger);
}

/** Whether the database answers, and soon; it does not while all connections of this process are in use. */
export function isDatabaseUp({ db, logger }: Pick<Services, 'db' | 'logger'>): Promise<boolean> {
  return answersSoon('the database', () => sql`select 1`.execute(db), logger);
}

async function answersSoon(what: string, ask: () => Promise<unknown>, logger: Logger): Promise<boolean> {
  const over = new AbortController();
  const check = ask().then(() => true);
  const late = pause(CHECK_MS, over.signal).then(() => false);
  try {
    if (await Promise.race([check, late])) return true;
    logger.warn(`${what} has not answered for ${CHECK_MS} ms`);
    return false;
  } catch (error) {
    logger.warn({ err: error }, `${what} does not answer`);
    return false;
  } finally {
    over.abort();
  }
}
