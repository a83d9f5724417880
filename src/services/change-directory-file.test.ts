import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { fileEnd, storeFile, uploadInto } from '../../test/support/directory-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { changeDirectoryFile, type DirectoryFileChange } from './change-directory-file.ts';
import type { Services } from './context.ts';
import { createDirectory, deleteDirectory } from './directories.ts';
import { addStoredFile, deleteDirectoryFile } from './directory-files.ts';
import { getDirectoryFile } from './list-directory-files.ts';

let bench: TestServices;
let services: Services;
let db: Database;
let projectId: string;
let directory: Directory;
let entry: DirectoryFile;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
  ({ db } = services);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(db);
  directory = await createDirectory(services, projectId, { name: 'inbox' });
  entry = await upload('a.pdf', { metadata: { year: 2026, tags: ['x'] } });
});
afterAll(() => bench[Symbol.asyncDispose]());

const upload = (name: string, details = {}) => uploadInto(services, directory, name, details);
const change = (wish: DirectoryFileChange, of = entry): Promise<DirectoryFile> =>
  changeDirectoryFile(services, projectId, of.directory_id, of.id, wish);
const read = (of = entry) => getDirectoryFile(services, projectId, of.directory_id, of.id);
const addDirectory = (type: 'user' | 'ephemeral' = 'user') =>
  createDirectory(services, projectId, { name: 'other', type });

describe('a change', () => {
  test('of nothing changes nothing, not even the time of the last change', async () => {
    expect(await change({})).toEqual(entry);
    expect(await change({ targetDirectoryId: directory.id })).toEqual(entry);
    expect(await read()).toEqual(entry);
  });

  test('of one detail leaves the others', async () => {
    expect(await change({ displayName: 'A' })).toMatchObject({ display_name: 'A', unique_id: 'a.pdf' });
    expect(await change({ uniqueId: 'u' })).toMatchObject({ display_name: 'A', unique_id: 'u' });
    const changed = await read();
    expect(changed).toMatchObject({ display_name: 'A', unique_id: 'u', metadata: entry.metadata });
    expect(changed.updated_at.getTime()).toBeGreaterThanOrEqual(entry.updated_at.getTime());
    expect(changed.created_at).toEqual(entry.created_at);
  });

  test('of the metadata takes the place of all of it; null takes it away', async () => {
    expect((await change({ metadata: { year: 2027 } })).metadata).toEqual({ year: 2027 });
    expect((await change({ metadata: null })).metadata).toBeNull();
    await expect(change({ metadata: { big: 'x'.repeat(40_000) } })).rejects.toMatchObject({
      issues: [{ loc: ['body', 'metadata'] }],
    });
  });

  test('to a unique id that is taken is a conflict, and to its own is none', async () => {
    await upload('b.pdf');
    await expect(change({ uniqueId: 'b.pdf', displayName: 'B' })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining('"b.pdf"'),
    });
    expect(await read()).toEqual(entry);
    expect(await change({ uniqueId: 'a.pdf' })).toMatchObject({ unique_id: 'a.pdf' });
  });

  test('by many at once to one unique id is granted to one', async () => {
    const others = await Promise.all(['b.pdf', 'c.pdf', 'd.pdf'].map((name) => upload(name)));
    const tried = await Promise.allSettled(others.map((other) => change({ uniqueId: 'one' }, other)));
    const refused = tried.filter((one) => one.status === 'rejected');
    expect(refused.map((one) => (one.reason as { code: string }).code)).toEqual(['CONFLICT', 'CONFLICT']);
  });

  test('of a file that is deleted, in another directory or in none is not found', async () => {
    const notFound = { code: 'NOT_FOUND', message: 'Directory file not found' };
    const other = await addDirectory();
    for (const of of [
      { ...entry, directory_id: other.id },
      { ...entry, id: newId('directoryFile') },
    ]) {
      await expect(change({ displayName: 'A' }, of)).rejects.toMatchObject(notFound);
    }
    await deleteDirectoryFile(services, projectId, directory.id, entry.id);
    await expect(change({ displayName: 'A' })).rejects.toMatchObject(notFound);
    await expect(change({})).rejects.toMatchObject(notFound);
  });
});

