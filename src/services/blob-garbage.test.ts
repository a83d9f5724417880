import { utimes } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { addPlainFile, cleanUp, counts, storedKeys, walkNow } from '../../test/support/retention-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { markGarbage } from '../store/retention.ts';
import type { Services } from './context.ts';
import { deleteFile } from './files.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = bench.services;
});
beforeEach(async () => {
  await bench.clear();
  for (const key of await storedKeys(services)) await services.blobs.delete(key);
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Stores a blob that no row knows. */
async function addOrphan(key: string, ageHours: number): Promise<void> {
  await services.blobs.write(key, Readable.from(['x']));
  const at = new Date(Date.now() - ageHours * 3_600_000);
  await utimes(join(bench.dataDir, 'blobs', key), at, at);
}

test('bytes stay for the grace time after their row is gone', async () => {
  const file = await addPlainFile(services, projectId);
  await deleteFile(services, projectId, file.id);
  expect(counts(await cleanUp(services, { garbageGraceSeconds: 60 }))).toEqual({ releasedFiles: 1 });
  expect(await storedKeys(services)).toEqual([file.blob_key]);

  // Marked anew: the grace time begins anew.
  await services.db
    .updateTable('blob_garbage')
    .set({ since: new Date(Date.now() - 61_000) })
    .execute();
  await services.db.transaction().execute((tx) => markGarbage(tx, [file.blob_key, file.blob_key]));
  expect(counts(await cleanUp(services, { garbageGraceSeconds: 60 }))).toEqual({});

  await services.db
    .updateTable('blob_garbage')
    .set({ since: new Date(Date.now() - 61_000) })
    .execute();
  expect(counts(await cleanUp(services, { garbageGraceSeconds: 60 }))).toEqual({ deletedBlobs: 1 });
  expect(await storedKeys(services)).toEqual([]);
  expect(await services.db.selectFrom('blob_garbage').selectAll().execute()).toEqual([]);
});

test('a blob that cannot be deleted does not keep the others, and is tried again', async () => {
  const files = await Promise.all([1, 2, 3].map(() => addPlainFile(services, projectId)));
  for (const file of files) await deleteFile(services, projectId, file.id);
  const stuck = files[1]?.blob_key ?? '';
  const failing: Services = {
    ...services,
    blobs: {
      ...services.blobs,
      delete: (key) => (key === stuck ? Promise.reject(new Error('read-only')) : services.blobs.delete(key)),
    },
  };
  expect(counts(await cleanUp(failing))).toEqual({ releasedFiles: 3, deletedBlobs: 2 });
  expect(await storedKeys(services)).toEqual([stuck]);
  expect(counts(await cleanUp(services))).toEqual({ deletedBlobs: 1 });
});

test('blobs that no row knows are found and go, unless they are new, known or not of the known kinds', async () => {
  const known = await addPlainFile(services, projectId);
  await utimes(join(bench.dataDir, 'blobs', known.blob_key), new Date(0), new Date(0));
  await addOrphan('results/0a/old-1', 25);
  await addOrphan('uploads/0b/old', 25);
  await addOrphan('uploads/0b/new', 23);
  await addOrphan('others/0b/old', 25);

  expect(counts(await cleanUp(services, { chunk: 2 }))).toEqual({ orphanBlobs: 2 });
  expect(counts(await cleanUp(services))).toEqual({ deletedBlobs: 2 });
  expect(await storedKeys(services)).toEqual(['others/0b/old', known.blob_key, 'uploads/0b/new'].toSorted());

  // The walk rests before it begins anew.
  await addOrphan('uploads/0c/old', 25);
  expect(counts(await cleanUp(services))).toEqual({});
  await walkNow(services);
  expect(counts(await cleanUp(services))).toEqual({ orphanBlobs: 1 });
});

test('the walk over blobs goes on where it was, run after run, and comes to the end', async () => {
  const keys = Array.from({ length: 25 }, (_, index) => `uploads/${index % 4}a/${index}-x`);
  for (const key of keys) await addOrphan(key, 25);
  const found: number[] = [];
  for (let run = 0; run < 4; run++) {
    const report = await cleanUp(services, { chunk: 5, walk: 10, garbageGraceSeconds: 600 });
    found.push(report.orphanBlobs);
  }
  expect(found).toEqual([10, 10, 5, 0]);
  const garbage = await services.db.selectFrom('blob_garbage').select('key').execute();
  expect(garbage.map((row) => row.key).toSorted()).toEqual(keys.toSorted());
});
