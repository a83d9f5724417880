import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { batchRoutes } from '../../src/http/routes/batches/routes.ts';
import { directoryFileRoutes } from '../../src/http/routes/directory-files/routes.ts';
import { parseRoutes } from '../../src/http/routes/parse/routes.ts';
import { createDirectory } from '../../src/services/directories.ts';
import type { Services } from '../../src/services/context.ts';
import { openApiBench, type ApiBench } from '../support/api-bench.ts';
import { addProject } from '../support/batch-scenes.ts';
import { storeFile } from '../support/directory-scenes.ts';
import { openTestServices, type TestServices } from '../support/test-services.ts';
import { insertBatches } from './insert-batches.ts';

/** Every list with bounds of time takes them in the same way (contract section 2: without an offset they are UTC). */

const START = Date.UTC(2026, 5, 1);
/** The rows of each list: one at midnight, one for each of the two milliseconds after it. */
const ROWS = [0, 1, 2];

interface ListWithTimes {
  readonly field: 'created_at' | 'updated_at';
  /** @returns the list's path and the ids of its rows, oldest first */
  readonly fill: (services: Services, projectId: string) => Promise<{ path: string; ids: string[] }>;
}

const LISTS: Readonly<Record<string, ListWithTimes>> = {
  batches: {
    field: 'created_at',
    async fill({ db }, projectId) {
      const ids = ROWS.map((n) => `bat-times-${n}`);
      await insertBatches(
        db,
        ROWS.map((n) => ({
          id: ids[n] ?? '',
          projectId,
          status: 'COMPLETED',
          directoryId: 'dir-1',
          directoryName: 'times',
          createdAt: START + n,
        })),
      );
      return { path: '/api/v2/batches', ids };
    },
  },
  'files of a directory': {
    field: 'updated_at',
    async fill(services, projectId) {
      const { id } = await createDirectory(services, projectId, { name: 'times' });
      const file = await storeFile(services, projectId, 'a.pdf');
      const ids = ROWS.map((n) => `dfl-times-${n}`);
      for (const [n, entry] of ids.entries()) {
        await sql`
          insert into directory_files (id, project_id, directory_id, file_id, unique_id, display_name, updated_at)
          values (${entry}, ${projectId}, ${id}, ${file.id}, ${entry}, 'a.pdf', ${new Date(START + n)})`.execute(
          services.db,
        );
      }
      return { path: `/api/v1/beta/directories/${id}/files`, ids };
    },
  },
  'parse jobs': {
    field: 'created_at',
    async fill(services, projectId) {
      const file = await storeFile(services, projectId, 'a.pdf');
      const ids = ROWS.map((n) => `pjb-times-${n}`);
      for (const [n, id] of ids.entries()) {
        await sql`
          insert into jobs (id, kind, project_id, file_id, name, parameters, status, created_at)
          values (${id}, 'parse', ${projectId}, ${file.id}, 'a.pdf', '{}', 'PENDING', ${new Date(START + n)})`.execute(
          services.db,
        );
      }
      return { path: '/api/v2/parse', ids };
    },
  },
};

let bench: TestServices;
let api: ApiBench;

beforeAll(async () => {
  bench = await openTestServices();
  api = await openApiBench(bench.services, (app) => {
    batchRoutes(app, bench.services);
    directoryFileRoutes(app, bench.services);
    parseRoutes(app, bench.services);
  });
});
afterAll(async () => {
  await api[Symbol.asyncDispose]();
  await bench[Symbol.asyncDispose]();
});

interface Page {
  readonly items: readonly { readonly id: string }[];
  readonly next_page_token: string | null;
  readonly detail?: readonly { readonly loc: unknown; readonly type: string }[];
}

describe.each(Object.entries(LISTS))('the list of %s', (_, { field, fill }) => {
  let projectId: string;
  let path: string;
  let ids: string[];
  beforeAll(async () => {
    projectId = await addProject(bench.services.db);
    ({ path, ids } = await fill(bench.services, projectId));
  });

  /** `after` and `before` stand for the two parameters; the texts are sent as they are. */
  async function read(query: string): Promise<{ status: number; page: Page }> {
    const named = query
      .replace(/\bafter=/, `${field}_on_or_after=`)
      .replace(/\bbefore=/, `${field}_on_or_before=`);
    const answer = await api.call(projectId, 'GET', `${path}?${named}`);
    return { status: answer.status, page: answer.body as Page };
  }

  test.each([
    ['after=2026-06-01T00:00:00.001Z', [2, 1]],
    ['before=2026-06-01T00:00:00.001Z', [1, 0]],
    ['after=2026-06-01T00:00:00.001Z&before=2026-06-01T00:00:00.001Z', [1]],
    ['after=2026-06-01T00:00:00.002Z&before=2026-06-01T00:00:00.000Z', []],
    // Without an offset: UTC. A bare date is its midnight.
    ['after=2026-06-01T00:00:00.001', [2, 1]],
    ['before=2026-06-01%2000:00:00', [0]],
    ['before=2026-06-01', [0]],
    ['after=2026-06-01', [2, 1, 0]],
    // With one, whether its sign was encoded or not.
    ['after=2026-06-01T02:00:00.001%2B02:00', [2, 1]],
    ['after=2026-06-01T02:00:00.001+02:00', [2, 1]],
    ['before=2026-05-31T18:30:00.001-05:30', [1, 0]],
    // Finer than the database keeps is cut off.
    ['after=2026-06-01T00:00:00.001999Z', [2, 1]],
    ['before=2026-06-01T00:00:00.001999Z', [1, 0]],
    ['after=&before=', [2, 1, 0]],
  ])('with %s has rows %j', async (query, rows) => {
    const { status, page } = await read(query);
    expect(status).toBe(200);
    expect(page.items.map(({ id }) => ids.indexOf(id))).toEqual(rows);
  });

  test.each(['yesterday', '1780272000', '2026-02-30', '2026-06-01T25:00:00Z'])('refuses %s', async (time) => {
    for (const bound of ['after', 'before']) {
      const { status, page } = await read(`${bound}=${time}`);
      expect(status).toBe(422);
      expect(page.detail).toMatchObject([
        { loc: ['query', `${field}_on_or_${bound}`], type: 'datetime_parsing' },
      ]);
    }
  });

  test('goes on with a token under the same bounds, however they are written, and under no others', async () => {
    const bounds = 'after=2026-06-01T00:00:00.000Z&before=2026-06-01T00:00:00.002Z&page_size=2';
    const token = (await read(bounds)).page.next_page_token ?? '';
    const same = 'after=2026-06-01&before=2026-06-01T02:00:00.002%2B02:00&page_size=2';
    const { page } = await read(`${same}&page_token=${encodeURIComponent(token)}`);
    expect(page).toMatchObject({ items: [{ id: ids[0] }], next_page_token: null });
    const other = bounds.replace('.002Z', '.001Z');
    expect((await read(`${other}&page_token=${encodeURIComponent(token)}`)).status).toBe(422);
  });
});
