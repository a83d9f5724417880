import { createReadStream } from 'node:fs';
import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import LlamaCloud, { NotFoundError, toFile, UnprocessableEntityError } from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleDocument, exampleDocumentPath } from '../support/example-documents.ts';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { checkingFetch } from './checking-fetch.ts';

/** Every method of `client.files`, against a live server. */
const UNKNOWN = '0198c0de-0000-7000-8000-000000000001';
const UTF8_NAME = 'Zwei Spalten, größer – 表 😀.pdf';

let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;
const answers = checkingFetch();

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir, { SHEAF_UPLOAD_LIFETIME_HOURS: '36' });
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, fetch: answers.fetch });
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

const text = (name: string, content = name): File => new File([content], name);
const add = (name: string, content?: string, external?: string) =>
  client.files.create({
    file: text(name, content),
    purpose: 'user_data',
    ...(external !== undefined && { external_file_id: external }),
  });

async function download(id: string): Promise<Buffer> {
  const { url } = await client.files.content(id);
  return Buffer.from(await (await fetch(url)).arrayBuffer());
}

describe('create', () => {
  test('takes a File, a stream, a path with a name in UTF-8, and a Response', async () => {
    const bytes = await exampleDocument('letter.pdf');
    const directory = await mkdtemp(join(tmpdir(), 'sheaf-upload-'));
    const path = join(directory, UTF8_NAME);
    await copyFile(exampleDocumentPath('letter.pdf'), path);
    const uploads = [
      ['a.pdf', new File([bytes], 'a.pdf', { type: 'application/pdf' })],
      ['letter.pdf', createReadStream(exampleDocumentPath('letter.pdf'))],
      [UTF8_NAME, createReadStream(path)],
      ['named.pdf', await toFile(Readable.from([bytes]), 'named.pdf')],
    ] as const;
    for (const [name, file] of uploads) {
      const created = await client.files.create({ file, purpose: 'parse', external_file_id: `x-${name}` });
      expect(created).toMatchObject({
        name,
        purpose: 'parse',
        file_type: 'pdf',
        external_file_id: `x-${name}`,
      });
      expect((await download(created.id)).equals(bytes), name).toBe(true);
    }
    await rm(directory, { recursive: true });
  });

  test('keeps files that are uploaded for one operation as long as is set, and others for ever', async () => {
    for (const purpose of ['parse', 'extract', 'split', 'classify', 'sheet']) {
      const { expires_at } = await client.files.create({ file: text('a.txt'), purpose });
      const hours = (Date.parse(expires_at ?? '') - Date.now()) / 3_600_000;
      expect(hours, purpose).toBeGreaterThan(35.9);
      expect(hours, purpose).toBeLessThanOrEqual(36.01);
    }
    for (const purpose of ['user_data', 'agent_app']) {
      expect((await client.files.create({ file: text('a.txt'), purpose })).expires_at, purpose).toBeNull();
    }
  });

  test('refuses a purpose that is unknown or missing', async () => {
    for (const purpose of ['fun', undefined as unknown as string]) {
      const refused = client.files.create({ file: text('a.txt'), purpose });
      await expect(refused).rejects.toThrow(UnprocessableEntityError);
      await expect(refused).rejects.toMatchObject({
        error: { detail: [expect.objectContaining({ loc: ['body', 'purpose'] })] },
      });
    }
  });
});

