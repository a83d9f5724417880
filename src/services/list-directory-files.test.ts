import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { uploadInto } from '../../test/support/directory-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Database } from '../store/database.ts';
import type { Directory } from '../store/schema.ts';
import type { Services } from './context.ts';
import { createDirectory } from './directories.ts';
import { addStoredFile } from './directory-files.ts';
import { getDirectoryFile, listFilesOfDirectory, type DirectoryFileQuery } from './list-directory-files.ts';

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

const upload = (name: string, details = {}) => uploadInto(services, directory, name, details);
const list = (query: DirectoryFileQuery) => listFilesOfDirectory(services, projectId, directory.id, query);
const namesOf = async (query: DirectoryFileQuery) =>
  (await list(query)).items.map((entry) => entry.display_name);

test('files are listed newest first, by pages', async () => {
  const names = ['a.pdf', 'b.pdf', 'c.pdf', 'd.pdf'];
  for (const name of names) await upload(name);
  const first = await list({ pageSize: 3 });
  expect(first.totalSize).toBe(4);
  const second = await list({ pageSize: 3, pageToken: first.nextPageToken ?? '' });
  expect(second.nextPageToken).toBeNull();
  expect([...first.items, ...second.items].map((entry) => entry.display_name)).toEqual(names.toReversed());
});

describe('a list', () => {
  test('by name takes the whole name, also one that is longer than an index has room for', async () => {
    const long = 'x'.repeat(2_990);
    for (const name of ['a.pdf', 'A.pdf', 'a.pdf.txt']) await upload(name);
    await upload('1', { displayName: `${long} 1`, uniqueId: '1' });
    await upload('2', { displayName: `${long} 2`, uniqueId: '2' });
    expect(await namesOf({ displayName: 'a.pdf' })).toEqual(['a.pdf']);
    expect(await namesOf({ displayName: `${long} 1` })).toEqual([`${long} 1`]);
  });

  test('by a part of the name takes any case of letters, and every character as it is', async () => {
    for (const name of ['Rechnung_Ä.pdf', 'rechnung%.PDF', 'letter.pdf']) await upload(name);
    expect(await namesOf({ displayNameContains: 'RECHNUNG' })).toEqual(['rechnung%.PDF', 'Rechnung_Ä.pdf']);
    expect(await namesOf({ displayNameContains: 'g_ä' })).toEqual(['Rechnung_Ä.pdf']);
    expect(await namesOf({ displayNameContains: 'g%' })).toEqual(['rechnung%.PDF']);
    expect(await namesOf({ displayNameContains: '\\' })).toEqual([]);
  });

  test('by unique id or file id finds what there is', async () => {
    const entry = await upload('a.pdf', { uniqueId: 'u' });
    await upload('b.pdf');
    expect(await namesOf({ uniqueId: 'u' })).toEqual(['a.pdf']);
    const twice = { fileId: entry.file_id, displayName: 'again.pdf' };
    await addStoredFile(services, projectId, directory.id, twice);
    expect(await namesOf({ fileId: entry.file_id })).toEqual(['again.pdf', 'a.pdf']);
    expect(await namesOf({ fileId: 'no-uuid' })).toEqual([]);
  });

  test('by time takes both bounds in', async () => {
    for (const [index, name] of ['a.pdf', 'b.pdf', 'c.pdf'].entries()) {
      const { id } = await upload(name);
      const at = new Date(Date.UTC(2026, 0, 1, 8, 0, 0, index));
      await db.updateTable('directory_files').set({ updated_at: at }).where('id', '=', id).execute();
    }
    const [first, second, third] = [0, 1, 2].map((ms) => new Date(Date.UTC(2026, 0, 1, 8, 0, 0, ms)));
    expect(await namesOf({ updatedAtOnOrAfter: second })).toEqual(['c.pdf', 'b.pdf']);
    expect(await namesOf({ updatedAtOnOrBefore: second })).toEqual(['b.pdf', 'a.pdf']);
    expect(await namesOf({ updatedAtOnOrAfter: second, updatedAtOnOrBefore: second })).toEqual(['b.pdf']);
    expect(await namesOf({ updatedAtOnOrAfter: third, updatedAtOnOrBefore: first })).toEqual([]);
  });

  test("holds a page's token to its filters", async () => {
    for (const name of ['a.pdf', 'b.pdf', 'c.pdf']) await upload(name);
    const query = { displayNameContains: 'pdf', pageSize: 1 };
    const pageToken = (await list(query)).nextPageToken ?? '';
    expect((await list({ ...query, pageToken })).items[0]?.display_name).toBe('b.pdf');
    await expect(list({ pageSize: 1, pageToken })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
  });
});

describe('files', () => {
  test('that are deleted are listed only when asked for, and not found', async () => {
    const { id } = await upload('a.pdf');
    await sql`update directory_files set deleted_at = now()`.execute(db);
    expect((await list({})).items).toEqual([]);
    expect((await list({ includeDeleted: true })).items).toHaveLength(1);
    await expect(getDirectoryFile(services, projectId, directory.id, id)).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('are not found through another project, another directory, or one that is deleted or expired', async () => {
    const { id } = await upload('a.pdf');
    await expect(getDirectoryFile(services, projectId, directory.id, id)).resolves.toMatchObject({ id });
    const other = await createDirectory(services, projectId, { name: 'other' });
    const notFound = { code: 'NOT_FOUND' };
    await expect(getDirectoryFile(services, projectId, other.id, id)).rejects.toMatchObject(notFound);
    const foreign = await addProject(db);
    await expect(getDirectoryFile(services, foreign, directory.id, id)).rejects.toMatchObject(notFound);
    await expect(listFilesOfDirectory(services, foreign, directory.id, {})).rejects.toMatchObject(notFound);
    for (const end of [
      sql`expires_at = now() - interval '1 second'`,
      sql`expires_at = null, deleted_at = now()`,
    ]) {
      await sql`update directories set ${end}`.execute(db);
      await expect(getDirectoryFile(services, projectId, directory.id, id)).rejects.toMatchObject(notFound);
      await expect(list({ includeDeleted: true })).rejects.toMatchObject(notFound);
    }
  });
});