describe('a move', () => {
  test('takes the file to the other directory, with its id and all that is known of it', async () => {
    const other = await addDirectory();
    const moved = await change({ targetDirectoryId: other.id, displayName: 'A' });
    expect(moved).toMatchObject({
      ...entry,
      directory_id: other.id,
      display_name: 'A',
      updated_at: moved.updated_at,
    });
    await expect(read()).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect(await read(moved)).toEqual(moved);
    await expect(upload('a.pdf', { uniqueId: 'a.pdf' })).resolves.toMatchObject({ unique_id: 'a.pdf' });
  });

  test('to where its unique id is taken is a conflict, unless it brings another one', async () => {
    const other = await addDirectory();
    await uploadInto(services, other, 'a.pdf');
    await expect(change({ targetDirectoryId: other.id })).rejects.toMatchObject({
      code: 'CONFLICT',
      message: expect.stringContaining(
        `"a.pdf" is taken by another file of the target directory ${other.id}`,
      ),
    });
    expect(await read()).toEqual(entry);
    expect(await change({ targetDirectoryId: other.id, uniqueId: 'b' })).toMatchObject({ unique_id: 'b' });
  });

  test('to or out of a directory that is unknown, foreign, deleted or expired is refused', async () => {
    const other = await addDirectory();
    const foreign = await createDirectory(services, await addProject(db), { name: 'theirs' });
    const unknown = { code: 'NOT_FOUND', message: 'Target directory not found' };
    for (const id of [newId('directory'), foreign.id]) {
      await expect(change({ targetDirectoryId: id })).rejects.toMatchObject(unknown);
    }
    for (const end of [
      sql`expires_at = now() - interval '1 second'`,
      sql`expires_at = null, deleted_at = now()`,
    ]) {
      await sql`update directories set ${end} where id = ${other.id}`.execute(db);
      await expect(change({ targetDirectoryId: other.id })).rejects.toMatchObject(unknown);
    }
    await sql`update directories set expires_at = now() - interval '1 second' where id = ${directory.id}`.execute(
      db,
    );
    await expect(change({ targetDirectoryId: (await addDirectory()).id })).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Directory not found',
    });
  });

  test('that the client sent again finds the file moved', async () => {
    const other = await addDirectory();
    const moved = await change({ targetDirectoryId: other.id });
    expect(await change({ targetDirectoryId: other.id, retryCount: 1 })).toEqual(moved);
    await expect(change({ targetDirectoryId: other.id })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await sql`update directory_files set updated_at = now() - interval '10 minutes'`.execute(db);
    await expect(change({ targetDirectoryId: other.id, retryCount: 1 })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });

  test('there and back by many at once ends in one of the two', async () => {
    const other = await addDirectory();
    const back = { ...entry, directory_id: other.id };
    await Promise.allSettled(
      Array.from({ length: 8 }, (_, index) =>
        index % 2 === 0
          ? change({ targetDirectoryId: other.id })
          : change({ targetDirectoryId: directory.id }, back),
      ),
    );
    const rows = await db.selectFrom('directory_files').select(['directory_id', 'deleted_at']).execute();
    expect(rows).toEqual([{ directory_id: expect.toBeOneOf([directory.id, other.id]), deleted_at: null }]);
  });
});

test('a directory that is deleted while files come into it is left without any', async () => {
  for (let round = 0; round < 5; round++) {
    const doomed = await addDirectory();
    const { id } = await storeFile(services, projectId, `${round}.pdf`);
    const leaving = await upload(`${round}.pdf`);
    await Promise.allSettled([
      change({ targetDirectoryId: doomed.id }, leaving),
      addStoredFile(services, projectId, doomed.id, { fileId: id }),
      uploadInto(services, doomed, 'x.pdf'),
      deleteDirectory(services, projectId, doomed.id),
    ]);
    const left = await db
      .selectFrom('directory_files')
      .select('id')
      .where('directory_id', '=', doomed.id)
      .where('deleted_at', 'is', null)
      .execute();
    expect(left).toEqual([]);
  }
});

describe('the life of a file that was uploaded into a directory', () => {
  test('follows it out of an ephemeral one and into another', async () => {
    const [ephemeral, user] = [await addDirectory('ephemeral'), await addDirectory()];
    const into = await change({ targetDirectoryId: ephemeral.id });
    expect(await fileEnd(db, entry.file_id)).toEqual(ephemeral.expires_at);
    const out = await change({ targetDirectoryId: user.id }, into);
    expect(await fileEnd(db, entry.file_id)).toBeNull();
    await change({ targetDirectoryId: ephemeral.id }, out);
    expect(await fileEnd(db, entry.file_id)).toEqual(ephemeral.expires_at);
  });

  test('is not cut short while it is in another directory too', async () => {
    const [ephemeral, user] = [await addDirectory('ephemeral'), await addDirectory()];
    const second = await addStoredFile(services, projectId, user.id, { fileId: entry.file_id });
    const moved = await change({ targetDirectoryId: ephemeral.id });
    expect(await fileEnd(db, entry.file_id)).toBeNull();
    await change({ targetDirectoryId: directory.id }, moved);
    await deleteDirectoryFile(services, projectId, user.id, second.id);
    await change({ targetDirectoryId: ephemeral.id });
    expect(await fileEnd(db, entry.file_id)).toEqual(ephemeral.expires_at);
  });

  test('is cut short by no move when it was stored before', async () => {
    const ephemeral = await addDirectory('ephemeral');
    const file = await storeFile(services, projectId, 'b.pdf');
    const added = await addStoredFile(services, projectId, directory.id, { fileId: file.id });
    await change({ targetDirectoryId: ephemeral.id }, added);
    expect(await fileEnd(db, file.id)).toBeNull();
  });
});
