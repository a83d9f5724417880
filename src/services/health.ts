import { sql } from 'kysely';
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

/** Longest wait for a blob store's sign of life: load balancers ask every few seconds. */
const BLOB_CHECK_MS = 3_000;

/** Whether the blob store answers, and soon. */
export async function areBlobsUp(services: Pick<Services, 'blobs' | 'logger'>): Promise<boolean> {
  const over = new AbortController();
  const check = services.blobs.check().then(() => true);
  const late = pause(BLOB_CHECK_MS, over.signal).then(() => false);
  try {
    if (await Promise.race([check, late])) return true;
    services.logger.warn(`the blob store has not answered for ${BLOB_CHECK_MS} ms`);
    return false;
  } catch (error) {
    services.logger.warn({ err: error }, 'the blob store does not answer');
    return false;
  } finally {
    over.abort();
  }
}

/** Whether the database answers. */
export async function isDatabaseUp(services: Pick<Services, 'db' | 'logger'>): Promise<boolean> {
  try {
    await sql`select 1`.execute(services.db);
    return true;
  } catch (error) {
    services.logger.warn({ err: error }, 'the database does not answer');
    return false;
  }
}
