import { randomBytes } from 'node:crypto';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import {
  CreateMultipartUploadCommand,
  ListMultipartUploadsCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startFaultyProxy, type FaultyProxy } from '../../../../test/support/faulty-proxy.ts';
import { S3_PROGRAM, S3_SKIPPED, startS3Server, type S3Server } from '../../../../test/support/s3-server.ts';
import { parseBlobUrl, type S3Location } from '../../../model/blob-location.ts';
import { claimBlobs } from '../claimed.ts';
import { BlobStoreRefusedError, BlobStoreUnavailableError, type BlobStore } from '../port.ts';
import { openS3Blobs } from './s3.ts';

const MIB = 1024 * 1024;
const IMPATIENT = { connectMs: 1_000, answerMs: 1_500, idleMs: 1_500 };

describe.skipIf(!S3_PROGRAM)(`blobs on S3${S3_SKIPPED}`, () => {
  let server: S3Server;
  let proxy: FaultyProxy;
  let directory: string;
  let blobs: BlobStore;
  let round = 0;

  beforeAll(async () => {
    server = await startS3Server();
    proxy = await startFaultyProxy(server.endpoint);
  });
  afterAll(async () => {
    await proxy[Symbol.asyncDispose]();
    await server.close();
  });
  const open = (
    url: string,
    credentials = server.credentials,
    timeouts?: typeof IMPATIENT,
  ): Promise<BlobStore> =>
    openS3Blobs({
      location: parseBlobUrl(url) as S3Location,
      credentials,
      localDirectory: directory,
      ...(timeouts && { timeouts }),
      oldUploadMs: 0,
    });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'sheaf-s3-blobs-'));
    round += 1;
    blobs = await open(server.blobUrl(`round-${round}`, { endpoint: proxy.url }));
    proxy.requests.length = 0;
  });
  afterEach(async () => {
    await blobs.close();
    await rm(directory, { recursive: true, force: true });
  });

  const client = (): S3Client =>
    new S3Client({
      endpoint: server.endpoint,
      region: server.region,
      credentials: server.credentials,
      forcePathStyle: true,
    });
  const uploadsUnderWay = async (): Promise<number> => {
    const page = await client().send(new ListMultipartUploadsCommand({ Bucket: server.bucket }));
    return page.Uploads?.length ?? 0;
  };

  test('an answer that asks to come later, and one that failed, are asked for again', async () => {
    proxy.inflict(
      'PUT',
      { kind: 'answer', status: 503, code: 'SlowDown', retryAfter: 0 },
      { kind: 'answer', status: 500, code: 'InternalError' },
    );
    await blobs.write('uploads/a/b', Readable.from(['bytes']));
    expect(proxy.requests).toHaveLength(3);
    proxy.inflict('GET', { kind: 'answer', status: 503, code: 'SlowDown' });
    expect((await blobs.readRange('uploads/a/b', 1, 3)).toString()).toBe('yte');
  });

  test('a store that goes on failing is told as away, and nothing is left', async () => {
    const failures = Array.from({ length: 4 }, () => ({
      kind: 'answer' as const,
      status: 503,
      code: 'SlowDown',
    }));
    proxy.inflict('PUT', ...failures);
    const written = blobs.write('uploads/a/b', Readable.from(['bytes']));
    await expect(written).rejects.toThrow(BlobStoreUnavailableError);
    await expect(written).rejects.toThrow(/SHEAF_BLOB_URL: the store answered 503 SlowDown/);
    expect(await blobs.list('', 10)).toEqual([]);
    expect(await readdir(blobs.temporaryDirectory)).toEqual([]);
  });

  test('a body that breaks off is read on where it did, however often it brings something', async () => {
    const bytes = randomBytes(3 * MIB);
    await blobs.write('uploads/a/b', Readable.from([bytes]));
    proxy.inflict('GET', ...Array.from({ length: 7 }, () => ({ kind: 'cut' as const, afterBytes: 300_000 })));
    expect((await blobs.readRange('uploads/a/b', 0, bytes.length)).equals(bytes)).toBe(true);
    const ranges = proxy.requests.filter((line) => line.startsWith('GET'));
    expect(ranges).toHaveLength(8);
  });

  test('bytes that change on the way to the store are refused by it', async () => {
    proxy.inflict('PUT', { kind: 'corrupt' });
    const written = blobs.write('uploads/a/b', Readable.from([randomBytes(100_000)]));
    await expect(written).rejects.toThrow(/SHA256/i);
    expect(await blobs.list('', 10)).toEqual([]);
  });

  test('a document that is not what was stored is not handed on', async () => {
    await client().send(
      new PutObjectCommand({
        Bucket: server.bucket,
        Key: `round-${round}/uploads/a/b`,
        Body: Buffer.from('other bytes'),
        Metadata: { sha256: '00'.repeat(32) },
      }),
    );
    await expect(blobs.localFile('uploads/a/b')).rejects.toThrow(/uploads\/a\/b are not those/);
    expect(await readdir(blobs.temporaryDirectory)).toEqual([]);
  });

  test('an upload in parts that fails is taken back', async () => {
    const path = join(blobs.temporaryDirectory, 'made-here');
    await writeFile(path, randomBytes(20 * MIB));
    const failures = Array.from({ length: 12 }, () => ({
      kind: 'answer' as const,
      status: 500,
      code: 'InternalError',
    }));
    proxy.inflict('PUT', ...failures);
    await expect(blobs.adopt('results/a/b', path)).rejects.toThrow(BlobStoreUnavailableError);
    expect(await uploadsUnderWay()).toBe(0);
    // The file is still there, and so the same can be tried again.
    await blobs.adopt('results/a/b', path);
    expect(await blobs.readRange('results/a/b', 20 * MIB - 1, 1)).toHaveLength(1);
  });

  test('uploads in parts that somebody left are aborted, those of other prefixes are not', async () => {
    const start = (Key: string) =>
      client().send(new CreateMultipartUploadCommand({ Bucket: server.bucket, Key }));
    await start(`round-${round}/uploads/a/left`);
    await start('elsewhere/uploads/a/left');
    expect(await uploadsUnderWay()).toBe(2);
    expect(await blobs.removeLeftovers()).toBe(1);
    expect(await uploadsUnderWay()).toBe(1);
  });

  test('a store that does not answer in time is told as away', async () => {
    const url = server.blobUrl(`round-${round}`, { endpoint: proxy.url });
    const impatient = await open(url, server.credentials, IMPATIENT);
    try {
      proxy.inflict('GET', ...Array.from({ length: 4 }, () => ({ kind: 'hang' as const })));
      await expect(impatient.check()).rejects.toThrow(BlobStoreUnavailableError);
    } finally {
      await impatient.close();
    }
  });

  test.each([
    ['the bucket', 's3://no-such-bucket/x', {}, /there is no bucket no-such-bucket/],
    ['the secret', 's3://sheaf-test/x', { secretAccessKey: 'wrong' }, /credentials are wrong/],
    ['the access key', 's3://sheaf-test/x', { accessKeyId: 'wrong' }, /credentials are wrong/],
  ])('a wrong setting of %s is told at once, by its name', async (_what, url, wrong, message) => {
    const credentials = { ...server.credentials, ...wrong };
    const other = await open(`${url}?endpoint=${server.endpoint}`, credentials);
    try {
      const failure = await other.claim('mine').catch((error: unknown) => error as Error);
      expect(failure).toBeInstanceOf(BlobStoreRefusedError);
      expect((failure as Error).message).toMatch(/^SHEAF_BLOB_URL: /);
      expect((failure as Error).message).toMatch(message);
      expect(JSON.stringify(failure, Object.getOwnPropertyNames(failure))).not.toContain(
        server.credentials.secretAccessKey,
      );
    } finally {
      await other.close();
    }
  });

  test('a store that is away at the start is claimed when it is back, before anything is written', async () => {
    const own = await startS3Server();
    const behind = await open(own.blobUrl('later'));
    try {
      await own.kill();
      let told = 0;
      const store = await claimBlobs(behind, 'mine', () => (told += 1));
      expect(told).toBe(1);
      await expect(store.write('uploads/a/b', Readable.from(['x']))).rejects.toThrow(
        BlobStoreUnavailableError,
      );
      await expect(store.check()).rejects.toThrow(/cannot be reached/);
      await own.start();
      await store.write('uploads/a/b', Readable.from(['x']));
      await expect(behind.claim('another')).rejects.toThrow(/another installation/);
      // What a killed server had answered with success is there.
      await own.kill();
      await own.start();
      expect((await store.readRange('uploads/a/b', 0, 1)).toString()).toBe('x');
    } finally {
      await behind.close();
      await own.close();
    }
  });

  test('links of the store give out the bytes with their name and type until they end, and only as signed', async () => {
    const linked = await open(server.blobUrl(`round-${round}`, { links: 'store' }));
    try {
      await linked.write('uploads/a/b', Readable.from(['bytes']));
      const contentDisposition = 'attachment; filename="a b.txt"';
      const wanted = { seconds: 60, contentType: 'text/plain', contentDisposition };
      const asked = Date.now();
      const link = await linked.link('uploads/a/b', wanted);
      const linkedAt = Date.now();
      const answer = await fetch(link?.url ?? '');
      expect(await answer.text()).toBe('bytes');
      expect(answer.headers.get('content-type')).toBe('text/plain');
      expect(answer.headers.get('content-disposition')).toBe(contentDisposition);
      const expires = (link?.expires.getTime() ?? 0) - 60_000;
      // Whole seconds, as the signature has them.
      expect(expires).toBeGreaterThan(asked - 1_000);
      expect(expires).toBeLessThanOrEqual(linkedAt);
      const forged = new URL(link?.url ?? '');
      forged.pathname = `/${server.bucket}/round-${round}/uploads/a/c`;
      expect((await fetch(forged)).status).toBe(403);
      expect(await blobs.link('uploads/a/b', wanted)).toBeUndefined();
    } finally {
      await linked.close();
    }
  });
});
