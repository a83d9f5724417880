import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { fileEnd, storeFile, uploadInto } from '../../test/support/directory-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId, newUuid } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { releaseDueFiles } from '../store/file-releases.ts';
import { findReadableFile, findUsableFile } from '../store/files.ts';
import type { Directory, DirectoryFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { createDirectory } from './directories.ts';
import { addStoredFile, deleteDirectoryFile, type AddDetails } from './directory-files.ts';

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

const add = (fileId: string, details: AddDetails = {}, into = directory): Promise<DirectoryFile> =>
  addStoredFile(services, projectId, into.id, { fileId, ...details });

/** As the janitor does. @returns how many files went */
const release = async (): Promise<number> =>
  (await inTransaction(db, (tx) => releaseDueFiles(tx, { limit: 10 }))).released;

const HOUR_MS = 3_600_000;

test('a stored file becomes a file of the directory, by its name or as the caller says', async () => {
  const plain = await storeFile(services, projectId, 'a.pdf');
  expect(await add(plain.id)).toMatchObject({
    file_id: plain.id,
    directory_id: directory.id,
    unique_id: 'a.pdf',
    display_name: 'a.pdf',
    metadata: null,
  });
  const known = await storeFile(services, projectId, 'b.pdf', { externalFileId: 'ext-1' });
  expect(await add(known.id)).toMatchObject({ unique_id: 'ext-1', display_name: 'b.pdf' });
  const details = { uniqueId: 'own', displayName: 'B', metadata: { tags: ['x', 'y'], n: 1.5, no: null } };
  expect(await add(known.id, details)).toMatchObject({
    unique_id: 'own',
    display_name: 'B',
    metadata: details.metadata,
  });
});

test('a unique id of the caller that is taken is a conflict; one made from the name gives way, again and again', async () => {
  const file = await storeFile(services, projectId, 'a.pdf');
  const entries = [await add(file.id), await add(file.id), await add(file.id)];
  expect(entries.map((entry) => entry.unique_id)).toEqual([
    'a.pdf',
    `a.pdf (${entries[1]?.id})`,
    `a.pdf (${entries[2]?.id})`,
  ]);
  await expect(add(file.id, { uniqueId: 'a.pdf' })).rejects.toMatchObject({ code: 'CONFLICT' });
});

test('a request that the client sent again gives the entry of its first try', async () => {
  const file = await storeFile(services, projectId, 'a.pdf');
  const [first, gaveWay] = [await add(file.id, { uniqueId: 'u' }), await add(file.id)];
  expect(await add(file.id, { uniqueId: 'u', retryCount: 1 })).toEqual(first);
  expect(await add(file.id, { retryCount: 2 })).toEqual(gaveWay);
  expect((await add(file.id, { displayName: 'other', retryCount: 1 })).id).not.toBe(gaveWay.id);
});

test('a file or directory that is unknown, foreign, deleted or expired is not found', async () => {
  const file = await storeFile(services, projectId, 'a.pdf');
  const foreign = await storeFile(services, await addProject(db), 'a.pdf');
  const notFound = { code: 'NOT_FOUND', message: 'File not found' };
  for (const id of [newUuid(), 'no-uuid', newId('directoryFile'), foreign.id]) {
    await expect(add(id)).rejects.toMatchObject(notFound);
  }
  for (const end of [
    sql`expires_at = now() - interval '1 second'`,
    sql`expires_at = null, deleted_at = now()`,
  ]) {
    await sql`update files set ${end} where id = ${file.id}`.execute(db);
    await expect(add(file.id)).rejects.toMatchObject(notFound);
  }
  await sql`update files set deleted_at = null, expires_at = null`.execute(db);
  for (const end of [
    sql`expires_at = now() - interval '1 second'`,
    sql`expires_at = null, deleted_at = now()`,
  ]) {
    await sql`update directories set ${end}`.execute(db);
    await expect(add(file.id)).rejects.toMatchObject({ code: 'NOT_FOUND', message: 'Directory not found' });
  }
  expect(await db.selectFrom('directory_files').select('id').execute()).toEqual([]);
});

describe('a file that would expire', () => {
  test('keeps its lifetime in a lasting directory, which goes on showing it until it is taken out', async () => {
    const temporary = await storeFile(services, projectId, 'a.pdf', { expires: HOUR_MS });
    const end = await fileEnd(db, temporary.id);
    const entry = await add(temporary.id);
    expect(await fileEnd(db, temporary.id)).toEqual(end);

    await sql`update files set expires_at = now() - interval '1 second' where id = ${temporary.id}`.execute(
      db,
    );
    expect(await release()).toBe(0);
    expect(await findUsableFile(db, projectId, temporary.id)).toBeUndefined();
    expect(await findReadableFile(db, temporary.id)).toMatchObject({ id: temporary.id });
    await expect(add(temporary.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });

    await deleteDirectoryFile(services, projectId, directory.id, entry.id);
    expect(await findReadableFile(db, temporary.id)).toBeUndefined();
    expect(await release()).toBe(1);
  });

  test('after its directory, or never, stays as it is', async () => {
    const expiresAt = new Date(Date.now() + HOUR_MS);
    const short = await createDirectory(services, projectId, { name: 's', type: 'ephemeral', expiresAt });
    const end = new Date(Date.now() + 2 * HOUR_MS);
    const later = await storeFile(services, projectId, 'a.pdf', { expires: end });
    const lasting = await storeFile(services, projectId, 'b.pdf');
    await add(later.id, {}, short);
    await add(lasting.id, {}, short);
    expect(await fileEnd(db, later.id)).toEqual(end);
    expect(await fileEnd(db, lasting.id)).toBeNull();
  });

  test('with the directory that it was uploaded into outlives that for another one', async () => {
    const ephemeral = await createDirectory(services, projectId, { name: 'e', type: 'ephemeral' });
    const { file_id } = await uploadInto(services, ephemeral, 'a.pdf');
    expect(await fileEnd(db, file_id)).toEqual(ephemeral.expires_at);
    await add(file_id);
    expect(await fileEnd(db, file_id)).toBeNull();
  });
});
