import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { uploadInto } from '../../test/support/directory-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import type { Directory } from '../store/schema.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import { createDirectory } from './directories.ts';
import { addUpload, deleteDirectoryFiles, openUpload, type UploadDetails } from './directory-files.ts';
import { storeUpload } from './uploads.ts';

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

const upload = (name: string, details: UploadDetails = {}, bytes = 'content') =>
  uploadInto(services, directory, name, details, bytes);

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
    expect(second.unique_id).toBe(`a.pdf (${second.id})`);
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

describe('an upload that the client sent again', () => {
  const again = { retryCount: 1 };

  test('gives the entry of its first try, also where its unique id had to give way', async () => {
    const other = await upload('a.pdf', {}, 'other bytes');
    const first = await upload('a.pdf');
    expect(first.unique_id).not.toBe('a.pdf');
    const second = await upload('a.pdf', again);
    expect(second).toEqual(first);
    expect(await upload('a.pdf', again, 'other bytes')).toEqual(other);
    expect(await db.selectFrom('files').select('id').execute()).toHaveLength(2);
  });

  test('insisting on its unique id is no conflict with itself, not even while its entry is being written', async () => {
    const own = { uniqueId: 'own' };
    const tries = await Promise.all(
      [1, 2, 3, 4].map((retryCount) => upload('a.pdf', { ...own, retryCount })),
    );
    expect(new Set(tries.map(({ id }) => id)).size).toBe(1);
    const kept = await db.selectFrom('files').select('id').execute();
    expect(kept).toEqual([{ id: tries[0]?.file_id }]);
  });

  test('is one of its own when it says something else, or came first long ago', async () => {
    await upload('a.pdf', { metadata: { a: 1 } });
    await expect(upload('a.pdf', { ...again, metadata: { a: 2 } })).resolves.toMatchObject({
      unique_id: expect.stringMatching(/^a\.pdf \(/),
    });
    await upload('b.pdf');
    await sql`update directory_files set created_at = now() - interval '10 minutes'`.execute(db);
    await expect(upload('b.pdf', again)).resolves.toMatchObject({
      unique_id: expect.stringMatching(/^b\.pdf \(/),
    });
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
    await sql`update directories set expires_at = now() - interval '1 second'`.execute(db);
    await expect(openUpload(services, projectId, directory.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sql`update directories set expires_at = null, deleted_at = now()`.execute(db);
    await expect(openUpload(services, projectId, directory.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test.each([
  [{ uniqueId: 'ü'.repeat(501) }, ['body', 'unique_id']],
  [{ displayName: '' }, ['body', 'display_name']],
  [{ displayName: 'x'.repeat(3001) }, ['body', 'display_name']],
  [{ metadata: { big: 'x'.repeat(32 * 1024) } }, ['body', 'metadata']],
  [
    { metadata: Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`k${n}`, n])) },
    ['body', 'metadata'],
  ],
  [{ metadata: { ['k'.repeat(201)]: 1 } }, ['body', 'metadata', `${'k'.repeat(40)}…`]],
])('a detail that is too large is refused by its name (%#)', async (details, loc) => {
  await expect(upload('a.pdf', details)).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [{ loc }],
  });
  expect(await db.selectFrom('files').select('id').execute()).toEqual([]);
});

describe('deleting many files', () => {
  test('deletes all of them, and one that is named twice once', async () => {
    const [a, b, kept] = [await upload('a.pdf'), await upload('b.pdf'), await upload('c.pdf')];
    await deleteDirectoryFiles(services, projectId, directory.id, [a.id, b.id, a.id]);
    expect(await liveNames()).toEqual([kept.display_name]);
  });

  test('deletes none when one is not in the directory', async () => {
    const [a, deleted] = [await upload('a.pdf'), await upload('b.pdf')];
    await deleteDirectoryFiles(services, projectId, directory.id, [deleted.id]);
    const other = await createDirectory(services, projectId, { name: 'other' });
    const elsewhere = await uploadInto(services, other, 'd.pdf');
    for (const stranger of [deleted.id, elsewhere.id, 'dfl-none']) {
      await expect(
        deleteDirectoryFiles(services, projectId, directory.id, [a.id, stranger]),
      ).rejects.toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining(stranger) });
    }
    expect(await liveNames()).toEqual(['a.pdf', 'd.pdf']);
  });

  const liveNames = async () =>
    (
      await db
        .selectFrom('directory_files')
        .select('display_name')
        .where('deleted_at', 'is', null)
        .orderBy('display_name')
        .execute()
    ).map((entry) => entry.display_name);
});
