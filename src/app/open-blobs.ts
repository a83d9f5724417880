import type { Config } from '../config.ts';
import { openDiskBlobs } from '../store/blobs/disk.ts';
import type { BlobStore } from '../store/blobs/port.ts';

/** The client of S3 is loaded where it is needed. */
export async function openBlobs(config: Config): Promise<BlobStore> {
  const { blobUrl: location, blobAccessKeyId, blobSecretAccessKey } = config;
  if (location?.kind !== 's3') return openDiskBlobs(location?.directory ?? config.dataDir);
  const { openS3Blobs } = await import('../store/blobs/s3/s3.ts');
  return openS3Blobs({
    location,
    localDirectory: config.dataDir,
    ...(blobAccessKeyId !== undefined &&
      blobSecretAccessKey !== undefined && {
        credentials: { accessKeyId: blobAccessKeyId, secretAccessKey: blobSecretAccessKey },
      }),
  });
}
