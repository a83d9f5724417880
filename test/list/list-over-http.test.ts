import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRandom, type Random } from '../../scripts/documents/random.ts';
import { registerRoutes } from '../../src/http/routes/index.ts';
import { createHttpServer, type HttpServer } from '../../src/http/server.ts';
import { addProject } from '../support/batch-scenes.ts';
import { openTestServices, type TestServices, TEST_SERVER } from '../support/test-services.ts';
import type { ModelBatch, ModelQuery } from './batch-model.ts';
import { insertBatches } from './insert-batches.ts';
import { pageThrough, type ReadPage } from './paging-client.ts';
import { initialBatches, randomWorld } from './random-batches.ts';

const SEED = Number(process.env['LIST_SEED'] ?? 20_260_201);
const CASES_PER_TABLE = 40;

let bench: TestServices;
let app: HttpServer;

beforeAll(async () => {
  bench = await openTestServices();
  const { services } = bench;
  app = createHttpServer({
    logger: services.logger,
    maxUploadBytes: services.limits.maxUploadBytes,
    // Here a key is its project's id.
    authenticate: async (key) => ({ keyId: 'key-test', projectId: key, organizationId: ORGANIZATION }),
    version: '0',
  });
  await app.register((routes) => registerRoutes(routes, { services, server: TEST_SERVER }));
});
afterAll(async () => {
  await app.close();
  await bench[Symbol.asyncDispose]();
});

const ORGANIZATION = '0198c0de-0000-7000-8000-000000000000';

interface WirePage {
  readonly items: readonly { readonly id: string; readonly project_id: string }[];
  readonly next_page_token: string | null;
  readonly total_size: number;
}

async function get(projectId: string, search: URLSearchParams) {
  const url = `/api/v2/batches?${search.toString()}`;
  const answer = await app.inject({ url, headers: { authorization: `Bearer ${projectId}` } });
  return { status: answer.statusCode, body: answer.json<WirePage>() };
}

/** Writes a query as one client or another does: the scope told or not, times with and without their offset. */
function wireQuery(random: Random, projectId: string, query: ModelQuery): URLSearchParams {
  const search = new URLSearchParams();
  const time = (at: Date): string =>
    random.chance(0.5) ? at.toISOString() : at.toISOString().replace('Z', random.pick(['', '+00:00']));
  if (query.status) search.set('status', query.status);
  if (query.sourceDirectoryId) search.set('source_directory_id', query.sourceDirectoryId);
  if (query.createdAtOnOrAfter) search.set('created_at_on_or_after', time(query.createdAtOnOrAfter));
  if (query.createdAtOnOrBefore) search.set('created_at_on_or_before', time(query.createdAtOnOrBefore));
  if (query.q) search.set('q', query.q);
  if (random.chance(0.3)) search.set('project_id', random.pick([projectId, projectId.toUpperCase()]));
  if (random.chance(0.3)) search.set('organization_id', ORGANIZATION);
  return search;
}

test.each(Array.from({ length: 5 }, (_, index) => SEED + index))(
  `${CASES_PER_TABLE} random lists over HTTP are what plain memory says (seed %i)`,
  async (seed) => {
    const { db } = bench.services;
    const random = createRandom(seed);
    const projectIds = [await addProject(db), await addProject(db)] as const;
    const world = randomWorld(random, projectIds);
    const batches = initialBatches(random, world);
    await insertBatches(db, batches);
    const readPage: ReadPage = async (query, pageSize, pageToken) => {
      const search = wireQuery(random, projectIds[0], query);
      search.set('page_size', String(pageSize));
      if (pageToken !== undefined) search.set('page_token', pageToken);
      const { status, body } = await get(projectIds[0], search);
      expect(status, JSON.stringify(body)).toBe(200);
      const ids = body.items.map((item) => item.id);
      return { ids, nextPageToken: body.next_page_token, totalSize: body.total_size };
    };
    for (let index = 0; index < CASES_PER_TABLE; index++) {
      await pageThrough({ db, world, batches }, readPage, random).catch((error: unknown) => {
        throw new Error(`Case ${index} of seed ${seed} differs: run again with LIST_SEED=${seed}`, {
          cause: error,
        });
      });
    }
  },
);

describe('the list of batches over HTTP', () => {
  let projectId: string;
  const at = Date.UTC(2026, 5, 1, 12);

  beforeAll(async () => {
    projectId = await addProject(bench.services.db);
    const batch = (n: number): ModelBatch => ({
      id: `bat-${String(n).padStart(6, '0')}`,
      projectId,
      status: 'COMPLETED',
      directoryId: 'dir-1',
      directoryName: 'Invoices',
      createdAt: at + n,
    });
    await insertBatches(
      bench.services.db,
      Array.from({ length: 1100 }, (_, n) => batch(n)),
    );
  });
  const list = (search: Record<string, string> = {}) => get(projectId, new URLSearchParams(search));

  test('has 50 batches on a page unless told otherwise, and never more than 1,000', async () => {
    expect((await list()).body.items).toHaveLength(50);
    expect((await list({ page_size: '1000' })).body.items).toHaveLength(1000);
    expect((await list({ page_size: '1001' })).body.items).toHaveLength(1000);
    expect((await list({ page_size: '1000' })).body.total_size).toBe(1100);
  });

  test.each(['0', '-1'])('refuses pages of %s', async (size) => {
    const { status, body } = await list({ page_size: size });
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { detail: [{ loc: ['query', 'page_size'] }] },
    });
  });

  test('takes times without an offset for UTC, both bounds included', async () => {
    const bounds = {
      created_at_on_or_after: '2026-06-01T12:00:00.010',
      created_at_on_or_before: '2026-06-01T12:00:00.012',
    };
    const { body } = await list(bounds);
    expect(body.items.map((item) => item.id)).toEqual(['bat-000012', 'bat-000011', 'bat-000010']);
  });

  test('refuses a token under another filter, another project, or one bit off', async () => {
    const token = (await list({ page_size: '10' })).body.next_page_token ?? '';
    expect((await list({ page_token: token })).status).toBe(200);
    const other = token.startsWith('A') ? 'B' : 'A';
    const refused = [
      await list({ page_token: token, status: 'COMPLETED' }),
      await list({ page_token: `${other}${token.slice(1)}` }),
      await list({ page_token: token, created_at_on_or_after: '2026-01-01' }),
      await get(await addProject(bench.services.db), new URLSearchParams({ page_token: token })),
    ];
    expect(refused.map((answer) => answer.status)).toEqual([422, 422, 422, 422]);
  });

  test('finds no project or organization but the key’s own', async () => {
    expect((await list({ project_id: projectId, organization_id: ORGANIZATION })).status).toBe(200);
    expect((await list({ project_id: ORGANIZATION })).status).toBe(404);
    expect((await list({ organization_id: projectId })).status).toBe(404);
  });

  test('ends without a token, and gives no empty page', async () => {
    const first = await list({ page_size: '1000' });
    const second = await list({ page_size: '100', page_token: first.body.next_page_token ?? '' });
    expect(second.body.items).toHaveLength(100);
    expect(second.body.next_page_token).toBeNull();
    expect((await list({ status: 'FAILED' })).body).toEqual({
      items: [],
      next_page_token: null,
      total_size: 0,
    });
  });
});