describe('list', () => {
  const names = ['b.txt', 'A.txt', 'a.txt', 'ä.txt', '10.txt', 'b.txt'];
  const ids: string[] = [];
  beforeAll(async () => {
    for (const name of names) ids.push((await add(name)).id);
  });

  async function listed(query: Parameters<typeof client.files.list>[0]): Promise<string[]> {
    const seen: string[] = [];
    for await (const file of client.files.list({ ...query, file_ids: ids, page_size: 1 })) seen.push(file.id);
    return seen;
  }

  test('goes through every file once in each order, one file a page', async () => {
    const idOf = (index: number): string => ids[index] ?? '';
    expect(await listed({ order_by: 'id' })).toEqual(ids.toSorted());
    expect(await listed({ order_by: 'created_at' })).toEqual(ids.toReversed());
    expect(await listed({})).toEqual(ids.toReversed());
    // Byte by byte: digits, capitals, small letters, the rest.
    expect(await listed({ order_by: 'name' })).toEqual([4, 1, 2, 0, 5, 3].map(idOf));
  });

  test('finds files by name, external id and ids', async () => {
    const { id } = await add('wanted.txt', 'x', 'external 7');
    const found = async (query: Parameters<typeof client.files.list>[0]) =>
      (await client.files.list(query)).items.map((file) => file.id);
    expect(await found({ file_name: 'wanted.txt' })).toEqual([id]);
    expect(await found({ file_name: 'wanted' })).toEqual([]);
    expect(await found({ external_file_id: 'external 7' })).toEqual([id]);
    expect(await found({ file_ids: [id, UNKNOWN] })).toEqual([id]);
    expect(await found({ file_ids: [id], file_name: 'b.txt' })).toEqual([]);
  });

  test('gives links when asked to, that work', async () => {
    const query = { file_ids: ids.slice(0, 2), order_by: 'id' };
    const { items } = await client.files.list({ ...query, expand: ['download_url'] });
    const contents = items.map(async (file) => (await fetch(file.download_url?.url ?? '')).text());
    expect(await Promise.all(contents)).toEqual(['b.txt', 'A.txt']);
    expect((await client.files.list(query)).items[0]?.download_url).toBeNull();
  });

  test.each([
    [{ page_size: 0 }, ['query', 'page_size']],
    [{ page_size: 1001 }, ['query', 'page_size']],
    [{ order_by: 'created_at desc' }, ['query', 'order_by']],
    [{ order_by: 'name,id' }, ['query', 'order_by']],
    [{ order_by: 'size' }, ['query', 'order_by']],
    [{ file_ids: [UNKNOWN, 'nothing'] }, ['query', 'file_ids', 1]],
    [{ page_token: 'nothing' }, ['query', 'page_token']],
  ])('refuses %j', async (query, loc) => {
    await expect(client.files.list(query).asResponse()).rejects.toMatchObject({
      status: 422,
      error: { detail: [expect.objectContaining({ loc })] },
    });
  });

  test('takes nulls for what is absent', async () => {
    const nothing = { order_by: null, file_name: null, file_ids: null, expand: null, external_file_id: null };
    expect((await client.files.list(nothing)).items.length).toBeGreaterThan(0);
  });
});

describe('content', () => {
  test('is a link for an hour, or as long as asked for, up to seven days', async () => {
    const { id } = await add('a.txt');
    const lifetime = async (seconds?: number): Promise<number> => {
      const query = seconds === undefined ? {} : { expires_at_seconds: seconds };
      const { expires_at } = await client.files.content(id, query);
      return (Date.parse(expires_at) - Date.now()) / 1000;
    };
    const near = (seconds: number) => ({
      asymmetricMatch: (actual: number) => Math.abs(actual - seconds) < 5,
    });
    expect(await lifetime()).toEqual(near(3600));
    expect(await lifetime(60)).toEqual(near(60));
    expect(await lifetime(1_000_000_000)).toEqual(near(7 * 86_400));
    await expect(lifetime(0)).rejects.toThrow(UnprocessableEntityError);
  });

  test('is fetched whole, in part, and with the key that some clients send along', async () => {
    const bytes = await readFile(exampleDocumentPath('letter.pdf'));
    const { id } = await client.files.create({
      file: new File([bytes], UTF8_NAME),
      purpose: 'user_data',
    });
    const { url } = await client.files.content(id);
    expect(url).toMatch(`${server.url}/`);

    const part = await fetch(url, { headers: { range: 'bytes=10-109' } });
    expect(part.status).toBe(206);
    expect(part.headers.get('content-range')).toBe(`bytes 10-109/${bytes.length}`);
    expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(10, 110))).toBe(true);

    for (const key of [server.apiKey, 'llx-wrong']) {
      const whole = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
      expect(whole.headers.get('content-disposition')).toContain(encodeURIComponent(UTF8_NAME));
      expect(Buffer.from(await whole.arrayBuffer()).equals(bytes)).toBe(true);
    }
    expect((await fetch(url.replace('signature=', 'signature=x'))).status).toBe(403);
    expect((await fetch(url, { method: 'HEAD' })).headers.get('content-length')).toBe(String(bytes.length));
  });
});

