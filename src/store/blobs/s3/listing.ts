import {
  AbortMultipartUploadCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isBlobKey } from '../blob-key.ts';
import { BlobNotFoundError, type ListedBlob } from '../port.ts';
import { asking } from './failures.ts';

/** The objects of this program in a bucket. */
export interface ObjectScope {
  readonly client: S3Client;
  readonly bucket: string;
  readonly prefix: string;
}

/** What S3 gives at most in one page. */
const MAX_PAGE = 1000;

/**
 * Blobs behind a key, in the byte order of keys, `limit` at most; fewer only at the end.
 * @throws for a store that lists in another order: walks over all blobs would miss some
 */
export async function listObjects(
  { client, bucket, prefix }: ObjectScope,
  after: string,
  limit: number,
): Promise<ListedBlob[]> {
  const blobs: ListedBlob[] = [];
  let StartAfter = `${prefix}${after}`;
  while (blobs.length < limit) {
    const MaxKeys = Math.min(MAX_PAGE, limit - blobs.length);
    const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, StartAfter, MaxKeys });
    const { Contents = [], IsTruncated } = await asking({ bucket }, () => client.send(command));
    for (const { Key = '', LastModified } of Contents) {
      if (Key <= StartAfter)
        throw new Error(`SHEAF_BLOB_URL: the store does not list keys in their order (${Key})`);
      StartAfter = Key;
      const key = Key.slice(prefix.length);
      if (isBlobKey(key) && LastModified) blobs.push({ key, modifiedAt: LastModified });
    }
    if (IsTruncated !== true || Contents.length === 0) break;
  }
  return blobs;
}

/**
 * Takes back uploads in parts that began before a time: their processes have died, for a living one takes its own back.
 * @returns how many
 */
export async function abortOldUploads(
  { client, bucket, prefix }: ObjectScope,
  before: Date,
): Promise<number> {
  let aborted = 0;
  let markers: { KeyMarker?: string; UploadIdMarker?: string } = {};
  for (;;) {
    const command = new ListMultipartUploadsCommand({ Bucket: bucket, Prefix: prefix, ...markers });
    const page = await asking({ bucket }, () => client.send(command));
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (!Key?.startsWith(prefix) || !Initiated || Initiated > before) continue;
      await asking({ bucket, key: Key }, () =>
        client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId })),
      ).catch(ignoreMissing);
      aborted += 1;
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return aborted;
    markers = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextUploadIdMarker !== undefined && { UploadIdMarker: page.NextUploadIdMarker }),
    };
  }
}

/** Somebody else was first. */
function ignoreMissing(error: unknown): void {
  if (!(error instanceof BlobNotFoundError)) throw error;
}
