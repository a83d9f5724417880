import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addBatch, addProject, batchById, filesOf, startBatches } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Services } from './context.ts';
import {
  changeDirectory,
  createDirectory,
  deleteDirectory,
  getDirectory,
  listProjectDirectories,
} from './directories.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

test('a directory keeps what it was made with, and stays until somebody says otherwise', async () => {
  const made = await createDirectory(services, projectId, {
    name: 'inbox',
    description: 'post',
    systemMetadata: { origin: ['a', 1] },
  });
  expect(await getDirectory(services, projectId, made.id)).toEqual(made);
  expect(made).toMatchObject({
    name: 'inbox',
    type: 'user',
    system_metadata: { origin: ['a', 1] },
    expires_at: null,
  });
});

test('an end that its maker chose is kept; one that has passed is refused by its name', async () => {
  const expiresAt = new Date(Date.now() + 60_000);
  expect(
    await createDirectory(services, projectId, { name: 'x', type: 'ephemeral', expiresAt }),
  ).toMatchObject({
    expires_at: expiresAt,
  });
  await expect(
    createDirectory(services, projectId, { name: 'x', expiresAt: new Date(Date.now() - 1) }),
  ).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [{ loc: ['body', 'expires_at'] }],
  });
});

test('a directory is not found in another project, or under an id that nobody made', async () => {
  const { id } = await createDirectory(services, projectId, { name: 'mine' });
  const foreign = await addProject(services.db);
  for (const [project, directory] of [
    [foreign, id],
    [projectId, newId('directory')],
  ] as const) {
    await expect(getDirectory(services, project, directory)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(changeDirectory(services, project, directory, { name: 'theirs' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(deleteDirectory(services, project, directory)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  }
  expect((await getDirectory(services, projectId, id)).name).toBe('mine');
});

test('what a change does not name stays', async () => {
  const { id } = await createDirectory(services, projectId, { name: 'a', description: 'b' });
  expect(await changeDirectory(services, projectId, id, { name: 'c' })).toMatchObject({
    name: 'c',
    description: 'b',
  });
  expect(await changeDirectory(services, projectId, id, { name: null })).toMatchObject({
    name: 'c',
    description: 'b',
  });
});

test('a change of nothing changes nothing; a description that is null is taken away', async () => {
  const made = await createDirectory(services, projectId, { name: 'a', description: 'b' });
  expect(await changeDirectory(services, projectId, made.id, {})).toEqual(made);
  expect(await changeDirectory(services, projectId, made.id, { name: null })).toEqual(made);
  expect(await changeDirectory(services, projectId, made.id, { description: null })).toMatchObject({
    name: 'a',
    description: null,
  });
});

test('a directory that has expired is as good as deleted before anybody cleaned it up', async () => {
  const expiresAt = new Date(Date.now() + 60_000);
  const { id } = await createDirectory(services, projectId, { name: 'short', expiresAt });
  expect((await listProjectDirectories(services, projectId, {})).items).toHaveLength(1);
  await sql`update directories set expires_at = now() - interval '1 second'`.execute(services.db);
  const notFound = { code: 'NOT_FOUND' };
  await expect(getDirectory(services, projectId, id)).rejects.toMatchObject(notFound);
  await expect(changeDirectory(services, projectId, id, { name: 'x' })).rejects.toMatchObject(notFound);
  await expect(changeDirectory(services, projectId, id, {})).rejects.toMatchObject(notFound);
  await expect(deleteDirectory(services, projectId, id)).rejects.toMatchObject(notFound);
  expect(await listProjectDirectories(services, projectId, {})).toMatchObject({ items: [], totalSize: 0 });
  const all = await listProjectDirectories(services, projectId, { includeDeleted: true });
  expect(all.items).toMatchObject([{ id, name: 'short', deleted_at: null }]);
});

test('a deleted directory is gone, except for who asks for deleted ones', async () => {
  const { id } = await createDirectory(services, projectId, { name: 'old' });
  await deleteDirectory(services, projectId, id);
  await expect(getDirectory(services, projectId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(deleteDirectory(services, projectId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await listProjectDirectories(services, projectId, {})).items).toEqual([]);
  const all = await listProjectDirectories(services, projectId, { includeDeleted: true });
  expect(all.items.map((directory) => directory.id)).toEqual([id]);
});

test('a batch over a directory that is deleted before it starts ends, and says why for each file', async () => {
  const { id, source_directory_id } = await addBatch(services, projectId, 2);
  await deleteDirectory(services, projectId, source_directory_id);
  await startBatches(services);
  expect(await batchById(services.db, id)).toMatchObject({ status: 'COMPLETED', failed_files: 2 });
  for (const file of await filesOf(services.db, id)) expect(file.error_message).toMatch(/deleted before/);
});

test('directories are listed by name and type', async () => {
  await createDirectory(services, projectId, { name: 'a' });
  await createDirectory(services, projectId, { name: 'a', type: 'ephemeral' });
  await createDirectory(services, projectId, { name: 'b' });
  const names = async (query: Parameters<typeof listProjectDirectories>[2]) =>
    (await listProjectDirectories(services, projectId, query)).items.map(
      ({ name, type }) => `${name} ${type}`,
    );
  expect(await names({ name: 'a' })).toEqual(['a ephemeral', 'a user']);
  expect(await names({ types: ['user'] })).toEqual(['b user', 'a user']);
  expect(await names({ types: ['user', 'ephemeral'] })).toHaveLength(3);
  expect(await names({ types: ['index'] })).toEqual([]);
  const long = 'x'.repeat(5_000);
  await createDirectory(services, projectId, { name: `${long}1` });
  expect(await names({ name: `${long}1` })).toHaveLength(1);
  expect(await names({ name: `${long}2` })).toEqual([]);
});
