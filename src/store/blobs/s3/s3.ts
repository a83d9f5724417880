import { rm } from 'node:fs/promises';
import { buffer as bytesOf } from 'node:stream/consumers';
import { DeleteObjectCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { S3Location } from '../../../model/blob-location.ts';
import { requireBlobKey } from '../blob-key.ts';
import { BlobNotFoundError, type BlobStore } from '../port.ts';
import { receiveFile } from '../received-file.ts';
import { openTemporaryDirectory } from '../temporary-directory.ts';
import { createByteBudget } from './byte-budget.ts';
import { claimPrefix } from './claimed-prefix.ts';
import { createS3Client, type S3Credentials, type S3Timeouts } from './client.ts';
import { describeObject, openPart, type ObjectPlace } from './download.ts';
import { asking } from './failures.ts';
import { signLink } from './links.ts';
import { abortOldUploads, listObjects } from './listing.ts';
import { measureFile, PART_BYTES, uploadFile } from './upload.ts';

/** Memory for bodies on their way to the store, of one process. */
const UPLOAD_MEMORY_BYTES = 8 * PART_BYTES;
/** An upload in parts that is older than any that still goes on. */
const OLD_UPLOAD_MS = 24 * 3_600_000;

export interface S3BlobOptions {
  readonly location: S3Location;
  readonly credentials?: S3Credentials;
  /** A directory of this machine for what is on its way; it needs room for the documents in hand and nothing else. */
  readonly localDirectory: string;
  readonly timeouts?: S3Timeouts;
  /** Milliseconds after which an upload in parts counts as left behind. */
  readonly oldUploadMs?: number;
}

/**
 * Blobs as objects of a store that speaks S3. What comes in goes to a local file first: then its size and hash are
 * known, a slow client holds no request to the store, and every request can be repeated. An object is whole or absent
 * by the store's own promise. Asks the store nothing yet.
 */
export async function openS3Blobs(options: S3BlobOptions): Promise<BlobStore> {
  const { location, credentials, timeouts, oldUploadMs = OLD_UPLOAD_MS } = options;
  const { bucket, prefix, links, publicEndpoint: endpoint } = location;
  const temporary = await openTemporaryDirectory(options.localDirectory);
  const client = createS3Client(location, credentials, { ...(timeouts && { timeouts }) });
  const linkClient = createS3Client(location, credentials, { ...(endpoint !== undefined && { endpoint }) });
  const scope = { client, bucket, prefix };
  const budget = createByteBudget(UPLOAD_MEMORY_BYTES, PART_BYTES);

  const placeOf = (key: string): ObjectPlace => {
    requireBlobKey(key);
    return { client, bucket, key, name: `${prefix}${key}` };
  };
  const upload = (key: string, path: string, info: { size: number; sha256: Buffer }): Promise<void> => {
    const { name } = placeOf(key);
    return asking({ bucket }, () => uploadFile({ client, bucket, budget }, name, path, info));
  };

  return {
    temporaryDirectory: temporary.path,

    async write(key, source) {
      requireBlobKey(key);
      const { path, ...info } = await receiveFile(temporary.path, source);
      try {
        await upload(key, path, info);
      } finally {
        await rm(path, { force: true });
      }
      return info;
    },

    receive: (source) => receiveFile(temporary.path, source),

    async adopt(key, path) {
      requireBlobKey(key);
      await upload(key, path, await measureFile(path));
      await rm(path, { force: true });
    },

    async readRange(key, offset, length) {
      return bytesOf(await openPart(placeOf(key), offset, length));
    },

    openRange: async (key, offset, length) => openPart(placeOf(key), offset, length),

    async localFile(key) {
      const path = await download(placeOf(key), temporary.path);
      return { path, release: () => rm(path, { force: true }) };
    },

    async delete(key) {
      const { name } = placeOf(key);
      await asking({ bucket, key }, () =>
        client.send(new DeleteObjectCommand({ Bucket: bucket, Key: name })),
      ).catch((error: unknown) => {
        if (!(error instanceof BlobNotFoundError)) throw error;
      });
    },

    list: (after, limit) => listObjects(scope, after, limit),

    links,

    async link(key, wanted) {
      const { name } = placeOf(key);
      if (links === 'server') return undefined;
      return asking({ bucket }, () => signLink({ client: linkClient, bucket, name }, wanted));
    },

    claim: (installation) => claimPrefix(scope, installation),

    async check() {
      const command = new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, MaxKeys: 1 });
      await asking({ bucket }, () => client.send(command));
    },

    async removeLeftovers() {
      const directories = await temporary.removeLeftovers();
      return directories + (await abortOldUploads(scope, new Date(Date.now() - oldUploadMs)));
    },

    async close() {
      client.destroy();
      linkClient.destroy();
      await temporary.close();
    },
  };
}

/** @throws BlobNotFoundError; an error when what came is not what was stored */
async function download(place: ObjectPlace, directory: string): Promise<string> {
  const { size, sha256: stored } = await describeObject(place);
  const { path, sha256 } = await receiveFile(directory, await openPart(place, 0, size));
  if (!stored || sha256.equals(stored)) return path;
  await rm(path, { force: true });
  throw new Error(`The bytes under ${place.key} are not those that were stored`);
}
