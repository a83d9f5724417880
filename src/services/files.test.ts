import { Readable } from 'node:stream';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newUuid } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import { addFile, deleteFile, getFile, listProjectFiles, type FileDetails } from './files.ts';
import { storeUpload } from './uploads.ts';

let bench: TestServices;
let services: Services;
let db: Database;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
  ({ db } = services);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const store = (name: string, bytes: string) =>
  storeUpload(services, Readable.from([Buffer.from(bytes)]), name);

async function add(name: string, details: Partial<FileDetails> = {}, bytes = 'content') {
  return addFile(services, projectId, await store(name, bytes), { purpose: 'user_data', ...details });
}

const countFiles = async (): Promise<number> => (await db.selectFrom('files').select('id').execute()).length;

test('an upload becomes a file of the project, with its bytes', async () => {
  const { id } = await add('Report.PDF', { externalFileId: 'ext-7' }, 'twelve bytes');
  const file = await getFile(services, projectId, id);
  expect(file).toMatchObject({
    name: 'Report.PDF',
    file_type: 'pdf',
    size_bytes: 12,
    external_file_id: 'ext-7',
    purpose: 'user_data',
    project_id: projectId,
  });
  expect((await services.blobs.readRange(file.blob_key, 0, 12)).toString()).toBe('twelve bytes');
});

test('an empty upload is a file too', async () => {
  const file = await addFile(services, projectId, await storeUpload(services, Readable.from([]), 'a.txt'), {
    purpose: 'parse',
  });
  expect(file.size_bytes).toBe(0);
});

test('the bytes of an upload that finds no place are removed', async () => {
  const upload = await store('a.pdf', 'x');
  await expect(addFile(services, newUuid(), upload, { purpose: 'parse' })).rejects.toThrow(/foreign key/);
  await expect(services.blobs.localFile(upload.blobKey)).rejects.toThrow(BlobNotFoundError);
});

describe('how long a file is kept', () => {
  async function hoursKept(purpose: string, uploadLifetimeHours: number): Promise<number | null> {
    const bounded = withLimits(services, { uploadLifetimeHours });
    const { id } = await addFile(bounded, projectId, await store('a.pdf', 'x'), { purpose });
    const { rows } = await sql<{ hours: number | null }>`
      select extract(epoch from expires_at - created_at)::float8 / 3600 as hours from files where id = ${id}`.execute(
      db,
    );
    return rows[0]?.hours ?? null;
  }

  test.each(['parse', 'extract', 'split', 'classify', 'sheet'])(
    '%s: the lifetime that is set',
    async (purpose) => {
      expect(await hoursKept(purpose, 36)).toBe(36);
      expect(await hoursKept(purpose, 0)).toBeNull();
    },
  );

  test.each(['user_data', 'agent_app'])('%s: for ever', async (purpose) => {
    expect(await hoursKept(purpose, 36)).toBeNull();
  });
});

describe('an upload that a client sent again without knowing', () => {
  test('is the file of its first try, and leaves no second copy of the bytes', async () => {
    const first = await add('a.pdf', { purpose: 'parse', externalFileId: 'e' });
    const upload = await store('a.pdf', 'content');
    const details = { purpose: 'parse', externalFileId: 'e', retryCount: 1 };
    expect((await addFile(services, projectId, upload, details)).id).toBe(first.id);
    await expect(services.blobs.localFile(upload.blobKey)).rejects.toThrow(BlobNotFoundError);
    expect(await countFiles()).toBe(1);
  });

  test('is one file when several tries come at once', async () => {
    const tries = await Promise.all([1, 2, 3, 4].map((retryCount) => add('a.pdf', { retryCount })));
    expect(new Set(tries.map((file) => file.id)).size).toBe(1);
    expect(await countFiles()).toBe(1);
  });

  test.each<[string, Partial<FileDetails>, string, string]>([
    ['other bytes', {}, 'a.pdf', 'other'],
    ['another name', {}, 'b.pdf', 'content'],
    ['another purpose', { purpose: 'parse' }, 'a.pdf', 'content'],
    ['another external id', { externalFileId: 'e' }, 'a.pdf', 'content'],
    ['no retry', { retryCount: 0 }, 'a.pdf', 'content'],
  ])('is a file of its own with %s', async (_, details, name, bytes) => {
    const first = await add('a.pdf');
    expect((await add(name, { retryCount: 1, ...details }, bytes)).id).not.toBe(first.id);
  });

  test('is a file of its own when the first was deleted, is old or belongs to another project', async () => {
    const first = await add('a.pdf');
    await deleteFile(services, projectId, first.id);
    const second = await add('a.pdf', { retryCount: 1 });
    expect(second.id).not.toBe(first.id);
    await sql`update files set created_at = now() - interval '3 minutes' where id = ${second.id}`.execute(db);
    const third = await add('a.pdf', { retryCount: 1 });
    expect(third.id).not.toBe(second.id);
    projectId = await addProject(db);
    expect((await add('a.pdf', { retryCount: 1 })).id).not.toBe(third.id);
  });
});

describe('a file that is not there', () => {
  const gone: readonly [string, (id: string) => Promise<unknown>][] = [
    ['deleted', (id) => deleteFile(services, projectId, id)],
    [
      'expired',
      (id) => sql`update files set expires_at = now() - interval '1 second' where id = ${id}`.execute(db),
    ],
    ["another project's", async () => (projectId = await addProject(db))],
  ];

  test.each(gone)('because it is %s is found by nothing', async (_, leave) => {
    const { id } = await add('a.pdf');
    expect((await listProjectFiles(services, projectId, {})).totalSize).toBe(1);
    await leave(id);
    await expect(getFile(services, projectId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(deleteFile(services, projectId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await listProjectFiles(services, projectId, { ids: [id] })).toEqual({
      items: [],
      nextPageToken: null,
      totalSize: 0,
    });
  });

  test.each(['', 'nothing', 'dfl-1', '%00'])('because %j is no id of a file is not found', async (id) => {
    await expect(getFile(services, projectId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('keeps its bytes: removing them is not for the one who deletes', async () => {
    const file = await add('a.pdf');
    await deleteFile(services, projectId, file.id);
    expect((await services.blobs.readRange(file.blob_key, 0, 7)).toString()).toBe('content');
  });
});

test('a page token is good for its own order and filters only', async () => {
  for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) await add(name);
  const sorts = [{ field: 'name', descending: false }] as const;
  const first = await listProjectFiles(services, projectId, { sorts, pageSize: 1 });
  const pageToken = first.nextPageToken ?? '';
  const second = await listProjectFiles(services, projectId, { sorts, pageSize: 1, pageToken });
  expect([first, second].map((page) => page.items[0]?.name)).toEqual(['a.pdf', 'b.pdf']);
  for (const other of [
    {},
    { sorts: [{ ...sorts[0], descending: true }] as const },
    { sorts, name: 'a.pdf' },
  ]) {
    await expect(listProjectFiles(services, projectId, { ...other, pageToken })).rejects.toMatchObject({
      issues: [{ loc: ['query', 'page_token'] }],
    });
  }
});
