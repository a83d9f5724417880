import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
  type CompletedPart,
  type S3Client,
} from '@aws-sdk/client-s3';
import type { BlobInfo } from '../port.ts';
import type { ByteBudget } from './byte-budget.ts';

/** Name of the metadata that says the hash of the bytes, in hexadecimal. */
export const HASH_METADATA = 'sha256';

const MIB = 1024 * 1024;
/** Larger files go in parts of this size; S3 wants at least 5 MiB. */
export const PART_BYTES = 8 * MIB;
/** What S3 allows. */
const MAX_PARTS = 10_000;
/** Parts of one file on their way at the same time. */
const PARALLEL_PARTS = 4;

export interface UploadParts {
  readonly client: S3Client;
  readonly bucket: string;
  /** For the parts in memory, of all uploads of the process. */
  readonly budget: ByteBudget;
}

/** Size and hash of a local file. */
export async function measureFile(path: string): Promise<BlobInfo> {
  const hash = createHash('sha256');
  let size = 0;
  await pipeline(createReadStream(path), async (chunks: AsyncIterable<Buffer>) => {
    for await (const chunk of chunks) {
      hash.update(chunk);
      size += chunk.length;
    }
  });
  return { size, sha256: hash.digest() };
}

/**
 * Puts a local file under an object's name: in one request, or in parts that are taken back when one of them fails.
 * Bodies are handed over whole, so that a request can be repeated and its signature covers them.
 */
export async function uploadFile(
  { client, bucket, budget }: UploadParts,
  name: string,
  path: string,
  info: BlobInfo,
): Promise<void> {
  const place = { Bucket: bucket, Key: name };
  const Metadata = { [HASH_METADATA]: info.sha256.toString('hex') };
  const file = await open(path, 'r');
  try {
    if (info.size <= PART_BYTES) {
      await budget.spend(info.size, async (Body) => {
        await readPart(file, 0, Body);
        await client.send(new PutObjectCommand({ ...place, Metadata, Body }));
      });
      return;
    }
    const { UploadId } = await client.send(new CreateMultipartUploadCommand({ ...place, Metadata }));
    try {
      const Parts = await sendParts({ client, budget }, { ...place, UploadId }, file, info.size);
      await client.send(
        new CompleteMultipartUploadCommand({ ...place, UploadId, MultipartUpload: { Parts } }),
      );
    } catch (error) {
      // What cannot be taken back now, the janitor takes back.
      await client.send(new AbortMultipartUploadCommand({ ...place, UploadId })).catch(() => undefined);
      throw error;
    }
  } finally {
    await file.close();
  }
}

interface UploadPlace {
  readonly Bucket: string;
  readonly Key: string;
  readonly UploadId: string | undefined;
}

/** @returns the parts in their order. When one fails, no more begin, and it throws once none is on its way. */
async function sendParts(
  { client, budget }: Pick<UploadParts, 'client' | 'budget'>,
  place: UploadPlace,
  file: FileHandle,
  size: number,
): Promise<CompletedPart[]> {
  const partBytes = Math.max(PART_BYTES, Math.ceil(size / MAX_PARTS));
  const count = Math.ceil(size / partBytes);
  const sent: CompletedPart[] = [];
  let next = 0;
  let failed = false;
  const work = async (): Promise<void> => {
    while (next < count && !failed) {
      const index = next++;
      const length = Math.min(partBytes, size - index * partBytes);
      await budget
        .spend(length, async (Body) => {
          await readPart(file, index * partBytes, Body);
          const PartNumber = index + 1;
          const { ETag } = await client.send(new UploadPartCommand({ ...place, PartNumber, Body }));
          sent[index] = { PartNumber, ETag };
        })
        .catch((error: unknown) => {
          failed = true;
          throw error;
        });
    }
  };
  const ends = await Promise.allSettled(Array.from({ length: PARALLEL_PARTS }, work));
  const failure = ends.find((end) => end.status === 'rejected');
  if (failure) throw failure.reason;
  return sent;
}

/** Fills the buffer with what the file has from the offset on. */
async function readPart(file: FileHandle, offset: number, buffer: Buffer): Promise<void> {
  const { length } = buffer;
  for (let filled = 0; filled < length;) {
    const { bytesRead } = await file.read(buffer, filled, length - filled, offset + filled);
    if (bytesRead === 0) throw new Error('A file became shorter while it was stored');
    filled += bytesRead;
  }
}
