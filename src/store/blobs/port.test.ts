import { createHash, randomBytes } from 'node:crypto';
import { access, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseBlobUrl, type S3Location } from '../../model/blob-location.ts';
import { S3_PROGRAM, S3_SKIPPED, startS3Server, type S3Server } from '../../../test/support/s3-server.ts';
import { openDiskBlobs } from './disk.ts';
import { BlobNotFoundError, ForeignBlobsError, type BlobStore } from './port.ts';
import { openS3Blobs } from './s3/s3.ts';

/** One of the implementations, which all keep the same promises. */
interface Implementation {
  readonly name: string;
  readonly missing: boolean;
  /** A store on the directory; one that is opened twice on one directory holds the same blobs. */
  readonly open: (directory: string) => Promise<BlobStore>;
}

let server: S3Server;

const IMPLEMENTATIONS: readonly Implementation[] = [
  { name: 'disk', missing: false, open: openDiskBlobs },
  {
    name: `S3${S3_SKIPPED}`,
    missing: S3_PROGRAM === undefined,
    open: (localDirectory) =>
      openS3Blobs({
        location: parseBlobUrl(server.blobUrl(localDirectory.split('/').at(-1))) as S3Location,
        credentials: server.credentials,
        localDirectory,
      }),
  },
];

describe.each(IMPLEMENTATIONS)('$name', ({ name, missing, open }) => {
  let directory: string;
  let blobs: BlobStore;

  beforeAll(async () => {
    if (name === 'S3') server = await startS3Server();
  });
  afterAll(async () => {
    if (name === 'S3') await server.close();
  });

  beforeEach(async (context) => {
    if (missing) context.skip();
    directory = await mkdtemp(join(tmpdir(), 'sheaf-blobs-'));
    blobs = await open(directory);
  });

  afterEach(async () => {
    if (missing) return;
    await blobs.close();
    await rm(directory, { recursive: true, force: true });
  });

  /** Every file below the directory, as a path inside it. */
  async function filesBelow(path: string): Promise<string[]> {
    const entries = await readdir(path, { recursive: true, withFileTypes: true });
    return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  }

  describe('write', () => {
    test('stores the bytes, and tells their size and hash', async () => {
      const bytes = randomBytes(300_000);
      const chunks = [bytes.subarray(0, 1), bytes.subarray(1, 70_000), bytes.subarray(70_000)];
      const info = await blobs.write('uploads/ab/one', Readable.from(chunks));
      expect(info.size).toBe(bytes.length);
      expect(info.sha256).toEqual(createHash('sha256').update(bytes).digest());
      expect((await blobs.readRange('uploads/ab/one', 0, bytes.length)).equals(bytes)).toBe(true);
    });

    test('stores nothing as nothing', async () => {
      expect(await blobs.write('uploads/ab/empty', Readable.from([]))).toMatchObject({ size: 0 });
      expect(await blobs.readRange('uploads/ab/empty', 0, 0)).toHaveLength(0);
    });

    test('of a source that fails halfway throws its error and leaves nothing behind', async () => {
      const source = Readable.from(
        (async function* () {
          yield Buffer.alloc(100_000);
          throw new Error('the client went away');
        })(),
      );
      await expect(blobs.write('uploads/ab/half', source)).rejects.toThrow('the client went away');
      await expect(blobs.localFile('uploads/ab/half')).rejects.toThrow(BlobNotFoundError);
      expect(await filesBelow(directory)).toEqual([]);
    });

    test('of a source that fails before its file is opened leaves nothing behind', async () => {
      for (let round = 0; round < 200; round += 1) {
        const failing = new Readable({
          read() {
            this.destroy(new Error('gone at once'));
          },
        });
        await expect(blobs.receive(failing)).rejects.toThrow('gone at once');
      }
      expect(await filesBelow(directory)).toEqual([]);
    });

    test('of many blobs at once, into a directory that none of them has found, keeps each', async () => {
      const keys = Array.from({ length: 40 }, (_, index) => `uploads/new/dir/${index}`);
      await Promise.all(keys.map((key) => blobs.write(key, Readable.from([Buffer.from(key)]))));
      for (const key of keys) expect((await blobs.readRange(key, 0, key.length)).toString()).toBe(key);
    });
  });

  test('adopt moves a file of the temporary directory', async () => {
    const path = join(blobs.temporaryDirectory, 'made-here');
    await writeFile(path, 'result');
    await blobs.adopt('results/ff/job-1', path);
    expect((await blobs.readRange('results/ff/job-1', 0, 6)).toString()).toBe('result');
    await expect(access(path)).rejects.toThrow('ENOENT');
  });

  test('adopt replaces what an earlier try left under the key', async () => {
    for (const text of ['first', 'again']) {
      const path = join(blobs.temporaryDirectory, 'made-here');
      await writeFile(path, text);
      await blobs.adopt('results/ff/job-1', path);
    }
    expect((await blobs.readRange('results/ff/job-1', 0, 5)).toString()).toBe('again');
  });

  describe('readRange', () => {
    beforeEach(async () => {
      await blobs.write('results/00/r', Readable.from(['0123456789']));
    });

    test.each([
      [0, 10, '0123456789'],
      [3, 4, '3456'],
      [9, 1, '9'],
      [10, 0, ''],
    ])('from %i reads %i bytes', async (offset, length, expected) => {
      expect((await blobs.readRange('results/00/r', offset, length)).toString()).toBe(expected);
    });

    test.each([
      [0, 11],
      [9, 2],
      [10, 1],
      [500, 1],
    ])('from %i of %i bytes, beyond the end, throws and names the blob', async (offset, length) => {
      await expect(blobs.readRange('results/00/r', offset, length)).rejects.toThrow(
        /results\/00\/r ends before/,
      );
    });
  });

  describe('openRange', () => {
    beforeEach(async () => {
      await blobs.write('results/00/r', Readable.from(['0123456789']));
    });

    test.each([
      [0, 10, '0123456789'],
      [3, 4, '3456'],
      [9, 1, '9'],
      [10, 0, ''],
      [4, 0, ''],
    ])('from %i streams %i bytes', async (offset, length, expected) => {
      expect(await textOf(await blobs.openRange('results/00/r', offset, length))).toBe(expected);
    });

    test('beyond the end, or of a blob that is not there, gives no stream', async () => {
      await expect(blobs.openRange('results/00/r', 4, 7)).rejects.toThrow(
        /results\/00\/r ends before byte 11/,
      );
      await expect(blobs.openRange('results/00/none', 0, 0)).rejects.toThrow(BlobNotFoundError);
    });

    test('goes on after the blob was deleted', async () => {
      const stream = await blobs.openRange('results/00/r', 0, 10);
      await blobs.delete('results/00/r');
      expect(await textOf(stream)).toBe('0123456789');
    });
  });

  test('a blob that is not there is told by its own error, whoever asks', async () => {
    await expect(blobs.readRange('uploads/ab/none', 0, 1)).rejects.toThrow(BlobNotFoundError);
    await expect(blobs.localFile('uploads/ab/none')).rejects.toThrow(/uploads\/ab\/none/);
  });

  test('localFile gives a path, and releasing it leaves the blob', async () => {
    await blobs.write('uploads/ab/one', Readable.from(['bytes']));
    const file = await blobs.localFile('uploads/ab/one');
    expect(await readFile(file.path, 'utf8')).toBe('bytes');
    await file.release();
    expect((await blobs.readRange('uploads/ab/one', 0, 5)).toString()).toBe('bytes');
  });

  test('delete removes a blob, and has nothing against a second time', async () => {
    await blobs.write('uploads/ab/one', Readable.from(['bytes']));
    await blobs.delete('uploads/ab/one');
    await blobs.delete('uploads/ab/one');
    await blobs.delete('uploads/zz/never-was');
    await expect(blobs.localFile('uploads/ab/one')).rejects.toThrow(BlobNotFoundError);
  });

  test.each([
    '',
    'uploads',
    '../uploads/x',
    'uploads/../../x',
    'uploads/..',
    '/etc/passwd',
    'uploads//x',
    'uploads/a b',
    'uploads/x/',
    'UPLOADS/x',
    'uploads/x\0',
  ])('the key %j is refused everywhere', async (key) => {
    await expect(blobs.write(key, Readable.from(['x']))).rejects.toThrow(/Not a blob key/);
    await expect(blobs.readRange(key, 0, 1)).rejects.toThrow(/Not a blob key/);
    await expect(blobs.delete(key)).rejects.toThrow(/Not a blob key/);
    await expect(blobs.adopt(key, join(directory, 'x'))).rejects.toThrow(/Not a blob key/);
  });

  const store = (key: string) => blobs.write(key, Readable.from(['x']));

  async function listAll(limit: number): Promise<string[]> {
    const keys: string[] = [];
    for (let after = ''; ;) {
      const page = await blobs.list(after, limit);
      keys.push(...page.map((blob) => blob.key));
      if (page.length < limit) return keys;
      after = page.at(-1)?.key ?? '';
    }
  }

  test('lists every blob once, in the byte order of keys, whatever the size of the pages', async () => {
    // A dash and a dot come before the slash, letters after it: the order of names alone would be another.
    const keys = [
      'results/a-b',
      'results/a/1',
      'results/a.c',
      'results/aa/1',
      'results/a/b/2',
      'uploads/0/z',
    ];
    for (const key of keys) await store(key);
    for (const limit of [1, 2, 3, 5, 6, 100]) expect(await listAll(limit)).toEqual(keys.toSorted());
  });

  test('an empty store, and the place behind the last blob, have none', async () => {
    expect(await blobs.list('', 10)).toEqual([]);
    await store('uploads/0/a');
    expect(await blobs.list('uploads/0/a', 10)).toEqual([]);
    expect(await blobs.list('uploads/0/', 10)).toMatchObject([{ key: 'uploads/0/a' }]);
  });

  test('lists on behind a blob that is gone by now', async () => {
    for (const key of ['uploads/0/a', 'uploads/0/b', 'uploads/1/c']) await store(key);
    await blobs.delete('uploads/0/b');
    expect(await blobs.list('uploads/0/b', 10)).toMatchObject([{ key: 'uploads/1/c' }]);
    expect(await listAll(1)).toEqual(['uploads/0/a', 'uploads/1/c']);
  });

  test('lists when a blob was written, by a clock near ours', async () => {
    const before = Date.now();
    await store('uploads/0/a');
    const [listed] = await blobs.list('', 10);
    expect(Math.abs((listed?.modifiedAt.getTime() ?? 0) - before)).toBeLessThan(60_000);
  });

  test.each([8 * 1024 * 1024, 8 * 1024 * 1024 + 1, 45_000_001])(
    'keeps %i bytes as they are',
    async (size) => {
      const bytes = randomBytes(size);
      const pieces = Array.from({ length: Math.ceil(size / 65_536) }, (_, at) =>
        bytes.subarray(at * 65_536, (at + 1) * 65_536),
      );
      const info = await blobs.write('uploads/ab/large', Readable.from(pieces));
      const sha256 = createHash('sha256').update(bytes).digest();
      expect(info).toEqual({ size, sha256 });
      const local = await blobs.localFile('uploads/ab/large');
      expect((await readFile(local.path)).equals(bytes)).toBe(true);
      await local.release();
      const path = join(blobs.temporaryDirectory, 'made-here');
      await writeFile(path, bytes);
      await blobs.adopt('results/ab/large', path);
      const hash = createHash('sha256');
      for await (const chunk of await blobs.openRange('results/ab/large', 0, size))
        hash.update(chunk as Buffer);
      expect(hash.digest().equals(sha256)).toBe(true);
      const tail = await blobs.readRange('results/ab/large', size - 100_000, 100_000);
      expect(tail.equals(bytes.subarray(size - 100_000))).toBe(true);
    },
  );

  test('leaves nothing in the temporary directory', async () => {
    await store('uploads/ab/one');
    const path = join(blobs.temporaryDirectory, 'made-here');
    await writeFile(path, 'result');
    await blobs.adopt('results/ff/job-1', path);
    await (await blobs.localFile('results/ff/job-1')).release();
    const received = await blobs.receive(Readable.from(['x']));
    await rm(received.path);
    expect(await readdir(blobs.temporaryDirectory)).toEqual([]);
  });

  test('a reader that goes away in the middle does no harm', async () => {
    await blobs.write('uploads/ab/large', Readable.from([randomBytes(20_000_000)]));
    for (let round = 0; round < 10; round += 1) {
      const stream = await blobs.openRange('uploads/ab/large', 0, 20_000_000);
      if (round % 2 === 0) await stream[Symbol.asyncIterator]().next();
      stream.destroy();
    }
    expect(await blobs.readRange('uploads/ab/large', 19_999_999, 1)).toHaveLength(1);
  });

  test('belongs to the installation that claimed it first', async () => {
    await Promise.all([blobs.claim('first'), blobs.claim('first')]);
    const other = await open(directory);
    try {
      await other.claim('first');
      const refused = await other.claim('second').catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(ForeignBlobsError);
      expect((refused as Error).message).toMatch(/^SHEAF_BLOB_URL: .*\.installation\.$/);
      await blobs.claim('first');
      expect(await blobs.list('', 10)).toEqual([]);
    } finally {
      await other.close();
    }
  });

  test('answers a check', async () => {
    await blobs.check();
  });
});
