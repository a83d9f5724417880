import { BlobStoreRefusedError, BlobStoreUnavailableError, type BlobStore } from './port.ts';

/**
 * A store that is claimed for the installation before anything is written, deleted or listed. One that cannot be
 * reached now is claimed once it can, so that a server starts and says so meanwhile.
 * @param onAway called when the store cannot be reached now
 * @throws BlobStoreRefusedError, ForeignBlobsError at once
 */
export async function claimBlobs(
  blobs: BlobStore,
  installation: string,
  onAway: (error: BlobStoreUnavailableError) => void,
): Promise<BlobStore> {
  let claimed: Promise<void> | undefined;
  const claim = (): Promise<void> => {
    claimed ??= blobs.claim(installation).catch((error: unknown) => {
      claimed = undefined;
      throw error;
    });
    return claimed;
  };
  try {
    await claim();
  } catch (error) {
    if (!(error instanceof BlobStoreUnavailableError) || error instanceof BlobStoreRefusedError) throw error;
    onAway(error);
  }
  return {
    ...blobs,
    write: async (...of) => (await claim(), blobs.write(...of)),
    adopt: async (...of) => (await claim(), blobs.adopt(...of)),
    delete: async (...of) => (await claim(), blobs.delete(...of)),
    list: async (...of) => (await claim(), blobs.list(...of)),
    removeLeftovers: async () => (await claim(), blobs.removeLeftovers()),
    check: async () => (await claim(), blobs.check()),
  };
}
