import { findFileNames } from '../store/files.ts';
import type { BlobDescription, BlobLink, Services } from './context.ts';

/**
 * Links of the store's own to files that the caller may hand out; none where the operator wants all to lead here.
 * @param describe what the store is to say of a file with this name
 * @returns by the files' ids; those for which the store has none are left out
 */
export async function linksOfStore(
  { db, blobs }: Services,
  ids: readonly string[],
  seconds: number,
  describe: (name: string) => BlobDescription,
): Promise<ReadonlyMap<string, BlobLink>> {
  const links = new Map<string, BlobLink>();
  if (blobs.links !== 'store' || ids.length === 0) return links;
  for (const { id, name, blob_key: key } of await findFileNames(db, ids)) {
    const link = await blobs.link(key, { ...describe(name), seconds });
    if (link) links.set(id, link);
  }
  return links;
}
