import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { access, mkdir, mkdtemp, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openDiskBlobs } from './disk.ts';
import type { BlobStore } from './port.ts';

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

const store = (key: string) => blobs.write(key, Readable.from(['x']));

test('lets nobody but the owner read', async () => {
  await blobs.write('uploads/ab/secret', Readable.from(['x']));
  const { path } = await blobs.localFile('uploads/ab/secret');
  expect((await stat(path)).mode & 0o077).toBe(0);
  expect((await stat(dirname(path))).mode & 0o077).toBe(0);
});

test('lists no file that is no blob', async () => {
  await store('uploads/0/a');
  await blobs.claim('mine');
  await writeFile(join(directory, 'blobs', 'uploads', '0', 'not a key'), 'x');
  expect(await blobs.list('', 10)).toMatchObject([{ key: 'uploads/0/a' }]);
});

test('says when a blob was written, and nothing of one that is on its way', async () => {
  await store('uploads/0/a');
  const at = new Date('2020-01-02T03:04:05Z');
  await utimes(join(directory, 'blobs', 'uploads/0/a'), at, at);
  await writeFile(join(blobs.temporaryDirectory, 'half'), 'x');
  expect(await blobs.list('', 10)).toEqual([{ key: 'uploads/0/a', modifiedAt: at }]);
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
      const touched = async (): Promise<void> =>
        expect((await stat(path)).mtimeMs).toBeGreaterThan(Date.now() - 60_000);
      await vi.waitFor(touched, { timeout: 10_000 });
      await rm(path, { recursive: true });
      await vi.waitFor(async () => {
        vi.advanceTimersByTime(60_000);
        await access(path);
      }, 10_000);
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
