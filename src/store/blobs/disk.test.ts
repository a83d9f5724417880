import { spawnSync } from 'node:child_process';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { text as textOf } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDiskBlobs } from './disk.ts';
import { BlobNotFoundError, type BlobStore } from './port.ts';

let directory: string;
let blobs: BlobStore;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sheaf-blobs-'));
  blobs = await openDiskBlobs(directory);
});

afterEach(async () => {
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

  test('lets nobody but the owner read', async () => {
    await blobs.write('uploads/ab/secret', Readable.from(['x']));
    const { path } = await blobs.localFile('uploads/ab/secret');
    expect((await stat(path)).mode & 0o077).toBe(0);
    expect((await stat(dirname(path))).mode & 0o077).toBe(0);
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
    await expect(blobs.openRange('results/00/r', 4, 7)).rejects.toThrow(/results\/00\/r ends before byte 11/);
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

describe('temporary directories', () => {
  test('belong to one store each and go with it', async () => {
    await using other = Object.assign(await openDiskBlobs(directory), {
      [Symbol.asyncDispose]: () => other.close(),
    });
    expect(other.temporaryDirectory).not.toBe(blobs.temporaryDirectory);
    await writeFile(join(other.temporaryDirectory, 'x'), 'x');
    await other.close();
    await other.close();
    await expect(access(other.temporaryDirectory)).rejects.toThrow('ENOENT');
    await access(blobs.temporaryDirectory);
  });

  const ownName = () => basename(blobs.temporaryDirectory).split('.');
  const leave = async (name: string, { host = hostname(), hoursAgo = 0 } = {}): Promise<string> => {
    const path = join(directory, 'tmp', host, name);
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'upload'), 'x');
    const touched = new Date(Date.now() - hoursAgo * 3_600_000);
    await utimes(path, touched, touched);
    return path;
  };

  test('of processes of the same place go when these are dead, and stay while they live', async () => {
    const { pid: deadPid } = spawnSync(process.execPath, ['--version']);
    const [pid, started, place] = ownName();
    const dead = await leave(`${deadPid}.${started}.${place}.${randomUUID()}`);
    // What an earlier process left that had this one's pid.
    const before = await leave(`${pid}.1.${place}.${randomUUID()}`);
    const alive = await leave(`${pid}.${started}.${place}.${randomUUID()}`, { hoursAgo: 2 });
    expect(await blobs.removeLeftovers()).toBe(2);
    await expect(access(dead)).rejects.toThrow('ENOENT');
    await expect(access(before)).rejects.toThrow('ENOENT');
    await access(join(alive, 'upload'));
    await access(blobs.temporaryDirectory);
  });

  test.each([hostname(), 'another-host'])(
    'of other pid namespaces and boots on %s go only when nobody has touched them for an hour',
    async (host) => {
      const { pid: deadPid } = spawnSync(process.execPath, ['--version']);
      const [pid, started] = ownName();
      // A container with the same host name, whose process has a pid that nobody has here, or that this one has.
      const names = [`${deadPid}.1.another-boot-1`, `${pid}.${started}.another-boot-1`, `${deadPid}-of-old`];
      const kept = await Promise.all(names.map((name) => leave(`${name}.${randomUUID()}`, { host })));
      const left = await leave(`${pid}.${started}.another-boot-1.${randomUUID()}`, { host, hoursAgo: 1.1 });
      await (await openDiskBlobs(directory)).close();
      for (const path of kept) await access(join(path, 'upload'));
      await expect(access(left)).rejects.toThrow('ENOENT');
    },
  );

  test('are touched every minute, and made anew when somebody took them for left', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const other = await openDiskBlobs(directory);
    try {
      const path = other.temporaryDirectory;
      await utimes(path, 0, 0);
      vi.advanceTimersByTime(60_000);
      await vi.waitFor(async () => expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 60_000));
      await rm(path, { recursive: true });
      await vi.waitFor(async () => {
        vi.advanceTimersByTime(60_000);
        await access(path);
      });
      await other.close();
      vi.advanceTimersByTime(600_000);
      await expect(access(path)).rejects.toThrow('ENOENT');
      expect(vi.getTimerCount()).toBe(0);
    } finally {
      vi.useRealTimers();
      await other.close();
    }
  });
});
