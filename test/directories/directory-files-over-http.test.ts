import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { directoryFileRoutes } from '../../src/http/routes/directory-files/routes.ts';
import { directoryRoutes } from '../../src/http/routes/directories/routes.ts';
import { downloadRoutes } from '../../src/http/routes/downloads/routes.ts';
import { createDirectory } from '../../src/services/directories.ts';
import type { Directory } from '../../src/store/schema.ts';
import { violations, type ResponseName } from '../compatibility/surface.ts';
import { openApiBench, type ApiBench } from '../support/api-bench.ts';
import { addProject } from '../support/batch-scenes.ts';
import { storeFile, uploadInto } from '../support/directory-scenes.ts';
import { openTestServices, type TestServices } from '../support/test-services.ts';

let bench: TestServices;
let api: ApiBench;
let projectId: string;
let directory: Directory;
let files: string;

beforeAll(async () => {
  bench = await openTestServices();
  api = await openApiBench(bench.services, (app) => {
    downloadRoutes(app, bench.services);
    directoryRoutes(app, bench.services);
    directoryFileRoutes(app, bench.services);
  });
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db);
  directory = await createDirectory(bench.services, projectId, { name: 'inbox' });
  files = `/api/v1/beta/directories/${directory.id}/files`;
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

interface Wire {
  readonly id: string;
  readonly display_name: string;
  readonly items: readonly Wire[];
  readonly download_url: { readonly url: string } | null;
}

/** Sends a request, expects the status, and holds the answer against its schema. */
async function call(
  [method, url, status]: ['GET' | 'POST' | 'PATCH' | 'DELETE', string, number],
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Wire> {
  const answer = await api.call(projectId, method, url, { body, headers });
  expect({ status: answer.status, body: answer.body }).toMatchObject({ status });
  const schema = schemaOf(method, url, status);
  if (schema) expect(violations(schema, answer.body)).toEqual([]);
  else expect(answer.body).toBeNull();
  return answer.body as Wire;
}

function schemaOf(method: string, url: string, status: number): ResponseName | undefined {
  if (status === 204) return undefined;
  if (status === 422) return 'HTTPValidationError';
  if (status >= 400) return 'ErrorBody';
  return method === 'GET' && /files(\?|$)/.test(url) ? 'DirectoryFilePage' : 'DirectoryFile';
}

/** Where the problems of a refused request are. */
async function problems(...request: Parameters<typeof call>): Promise<unknown[]> {
  const { detail } = (await call(...request)) as unknown as { detail: { loc: unknown[] }[] };
  return detail.map(({ loc }) => loc.join('.'));
}

const upload = (name: string, details = {}) => uploadInto(bench.services, directory, name, details);

describe('adding a stored file', () => {
  test('answers 201 with the entry; what is null or empty has its default', async () => {
    const file = await storeFile(bench.services, projectId, 'a.pdf');
    const plain = { file_id: file.id, unique_id: null, display_name: '', metadata: null };
    expect(await call(['POST', files, 201], plain)).toMatchObject({
      file_id: file.id,
      unique_id: 'a.pdf',
      display_name: 'a.pdf',
      metadata: {},
      download_url: null,
    });
    const metadata = { text: 'x', int: 3, float: 1.5, yes: true, nothing: null, tags: ['a', 'b'] };
    const own = { file_id: file.id, unique_id: 'u', display_name: 'A', metadata, unknown: 'field' };
    expect(await call(['POST', files, 201], own)).toMatchObject({
      unique_id: 'u',
      display_name: 'A',
      metadata,
    });
    const refused = await api.call(projectId, 'POST', files, { body: own });
    expect(refused).toMatchObject({ status: 400, headers: { 'x-should-retry': 'false' } });
  });

  test('that the client sent again makes no second entry', async () => {
    const { id } = await storeFile(bench.services, projectId, 'a.pdf');
    const first = await call(['POST', files, 201], { file_id: id });
    const again = { 'x-stainless-retry-count': '1' };
    expect(await call(['POST', files, 201], { file_id: id }, again)).toEqual(first);
  });

  test.each([
    [{}, 'body.file_id'],
    [{ file_id: 7 }, 'body.file_id'],
    [{ file_id: 'f', metadata: { a: { b: 1 } } }, 'body.metadata.a'],
    [{ file_id: 'f', metadata: { a: ['x', 1] } }, 'body.metadata.a.1'],
    [{ file_id: 'f', metadata: { a: 'x'.repeat(40_000) } }, 'body.metadata'],
    [{ file_id: 'f', unique_id: 'x'.repeat(1_001) }, 'body.unique_id'],
  ])('refuses %j', async (body, loc) => {
    expect(await problems(['POST', files, 422], body)).toEqual([loc]);
  });

  test('finds no file that is not there', async () => {
    for (const file_id of ['no-uuid', '0198c0de-0000-7000-8000-000000000001']) {
      expect(await call(['POST', files, 404], { file_id })).toEqual({ detail: 'File not found' });
    }
  });
});

describe('changing a file of a directory', () => {
  test('takes each field, and null for the metadata', async () => {
    const { id } = await upload('a.pdf', { metadata: { a: 1 } });
    const item = `${files}/${id}`;
    const before = await call(['GET', item, 200]);
    const nothing = { unique_id: null, display_name: null, target_directory_id: null };
    expect(await call(['PATCH', item, 200], nothing)).toEqual(before);
    expect(await call(['PATCH', item, 200], {})).toEqual(before);
    const other = await createDirectory(bench.services, projectId, { name: 'other' });
    const wish = { unique_id: 'u', display_name: 'A', metadata: null, target_directory_id: other.id };
    expect(await call(['PATCH', item, 200], wish)).toMatchObject({
      id,
      directory_id: other.id,
      unique_id: 'u',
      display_name: 'A',
      metadata: {},
    });
    await call(['GET', item, 404]);
    expect(await call(['PATCH', item, 200], wish, { 'x-stainless-retry-count': '1' })).toMatchObject({ id });
  });

  test.each([
    [{ unique_id: '' }, 'body.unique_id'],
    [{ display_name: '' }, 'body.display_name'],
    [{ metadata: [] }, 'body.metadata'],
  ])('refuses %j', async (body, loc) => {
    const { id } = await upload('a.pdf');
    expect(await problems(['PATCH', `${files}/${id}`, 422], body)).toEqual([loc]);
  });
});

describe('deleting many files', () => {
  test('answers 204, or 404 and deletes none', async () => {
    const [a, b] = [await upload('a.pdf'), await upload('b.pdf')];
    const bulk = `${files}/bulk-delete`;
    const refused = await call(['POST', bulk, 404], { directory_file_ids: [a.id, 'dfl-none'] });
    expect(refused).toEqual({ detail: expect.stringContaining('"dfl-none"') });
    expect((await call(['GET', files, 200])).items).toHaveLength(2);
    await call(['POST', bulk, 204], { directory_file_ids: [a.id, b.id] });
    expect((await call(['GET', files, 200])).items).toEqual([]);
    expect((await call(['GET', `${files}?include_deleted=true`, 200])).items).toHaveLength(2);
  });

  test.each([[{}], [{ directory_file_ids: [] }], [{ directory_file_ids: Array(101).fill('dfl-1') }]])(
    'takes 1 to 100 ids (%#)',
    async (body) => {
      expect(await problems(['POST', `${files}/bulk-delete`, 422], body)).toEqual([
        'body.directory_file_ids',
      ]);
    },
  );
});

describe('a download link', () => {
  test('comes when asked for, and gives the bytes to whoever holds it', async () => {
    const { id } = await upload('a.pdf', {});
    const plain = await call(['GET', `${files}/${id}`, 200]);
    expect(plain.download_url).toBeNull();
    const one = await call(['GET', `${files}/${id}?expand=download_url`, 200]);
    const many = await call(['GET', `${files}?expand=unknown,download_url`, 200]);
    for (const { download_url } of [one, ...many.items]) {
      const { pathname, search } = new URL(download_url?.url ?? '');
      const answer = await fetchBytes(`${pathname}${search}`);
      expect(answer).toBe('content');
    }
  });

  test('of a file that was deleted from the project leads to it all the same; of a deleted entry there is none', async () => {
    const { id, file_id } = await upload('a.pdf');
    await bench.services.db
      .updateTable('files')
      .set({ deleted_at: new Date() })
      .where('id', '=', file_id)
      .execute();
    const { download_url } = await call(['GET', `${files}/${id}?expand=download_url`, 200]);
    const { pathname, search } = new URL(download_url?.url ?? '');
    expect(await fetchBytes(`${pathname}${search}`)).toBe('content');
    await call(['DELETE', `${files}/${id}`, 204]);
    const deleted = await call(['GET', `${files}?include_deleted=true&expand=download_url`, 200]);
    expect(deleted.items).toMatchObject([{ id, download_url: null }]);
  });

  async function fetchBytes(path: string): Promise<unknown> {
    const answer = await api.call(projectId, 'GET', path);
    return answer.text;
  }
});

describe('a list', () => {
  test('takes every filter, and none that is empty', async () => {
    await upload('Report.pdf', { uniqueId: 'u' });
    await upload('letter.pdf');
    const names = async (query: string) =>
      (await call(['GET', `${files}?${query}`, 200])).items.map((item) => item.display_name);
    expect(await names('display_name_contains=report')).toEqual(['Report.pdf']);
    expect(await names('display_name=report.pdf')).toEqual([]);
    expect(await names('display_name=Report.pdf')).toEqual(['Report.pdf']);
    expect(await names('unique_id=u&display_name=')).toEqual(['Report.pdf']);
    expect(await names('file_id=none')).toEqual([]);
    expect(await names('updated_at_on_or_before=2020-01-01')).toEqual([]);
    expect(
      await names('display_name_contains=&file_id=&updated_at_on_or_after=&page_token=&expand='),
    ).toHaveLength(2);
  });

  test('of a directory that is not there is not found, also with its deleted files', async () => {
    await call(['GET', '/api/v1/beta/directories/dir-none/files', 404]);
    await api.call(projectId, 'DELETE', `/api/v1/beta/directories/${directory.id}`);
    expect(await call(['GET', `${files}?include_deleted=true`, 404])).toEqual({
      detail: 'Directory not found',
    });
  });
});
