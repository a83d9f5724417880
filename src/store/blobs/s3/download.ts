import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { BlobStoreUnavailableError } from '../port.ts';
import { asking, S3RangeError, toPortError } from './failures.ts';
import { HASH_METADATA } from './upload.ts';

/** An object, as its store and this program call it. */
export interface ObjectPlace {
  readonly client: S3Client;
  readonly bucket: string;
  readonly key: string;
  /** The key with the prefix before it. */
  readonly name: string;
}

/** What the store knows of an object. */
export interface ObjectFacts {
  readonly size: number;
  /** Absent where the object was not stored by this program. */
  readonly sha256?: Buffer;
}

/** @throws BlobNotFoundError */
export async function describeObject({ client, bucket, key, name }: ObjectPlace): Promise<ObjectFacts> {
  const command = new HeadObjectCommand({ Bucket: bucket, Key: name });
  const { ContentLength, Metadata } = await asking({ bucket, key }, () => client.send(command));
  const hash = Metadata?.[HASH_METADATA];
  return { size: ContentLength ?? 0, ...(hash !== undefined && { sha256: Buffer.from(hash, 'hex') }) };
}

/** Times that a stream which breaks off is taken up again without having brought a byte. */
const MAX_RESUMES = 4;
const FIRST_PAUSE_MS = 200;

/**
 * A part of an object as a stream. A connection that breaks off is taken up again where it did: an object never
 * changes.
 * @throws BlobNotFoundError before there is a stream; an error when the object ends before the part does
 */
export async function openPart(place: ObjectPlace, offset: number, length: number): Promise<Readable> {
  if (length === 0) {
    const { size } = await describeObject(place);
    if (size < offset) throw endsBefore(place.key, offset);
    return Readable.from([]);
  }
  const first = await request(place, offset, length);
  const stream = Readable.from(resuming(place, { first, offset, length, isOver: () => stream.destroyed }), {
    objectMode: false,
  });
  // Of a stream that nobody reads, the generator never begins.
  stream.once('close', () => first.destroy());
  return stream;
}

interface Resuming {
  readonly first: Readable;
  readonly offset: number;
  readonly length: number;
  readonly isOver: () => boolean;
}

async function* resuming(
  place: ObjectPlace,
  { first, offset, length, isOver }: Resuming,
): AsyncGenerator<Buffer> {
  let body: Readable | undefined = first;
  let done = 0;
  let fruitless = 0;
  while (done < length) {
    try {
      body ??= await request(place, offset + done, length - done);
      for await (const chunk of body as AsyncIterable<Buffer>) {
        done += chunk.length;
        fruitless = 0;
        yield chunk;
      }
      if (done < length) throw new BlobStoreUnavailableError(`An answer with ${place.key} broke off`);
    } catch (error) {
      const failure = toPortError(error, place);
      const passing = failure instanceof BlobStoreUnavailableError;
      if (isOver() || !passing || fruitless === MAX_RESUMES) throw failure;
      await pause(FIRST_PAUSE_MS * 2 ** fruitless);
      fruitless += 1;
    }
    body = undefined;
  }
}

/** @throws BlobNotFoundError; an error when the object ends before the part does */
async function request(
  { client, bucket, key, name }: ObjectPlace,
  offset: number,
  length: number,
): Promise<Readable> {
  const end = offset + length;
  const Range = `bytes=${offset}-${end - 1}`;
  const answer = await asking({ bucket, key }, () =>
    client.send(new GetObjectCommand({ Bucket: bucket, Key: name, Range })),
  ).catch((error: unknown) => {
    throw error instanceof S3RangeError ? endsBefore(key, end) : error;
  });
  const body = answer.Body as Readable;
  const begins =
    answer.ContentRange === undefined ? 0 : Number(/^bytes (\d+)-/.exec(answer.ContentRange)?.[1]);
  if (begins === offset && answer.ContentLength === length) return body;
  body.destroy();
  throw begins === offset ? endsBefore(key, end) : new Error(`The store answered with other bytes of ${key}`);
}

function endsBefore(key: string, end: number): Error {
  return new Error(`The blob ${key} ends before byte ${end}`);
}
