import { expect } from 'vitest';
import type { Random } from '../../scripts/documents/random.ts';
import type { Database } from '../../src/store/database.ts';
import { listed, newestFirst, type ModelBatch, type ModelQuery } from './batch-model.ts';
import { insertBatches } from './insert-batches.ts';
import { randomBatches, randomQuery, type World } from './random-batches.ts';

/** One page as a client sees it. */
export interface SeenPage {
  readonly ids: readonly string[];
  readonly nextPageToken: string | null;
  readonly totalSize: number;
}

/** What is under test: the service, or the server in front of it. */
export type ReadPage = (
  query: ModelQuery,
  pageSize: number,
  pageToken: string | undefined,
) => Promise<SeenPage>;

/** A table, and the same rows in plain memory. */
export interface Table {
  readonly db: Database;
  readonly world: World;
  readonly batches: ModelBatch[];
}

/** Larger wishes are served with this many. */
const MAX_PAGE_SIZE = 1000;
/** Pages of one case; the rest of a long list is not read. */
const MAX_PAGES = 12;

/**
 * One case: a random question is paged through while batches arrive, and every page is compared with the model as it
 * is at that moment.
 */
export async function pageThrough(table: Table, readPage: ReadPage, random: Random): Promise<void> {
  const { world, batches } = table;
  const query = randomQuery(random, world, batches);
  const pageSize = random.pick([1, 2, 3, 7, 20, 50, 1000, 1001, 5000]);
  const arrivals = random.chance(0.5) ? 0.4 : 0;
  const projectId = world.projectIds[0];
  const atFirst = listed(batches, projectId, query);
  const seen: ModelBatch[] = [];
  let pageToken: string | undefined;
  let ended = false;

  for (let page = 0; page < MAX_PAGES && !ended; page++) {
    const now = listed(batches, projectId, query);
    const last = seen.at(-1);
    const coming = last ? now.filter((batch) => newestFirst(last, batch) < 0) : now;
    const expected = coming.slice(0, Math.min(pageSize, MAX_PAGE_SIZE));
    const isLast = coming.length === expected.length;

    const answer = await readPage(query, pageSize, pageToken);
    const shown = { ids: answer.ids, totalSize: answer.totalSize, isLast: answer.nextPageToken === null };
    const wanted = { ids: expected.map((batch) => batch.id), totalSize: now.length, isLast };
    expect(shown, `page ${page} of ${pageSize} for ${JSON.stringify(query)}`).toEqual(wanted);

    seen.push(...expected);
    pageToken = answer.nextPageToken ?? undefined;
    ended = isLast;
    if (random.chance(arrivals)) await arrive(table, random);
  }
  expectNothingLost(seen, atFirst, ended);
}

async function arrive({ db, world, batches }: Table, random: Random): Promise<void> {
  const arrived = randomBatches(random, world, random.integer(1, 5));
  await insertBatches(db, arrived);
  batches.push(...arrived);
}

/** Said once more without the model's pages: no batch twice, and of those there at the start none left out. */
function expectNothingLost(
  seen: readonly ModelBatch[],
  atFirst: readonly ModelBatch[],
  ended: boolean,
): void {
  const ids = new Set(seen.map((batch) => batch.id));
  expect(ids.size).toBe(seen.length);
  const last = seen.at(-1);
  const passed = ended ? atFirst : atFirst.filter((batch) => last && newestFirst(batch, last) <= 0);
  expect(passed.filter((batch) => !ids.has(batch.id))).toEqual([]);
}
