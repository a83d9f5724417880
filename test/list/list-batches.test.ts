import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRandom } from '../../scripts/documents/random.ts';
import { listProjectBatches } from '../../src/services/batches.ts';
import { addProject } from '../support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../support/test-services.ts';
import { insertBatches } from './insert-batches.ts';
import { pageThrough, type ReadPage } from './paging-client.ts';
import { initialBatches, randomWorld } from './random-batches.ts';

/** LIST_SEED gives other cases than the usual ones; a failure names the seed of its table and its case. */
const SEED = Number(process.env['LIST_SEED'] ?? 20_260_101);
const TABLES = 25;
const CASES_PER_TABLE = 80;

let bench: TestServices;

beforeAll(async () => {
  bench = await openTestServices();
});
afterAll(() => bench[Symbol.asyncDispose]());

const seeds = Array.from({ length: TABLES }, (_, index) => SEED + index);

test.each(seeds)(
  `${CASES_PER_TABLE} random lists of a random table are what plain memory says (seed %i)`,
  async (seed) => {
    const { services } = bench;
    const { db } = services;
    const random = createRandom(seed);
    const projectIds = [await addProject(db), await addProject(db)] as const;
    const world = randomWorld(random, projectIds);
    const batches = initialBatches(random, world);
    await insertBatches(db, batches);
    const readPage: ReadPage = async (query, pageSize, pageToken) => {
      const page = await listProjectBatches(services, projectIds[0], { ...query, pageSize, pageToken });
      const ids = page.items.map((view) => view.batch.id);
      return { ids, nextPageToken: page.nextPageToken, totalSize: page.totalSize };
    };
    for (let index = 0; index < CASES_PER_TABLE; index++) {
      await pageThrough({ db, world, batches }, readPage, random).catch((error: unknown) => {
        throw new Error(`Case ${index} of seed ${seed} differs: run again with LIST_SEED=${seed}`, {
          cause: error,
        });
      });
    }
    expect(batches.length).toBeGreaterThan(0);
  },
);
