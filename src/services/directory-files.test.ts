import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import { createDirectory } from './directories.ts';
import {
  addUpload,
  getDirectoryFile,
  listFilesOfDirectory,
  openUpload,
  storeUpload,
  type DirectoryFileDetails,
} from './directory-files.ts';

let bench: TestServices;
let services: Services;
let db: Database;
let projectId: string;
let directory: Directory;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
  ({ db } = services);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(db);
  directory = await createDirectory(services, projectId, { name: 'inbox' });
});
afterAll(() => bench[Symbol.asyncDispose]());

async function upload(
  name: string,
  details: DirectoryFileDetails = {},
  bytes = 'content',
): Promise<DirectoryFile> {
  const stored = await storeUpload(services, Readable.from([Buffer.from(bytes)]), name);
  return addUpload(services, directory, stored, () => details);
}

const storedFile = (id: string) =>
  db.selectFrom('files').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** The keys of all uploads that an attempt has left in the blob store, found through the attempt's error. */
async function expectNoBytes(blobKey: string): Promise<void> {
  await expect(services.blobs.localFile(blobKey)).rejects.toThrow(BlobNotFoundError);
}

test('an upload becomes a file of the directory, with its bytes', async () => {
  const entry = await upload(
    'Report.PDF',
    { externalFileId: 'ext-7', metadata: { year: 2026 } },
    'twelve bytes',
  );
  expect(entry).toMatchObject({ display_name: 'Report.PDF', unique_id: 'ext-7', metadata: { year: 2026 } });
  const file = await storedFile(entry.file_id);
  expect(file).toMatchObject({
    name: 'Report.PDF',
    file_type: 'pdf',
    size_bytes: 12,
    external_file_id: 'ext-7',
  });
  expect((await services.blobs.readRange(file.blob_key, 0, 12)).toString()).toBe('twelve bytes');
});

describe('unique_id', () => {
  test("that is the caller's own and taken is a conflict, and the bytes are removed again", async () => {
    await upload('a.pdf', { uniqueId: 'invoice-1' });
    const stored = await storeUpload(services, Readable.from(['x']), 'b.pdf');
    await expect(
      addUpload(services, directory, stored, () => ({ uniqueId: 'invoice-1' })),
    ).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('"invoice-1"'),
    });
    await expectNoBytes(stored.blobKey);
    expect(await db.selectFrom('files').select('id').where('name', '=', 'b.pdf').execute()).toEqual([]);
  });

  test('that is made from the name gives way to one that is taken', async () => {
    const [first, second] = [await upload('a.pdf'), await upload('a.pdf')];
    expect(first.unique_id).toBe('a.pdf');
    expect(second.unique_id).toBe(`a.pdf (${second.file_id})`);
    expect(second.display_name).toBe('a.pdf');
  });

  test('by many uploads of one name at once is made for each', async () => {
    const entries = await Promise.all(Array.from({ length: 6 }, () => upload('same.pdf')));
    expect(new Set(entries.map((entry) => entry.unique_id)).size).toBe(6);
  });

  test('by many uploads that insist on it at once is given to one', async () => {
    const tried = await Promise.allSettled(
      Array.from({ length: 6 }, () => upload('x.pdf', { uniqueId: 'one' })),
    );
    const refused = tried
      .filter((one) => one.status === 'rejected')
      .map((one) => one.reason as { code: string });
    expect(refused.map((error) => error.code)).toEqual(Array.from({ length: 5 }, () => 'CONFLICT'));
  });

  test('of a deleted file, or in another directory, is free', async () => {
    await upload('a.pdf', { uniqueId: 'u' });
    await sql`update directory_files set deleted_at = now()`.execute(db);
    await expect(upload('b.pdf', { uniqueId: 'u' })).resolves.toMatchObject({ unique_id: 'u' });
    directory = await createDirectory(services, projectId, { name: 'other' });
    await expect(upload('c.pdf', { uniqueId: 'u' })).resolves.toMatchObject({ unique_id: 'u' });
  });
});

test('details that cannot be read leave nothing behind', async () => {
  const stored = await storeUpload(services, Readable.from(['x']), 'a.pdf');
  const failing = addUpload(services, directory, stored, () => {
    throw new Error('not JSON');
  });
  await expect(failing).rejects.toThrow('not JSON');
  await expectNoBytes(stored.blobKey);
  expect(await db.selectFrom('files').select('id').execute()).toEqual([]);
});

test('a file lives as long as its directory', async () => {
  directory = await createDirectory(services, projectId, { name: 'short', type: 'ephemeral' });
  const { file_id } = await upload('a.pdf');
  expect((await storedFile(file_id)).expires_at).toEqual(directory.expires_at);
  const hours = ((directory.expires_at?.getTime() ?? 0) - directory.created_at.getTime()) / 3_600_000;
  expect(hours).toBeCloseTo(48, 3);
});

test.each([
  ['a.PDF', 'pdf'],
  ['archive.tar.gz', 'gz'],
  ['no extension', null],
  ['dots...', null],
  ['.env', 'env'],
  ['a.not-an-ending', null],
])('the file type of %j is %s', async (name, type) => {
  const { file_id } = await upload(name);
  expect((await storedFile(file_id)).file_type).toBe(type);
});

describe('a place for an upload is refused', () => {
  test('in a directory that is unknown, foreign, deleted or expired', async () => {
    await expect(openUpload(services, projectId, directory.id)).resolves.toMatchObject({ id: directory.id });
    await expect(openUpload(services, projectId, newId('directory'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(openUpload(services, await addProject(db), directory.id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await sql`update directories set expires_at = now()`.execute(db);
    await expect(openUpload(services, projectId, directory.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sql`update directories set expires_at = null, deleted_at = now()`.execute(db);
    await expect(openUpload(services, projectId, directory.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('files of a directory', () => {
  test('are listed newest first, by pages, and filtered', async () => {
    const names = ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf'];
    for (const name of names) await upload(name);
    const first = await listFilesOfDirectory(services, projectId, directory.id, { pageSize: 3 });
    expect(first.totalSize).toBe(4);
    const second = await listFilesOfDirectory(services, projectId, directory.id, {
      pageSize: 3,
      pageToken: first.nextPageToken ?? '',
    });
    expect(second.nextPageToken).toBeNull();
    expect([...first.items, ...second.items].map((entry) => entry.display_name)).toEqual(names.toReversed());
    const found = await listFilesOfDirectory(services, projectId, directory.id, { uniqueId: 'b.pdf' });
    expect(found.items.map((entry) => entry.display_name)).toEqual(['b.pdf']);
  });

  test('that are deleted are listed only when asked for, and not found', async () => {
    const { id } = await upload('a.pdf');
    await sql`update directory_files set deleted_at = now()`.execute(db);
    expect((await listFilesOfDirectory(services, projectId, directory.id, {})).items).toEqual([]);
    expect(
      (await listFilesOfDirectory(services, projectId, directory.id, { includeDeleted: true })).items,
    ).toHaveLength(1);
    await expect(getDirectoryFile(services, projectId, directory.id, id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('are not found through another project or another directory', async () => {
    const { id } = await upload('a.pdf');
    await expect(getDirectoryFile(services, projectId, directory.id, id)).resolves.toMatchObject({ id });
    const other = await createDirectory(services, projectId, { name: 'other' });
    await expect(getDirectoryFile(services, projectId, other.id, id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const foreign = await addProject(db);
    await expect(getDirectoryFile(services, foreign, directory.id, id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(listFilesOfDirectory(services, foreign, directory.id, {})).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});
