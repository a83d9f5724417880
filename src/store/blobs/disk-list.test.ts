import { mkdtemp, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterEach, beforeEach, expect, test } from 'vitest';
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
  const keys = ['results/a-b', 'results/a/1', 'results/a.c', 'results/aa/1', 'results/a/b/2', 'uploads/0/z'];
  for (const key of keys) await store(key);
  for (const limit of [1, 2, 3, 5, 6, 100]) expect(await listAll(limit)).toEqual(keys.toSorted());
});

test('an empty store, and the place behind the last blob, have none', async () => {
  expect(await blobs.list('', 10)).toEqual([]);
  await store('uploads/0/a');
  expect(await blobs.list('uploads/0/a', 10)).toEqual([]);
  expect(await blobs.list('uploads/0/', 10)).toMatchObject([{ key: 'uploads/0/a' }]);
});

test('goes on behind a blob that is gone by now, and leaves out what is no blob', async () => {
  for (const key of ['uploads/0/a', 'uploads/0/b', 'uploads/1/c']) await store(key);
  await blobs.delete('uploads/0/b');
  await writeFile(join(directory, 'blobs', 'uploads', '0', 'not a key'), 'x');
  expect(await blobs.list('uploads/0/b', 10)).toMatchObject([{ key: 'uploads/1/c' }]);
  expect(await listAll(1)).toEqual(['uploads/0/a', 'uploads/1/c']);
});

test('says when a blob was written, and nothing of one that is on its way', async () => {
  await store('uploads/0/a');
  const at = new Date('2020-01-02T03:04:05Z');
  await utimes(join(directory, 'blobs', 'uploads/0/a'), at, at);
  await writeFile(join(blobs.temporaryDirectory, 'half'), 'x');
  expect(await blobs.list('', 10)).toEqual([{ key: 'uploads/0/a', modifiedAt: at }]);
});
