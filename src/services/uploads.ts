import type { Readable } from 'node:stream';
import { newUuid } from '../model/ids.ts';
import { isTransientDatabaseError } from '../store/database.ts';
import type { Services } from './context.ts';

/** The bytes of an upload, stored and counted, waiting to be given a place. */
export interface StoredUpload {
  readonly fileId: string;
  readonly blobKey: string;
  readonly name: string;
  readonly size: number;
  readonly sha256: Buffer;
}

/** Streams bytes into the blob store. Memory does not depend on the size. */
export async function storeUpload(services: Services, source: Readable, name: string): Promise<StoredUpload> {
  const fileId = newUuid();
  const blobKey = `uploads/${fileId.slice(-2)}/${fileId}`;
  const { size, sha256 } = await services.blobs.write(blobKey, source);
  return { fileId, blobKey, name, size, sha256 };
}

/** Removes the bytes of an upload that got no place. */
export async function discardUpload(services: Services, upload: StoredUpload): Promise<void> {
  try {
    await services.blobs.delete(upload.blobKey);
  } catch (error) {
    // What went wrong before is what the client must hear of; the janitor finds bytes without a row.
    services.logger.warn({ err: error, key: upload.blobKey }, 'the bytes of an upload stay behind');
  }
}

/**
 * Gives an upload its place. Its bytes are removed again when it gets none, and when the place turns out to be that of an
 * earlier try, which has bytes of its own.
 * @param place makes the rows that refer to the bytes
 * @param isOwn whether they refer to the bytes of this upload
 */
export async function placeUpload<Placed>(
  services: Services,
  upload: StoredUpload,
  place: () => Promise<Placed>,
  isOwn: (placed: Placed) => boolean,
): Promise<Placed> {
  let placed: Placed;
  try {
    placed = await place();
  } catch (error) {
    // When the connection was lost, the row may have been written all the same: its bytes must stay.
    if (!isTransientDatabaseError(error)) await discardUpload(services, upload);
    throw error;
  }
  if (!isOwn(placed)) await discardUpload(services, upload);
  return placed;
}

/** The name's extension without its dot, in lower case, as the wire's `file_type`. */
export function extensionOf(name: string): string | null {
  return /\.([A-Za-z0-9]{1,16})$/.exec(name)?.[1]?.toLowerCase() ?? null;
}

/** Purposes of files that live on; the others are uploaded for one operation. */
const LASTING_PURPOSES: ReadonlySet<string> = new Set(['user_data', 'agent_app']);

/** How long an upload for this purpose is kept, in milliseconds from now; null: for ever (contract 1.5). */
export function uploadLifetime(services: Services, purpose: string): number | null {
  const { uploadLifetimeHours } = services.limits;
  if (LASTING_PURPOSES.has(purpose) || uploadLifetimeHours === 0) return null;
  return uploadLifetimeHours * 3_600_000;
}
