import { randomBytes, randomUUID } from 'node:crypto';
import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import type { Config } from '../../config.ts';
import { BlobNotFoundError, type BlobStore } from '../../store/blobs/port.ts';
import { failed, ok, without, type Finding } from './finding.ts';

const GIB = 1024 ** 3;

/** Writes a blob, reads it back, deletes it, and sees that it is gone. */
export async function checkBlobs(blobs: BlobStore): Promise<Finding> {
  const key = `uploads/doctor/${randomUUID()}`;
  const bytes = randomBytes(64 * 1024);
  const begun = performance.now();
  try {
    const { size } = await blobs.write(key, Readable.from([bytes]));
    const back = await blobs.readRange(key, 0, size);
    if (!back.equals(bytes))
      return failed('blobs', 'what was read is not what was written', 'do not use this store');
  } finally {
    await blobs.delete(key);
  }
  const left = await blobs.localFile(key).catch((error: unknown) => {
    if (error instanceof BlobNotFoundError) return undefined;
    throw error;
  });
  if (left) return failed('blobs', 'what was deleted is still there', 'look at the permissions of the store');
  const milliseconds = Math.round(performance.now() - begun);
  return ok('blobs', `written, read back and deleted in ${milliseconds} ms`);
}

export async function checkDiskSpace({ dataDir, maxUploadBytes }: Config): Promise<Finding> {
  const { bavail, blocks, bsize } = await statfs(dataDir).catch(() => statfs(dirname(dataDir)));
  const free = bavail * bsize;
  const share = Math.round((100 * bavail) / Math.max(blocks, 1));
  const detail = `${(free / GIB).toFixed(1)} GiB free (${share} %) in ${dataDir}`;
  const mend = 'free some, or set SHEAF_RESULT_RETENTION_DAYS, so that old results go';
  if (free < Math.max(GIB, 2 * maxUploadBytes)) return failed('disk space', detail, mend);
  return share < 10 ? without('disk space', detail, mend) : ok('disk space', detail);
}