describe('retrieve and delete', () => {
  test('know a file until it is deleted', async () => {
    const { id } = await add('a.txt', 'bytes');
    const file = await client.files.retrieve(id, { expand: ['download_url'] });
    expect(file).toMatchObject({ id, name: 'a.txt' });
    const url = file.download_url?.url ?? '';
    expect(await (await fetch(url)).text()).toBe('bytes');

    expect(await client.files.delete(id)).toBeNull();
    await expect(client.files.retrieve(id)).rejects.toThrow(NotFoundError);
    await expect(client.files.content(id)).rejects.toThrow(NotFoundError);
    await expect(client.files.delete(id)).rejects.toThrow(NotFoundError);
    expect((await client.files.list({ file_ids: [id] })).items).toEqual([]);
    expect((await fetch(url)).status).toBe(404);
  });

  test('leave a deleted file to the directory that shows it', async () => {
    const directory = await client.beta.directories.create({ name: 'inbox' });
    const { id, file_id } = await client.beta.directories.files.upload(directory.id, {
      upload_file: text('kept.txt', 'kept'),
    });
    const { url } = await client.files.content(file_id ?? '');
    await client.files.delete(file_id ?? '');
    const entry = await client.beta.directories.files.get(id, { directory_id: directory.id });
    expect(entry.file_id).toBe(file_id);
    expect(await (await fetch(url)).text()).toBe('kept');
  });

  test('tell an id that is unknown from one that cannot be', async () => {
    await expect(client.files.retrieve(UNKNOWN)).rejects.toMatchObject({
      status: 404,
      error: { detail: 'File not found' },
    });
    for (const method of ['retrieve', 'content', 'delete'] as const) {
      await expect(client.files[method]('dfl-1')).rejects.toMatchObject({
        status: 422,
        error: { detail: [{ type: 'uuid_parsing', loc: ['path', 'file_id'] }] },
      });
    }
  });
});

describe('query, the deprecated list', () => {
  let ids: string[];
  let projectId: string;
  beforeAll(async () => {
    const made = [await add('q2.txt', 'x', 'query'), await add('q1.txt', 'x', 'query'), await add('q2.txt')];
    ids = made.map((file) => file.id);
    projectId = made[0]?.project_id ?? '';
  });

  const found = async (params: Parameters<typeof client.files.query>[0]) => {
    const filter = { file_ids: ids, ...params.filter };
    return (await client.files.query({ ...params, filter })).items.map((file) => ids.indexOf(file.id));
  };

  test('orders by several fields, either way', async () => {
    expect(await found({})).toEqual([2, 1, 0]);
    expect(await found({ order_by: 'created_at' })).toEqual([0, 1, 2]);
    expect(await found({ order_by: 'name, created_at desc' })).toEqual([1, 2, 0]);
    expect(await found({ order_by: 'name desc, created_at asc' })).toEqual([0, 2, 1]);
  });

  test('reads on from its token', async () => {
    const params = { filter: { file_ids: ids }, order_by: 'name, created_at desc', page_size: 2 };
    const first = await client.files.query(params);
    const second = await client.files.query({ ...params, page_token: first.next_page_token ?? '' });
    expect([...first.items, ...second.items].map((file) => ids.indexOf(file.id))).toEqual([1, 2, 0]);
    expect(second.next_page_token).toBeNull();
  });

  test('filters by what files have, and finds none of a data source', async () => {
    expect(await found({ filter: { external_file_id: 'query' } })).toEqual([1, 0]);
    expect(await found({ filter: { file_name: 'q1.txt', project_id: projectId } })).toEqual([1]);
    expect(await found({ filter: { only_manually_uploaded: true, file_name: null } })).toEqual([2, 1, 0]);
    expect(await found({ filter: { only_manually_uploaded: false } })).toEqual([2, 1, 0]);
    expect(await found({ filter: { data_source_id: UNKNOWN } })).toEqual([]);
    await expect(found({ filter: { project_id: UNKNOWN } })).rejects.toThrow(NotFoundError);
  });

  test.each([
    [{ order_by: 'size desc' }, ['body', 'order_by']],
    [{ page_token: 'nothing' }, ['body', 'page_token']],
    [{ page_size: 0 }, ['body', 'page_size']],
    [{ filter: { file_ids: ['nothing'] } }, ['body', 'filter', 'file_ids', 0]],
  ])('refuses %j', async (params, loc) => {
    await expect(client.files.query(params)).rejects.toMatchObject({
      status: 422,
      error: { detail: [expect.objectContaining({ loc })] },
    });
  });

  test('takes nulls for what is absent, and large pages', async () => {
    const params = { filter: null, order_by: null, page_token: null, page_size: 5000 };
    expect((await client.files.query(params)).items.length).toBeGreaterThan(3);
  });
});

test('every answer was what the schemas say', () => {
  expect(answers.checked()).toBeGreaterThan(50);
  expect(answers.violations()).toEqual([]);
});
