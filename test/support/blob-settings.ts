import { createHash } from 'node:crypto';
import { openDiskBlobs } from '../../src/store/blobs/disk.ts';
import type { BlobStore } from '../../src/store/blobs/port.ts';
import { openS3Blobs } from '../../src/store/blobs/s3/s3.ts';
import { parseBlobUrl, type S3Location } from '../../src/model/blob-location.ts';
import type { S3Server } from './s3-server.ts';

/** `TEST_BLOBS=s3` in the environment: servers and services under test keep their blobs in the run's S3 server. */
export const RUN_ON_S3 = process.env['TEST_BLOBS'] === 's3';

/** Where the run tells its processes of the S3 server. */
const PLACE = 'TEST_S3';

type Told = Pick<S3Server, 'endpoint' | 'bucket' | 'region' | 'credentials'>;

/** Tells every test of the run where the S3 server is. */
export function announceS3({ endpoint, bucket, region, credentials }: Told): void {
  process.env[PLACE] = JSON.stringify({ endpoint, bucket, region, credentials });
}

function told(): Told | undefined {
  const text = process.env[PLACE];
  return text === undefined ? undefined : (JSON.parse(text) as Told);
}

/** A value for SHEAF_BLOB_URL: each data directory has a prefix of its own, as it has a database of its own. */
function blobUrl({ bucket, endpoint, region }: Told, dataDir: string): string {
  const prefix = createHash('sha256').update(dataDir).digest('hex').slice(0, 16);
  return `s3://${bucket}/${prefix}?${new URLSearchParams({ endpoint, region }).toString()}`;
}

/** Settings of a Sheaf on the data directory; none in a run on disk. */
export function blobSettings(dataDir: string): Record<string, string> {
  const s3 = told();
  if (!s3) return {};
  return {
    SHEAF_BLOB_URL: blobUrl(s3, dataDir),
    SHEAF_BLOB_ACCESS_KEY_ID: s3.credentials.accessKeyId,
    SHEAF_BLOB_SECRET_ACCESS_KEY: s3.credentials.secretAccessKey,
  };
}

/** The blobs of services on the data directory, in the form that the run is for. */
export async function openTestBlobs(dataDir: string): Promise<BlobStore> {
  const s3 = told();
  if (!s3) return openDiskBlobs(dataDir);
  const location = parseBlobUrl(blobUrl(s3, dataDir)) as S3Location;
  return openS3Blobs({ location, credentials: s3.credentials, localDirectory: dataDir });
}
