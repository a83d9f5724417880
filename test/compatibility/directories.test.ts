import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { checkingFetch } from './checking-fetch.ts';

/** Every method of `client.beta.directories` and `client.beta.directories.files`, against a live server. */

let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;
const answers = checkingFetch();

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir);
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, fetch: answers.fetch });
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

const upload = (directoryId: string, name: string, params = {}) =>
  client.beta.directories.files.upload(directoryId, {
    upload_file: new File([`bytes of ${name}`], name),
    ...params,
  });

async function collect<T>(list: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of list) items.push(item);
  return items;
}

describe('directories', () => {
  test('are created, read, changed and deleted', async () => {
    const { directories } = client.beta;
    const made = await directories.create({
      name: 'inbox',
      description: 'post',
      system_metadata: { origin: ['scanner', 1] },
    });
    expect(made).toMatchObject({ name: 'inbox', type: 'user', expires_at: null, deleted_at: null });
    expect(await directories.get(made.id, { project_id: null })).toEqual(made);
    expect(await directories.update(made.id, {})).toEqual(made);
    expect(await directories.update(made.id, { name: 'archive' })).toMatchObject({
      name: 'archive',
      description: 'post',
    });
    expect(await directories.update(made.id, { description: null })).toMatchObject({ description: null });
    expect(await directories.delete(made.id)).toBeNull();
    await expect(directories.get(made.id)).rejects.toThrow(LlamaCloud.NotFoundError);
    await expect(directories.delete(made.id)).rejects.toThrow(LlamaCloud.NotFoundError);
    const deleted = await collect(directories.list({ name: 'archive', include_deleted: true }));
    expect(deleted.map(({ id }) => id)).toEqual([made.id]);
    expect(Date.parse(deleted[0]?.deleted_at ?? '')).toBeGreaterThan(0);
    expect(await collect(directories.list({ name: 'archive' }))).toEqual([]);
  });

  test('are listed page by page, by type or types', async () => {
    const { directories } = client.beta;
    for (const type of ['user', 'ephemeral', 'user'] as const)
      await directories.create({ name: 'typed', type });
    const types = async (query: Parameters<typeof directories.list>[0]) =>
      (await collect(directories.list({ name: 'typed', page_size: 1, ...query }))).map(({ type }) => type);
    expect(await types({})).toEqual(['user', 'ephemeral', 'user']);
    expect(await types({ type: 'user' })).toEqual(['user', 'user']);
    expect(await types({ types: ['user', 'ephemeral'] })).toHaveLength(3);
    expect(await types({ types: ['index', 'ephemeral'] })).toEqual(['ephemeral']);
    expect(await types({ type: null, types: null, project_id: null })).toHaveLength(3);
  });
});

describe('files of a directory', () => {
  test('are uploaded, added, changed, moved and deleted', async () => {
    const { directories } = client.beta;
    const { files } = directories;
    const inbox = await directories.create({ name: 'files' });
    const first = await upload(inbox.id, 'a.pdf', {
      unique_id: 'inv-1',
      display_name: 'Invoice 1',
      external_file_id: 'ext-1',
      metadata: JSON.stringify({ year: 2026, tags: ['a', 'b'], paid: null }),
    });
    expect(first).toMatchObject({
      unique_id: 'inv-1',
      display_name: 'Invoice 1',
      metadata: { year: 2026, tags: ['a', 'b'], paid: null },
    });
    const added = await files.add(inbox.id, { file_id: first.file_id ?? '', metadata: { again: true } });
    expect(added).toMatchObject({
      file_id: first.file_id,
      unique_id: 'ext-1',
      display_name: 'a.pdf',
      metadata: { again: true },
    });

    const inboxPath = { directory_id: inbox.id };
    expect(await files.get(first.id, inboxPath)).toEqual(first);
    expect(await files.update(first.id, inboxPath)).toEqual(first);
    const renamed = await files.update(first.id, {
      ...inboxPath,
      display_name: 'Paid',
      metadata: { paid: true },
    });
    expect(renamed).toMatchObject({ unique_id: 'inv-1', display_name: 'Paid', metadata: { paid: true } });
    expect(await files.update(first.id, { ...inboxPath, metadata: null })).toMatchObject({ metadata: {} });
    await expect(files.update(first.id, { ...inboxPath, unique_id: 'ext-1' })).rejects.toThrow(
      /ext-1.*taken/,
    );

    const archive = await directories.create({ name: 'archive of files' });
    const moved = await files.update(first.id, { ...inboxPath, target_directory_id: archive.id });
    expect(moved).toMatchObject({ id: first.id, directory_id: archive.id, unique_id: 'inv-1' });
    await expect(files.get(first.id, inboxPath)).rejects.toThrow(LlamaCloud.NotFoundError);

    expect(await files.delete(added.id, inboxPath)).toBeNull();
    await expect(files.get(added.id, inboxPath)).rejects.toThrow(LlamaCloud.NotFoundError);
    expect(await collect(files.list(inbox.id))).toEqual([]);
    const deleted = await collect(files.list(inbox.id, { include_deleted: true }));
    expect(deleted).toMatchObject([{ id: added.id, deleted_at: expect.any(String) }]);
    await expect(collect(files.list('dir-none'))).rejects.toThrow(LlamaCloud.NotFoundError);
  });

  test('are found by every filter, page by page', async () => {
    const { files } = client.beta.directories;
    const directory = await client.beta.directories.create({ name: 'filters' });
    const [a, b, c] = [
      await upload(directory.id, 'Alpha.pdf'),
      await upload(directory.id, 'beta.pdf', { unique_id: 'second' }),
      await upload(directory.id, 'größe.pdf'),
    ];
    const ids = async (query: Parameters<typeof files.list>[1]) =>
      (await collect(files.list(directory.id, { page_size: 1, ...query }))).map(({ id }) => id);
    expect(await ids({})).toEqual([c.id, b.id, a.id]);
    expect(await ids({ display_name: 'Alpha.pdf' })).toEqual([a.id]);
    expect(await ids({ display_name_contains: 'ALPHA' })).toEqual([a.id]);
    expect(await ids({ display_name_contains: 'größe' })).toEqual([c.id]);
    expect(await ids({ unique_id: 'second' })).toEqual([b.id]);
    expect(await ids({ file_id: c.file_id ?? '' })).toEqual([c.id]);
    expect(
      await ids({ updated_at_on_or_after: b.updated_at ?? '', updated_at_on_or_before: b.updated_at ?? '' }),
    ).toContain(b.id);
    expect(await ids({ updated_at_on_or_before: '2020-01-01T00:00:00Z' })).toEqual([]);
    expect(await ids({ unique_id: null, file_id: null, display_name: null, expand: null })).toHaveLength(3);
  });

  test('give links that lead to their bytes without a key', async () => {
    const { files } = client.beta.directories;
    const directory = await client.beta.directories.create({ name: 'links' });
    const { id, download_url } = await upload(directory.id, 'a.txt');
    expect(download_url).toBeNull();
    const one = await files.get(id, { directory_id: directory.id, expand: ['download_url'] });
    const [listed] = await collect(files.list(directory.id, { expand: ['download_url'] }));
    for (const file of [one, listed]) {
      const bytes = await fetch(file?.download_url?.url ?? '');
      expect(await bytes.text()).toBe('bytes of a.txt');
      expect(Date.parse(file?.download_url?.expires_at ?? '')).toBeGreaterThan(Date.now());
    }
  });
});

test('every answer had the contract’s shape', () => {
  expect(answers.checked()).toBeGreaterThan(40);
  expect(answers.violations()).toEqual([]);
});
