import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { directoryRoutes } from '../../src/http/routes/directories/routes.ts';
import { violations } from '../compatibility/surface.ts';
import { openApiBench, type ApiBench } from '../support/api-bench.ts';
import { addProject } from '../support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../support/test-services.ts';

const DIRECTORIES = '/api/v1/beta/directories';

let bench: TestServices;
let api: ApiBench;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  api = await openApiBench(bench.services, (app) => {
    directoryRoutes(app, bench.services);
  });
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db);
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

interface Wire {
  readonly id: string;
  readonly name: string;
  readonly expires_at: string | null;
  readonly deleted_at: string | null;
  readonly items: readonly Wire[];
}

async function create(body: object): Promise<Wire> {
  const answer = await api.call(projectId, 'POST', DIRECTORIES, { body });
  expect(answer).toMatchObject({ status: 201 });
  expect(violations('Directory', answer.body)).toEqual([]);
  return answer.body as Wire;
}

async function list(query: string): Promise<string[]> {
  const answer = await api.call(projectId, 'GET', `${DIRECTORIES}?${query}`);
  expect(answer).toMatchObject({ status: 200 });
  expect(violations('DirectoryPage', answer.body)).toEqual([]);
  return (answer.body as Wire).items.map(({ name }) => name);
}

describe('creating a directory', () => {
  test('swallows what it does not know, and takes null for what has a default', async () => {
    const body = { name: 'a', description: null, expires_at: null, file_ids: ['x'], nested: { any: 1 } };
    expect(await create(body)).toMatchObject({
      name: 'a',
      type: 'user',
      description: null,
      expires_at: null,
    });
  });

  test('keeps its end, whatever its type; without an offset it is UTC', async () => {
    for (const type of ['user', 'ephemeral']) {
      const made = await create({ name: 'a', type, expires_at: '2999-01-01T00:00:00' });
      expect(made).toMatchObject({ type, expires_at: '2999-01-01T00:00:00.000Z' });
    }
  });

  test.each([
    [{}, 'body.name'],
    [{ name: '' }, 'body.name'],
    [{ name: null }, 'body.name'],
    [{ name: 'a', type: 'index' }, 'body.type'],
    [{ name: 'a', expires_at: 'soon' }, 'body.expires_at'],
    [{ name: 'a', expires_at: '2001-01-01T00:00:00Z' }, 'body.expires_at'],
    [{ name: 'a', type: 'ephemeral', expires_at: '2001-01-01' }, 'body.expires_at'],
    [{ name: 'a', system_metadata: [] }, 'body.system_metadata'],
    [{ name: 'a', system_metadata: { x: 'x'.repeat(32 * 1024) } }, 'body.system_metadata'],
    [{ name: 'x'.repeat(3001) }, 'body.name'],
    [{ name: 'a', description: 'x'.repeat(10_001) }, 'body.description'],
  ])('refuses %.80j', async (body, place) => {
    const { status, body: answer } = await api.call(projectId, 'POST', DIRECTORIES, { body });
    expect(status).toBe(422);
    expect((answer as { detail: { loc: string[] }[] }).detail.map(({ loc }) => loc.join('.'))).toEqual([
      place,
    ]);
    expect(await list('include_deleted=true')).toEqual([]);
  });
});

test('the list is filtered by name and types, in every way that clients write them', async () => {
  for (const name of ['a', 'b']) {
    for (const type of ['user', 'ephemeral']) await create({ name: `${name} ${type}`, type });
  }
  expect(await list('name=a%20user')).toEqual(['a user']);
  expect(await list('name=A%20user')).toEqual([]);
  expect(await list('type=user')).toEqual(['b user', 'a user']);
  expect(await list('types=user&types=ephemeral')).toHaveLength(4);
  expect(await list('types=user,ephemeral')).toHaveLength(4);
  expect(await list('types=ephemeral&type=index')).toEqual(['b ephemeral', 'a ephemeral']);
  expect(await list('types=&type=&name=&include_deleted=')).toHaveLength(4);
  const refused = await api.call(projectId, 'GET', `${DIRECTORIES}?types=user&types=other`);
  expect(refused).toMatchObject({ status: 422, body: { detail: [{ loc: ['query', 'types', 1] }] } });
});

test('a directory is changed, deleted, and then shown only to who asks for deleted ones', async () => {
  const { id } = await create({ name: 'a', description: 'b' });
  const item = `${DIRECTORIES}/${id}`;
  const change = (body: object) => api.call(projectId, 'PATCH', item, { body });
  expect(await change({ name: 'c', unknown: 1 })).toMatchObject({
    status: 200,
    body: { name: 'c', description: 'b' },
  });
  expect(await change({ name: null, description: null })).toMatchObject({
    status: 200,
    body: { name: 'c', description: null },
  });
  expect((await change({ name: '' })).status).toBe(422);
  expect(await api.call(projectId, 'DELETE', item)).toMatchObject({ status: 204, text: '' });
  for (const method of ['GET', 'DELETE'] as const) {
    const gone = await api.call(projectId, method, item);
    expect(gone).toMatchObject({ status: 404, body: { detail: 'Directory not found' } });
  }
  expect((await change({ name: 'd' })).status).toBe(404);
  expect(await list('')).toEqual([]);
  expect(await list('include_deleted=true')).toEqual(['c']);
});
