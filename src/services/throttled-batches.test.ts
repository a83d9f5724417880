import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  batchById,
  claim,
  ending,
  startBatches,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import type { Database } from '../store/database.ts';
import type { Batch } from '../store/schema.ts';
import { getBatch } from './batches.ts';
import { cancelBatch } from './cancel-batch.ts';
import type { Services } from './context.ts';
import { commitEndings } from './run-jobs.ts';
import { startNextBatch } from './start-batch.ts';

let bench: TestServices;
let services: Services;
let db: Database;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = withLimits(bench.services, { maxRunningBatchesPerProject: 2 });
  ({ db } = services);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(db);
});
afterAll(() => bench[Symbol.asyncDispose]());

async function statuses(batches: readonly Batch[]): Promise<string[]> {
  return Promise.all(batches.map(async ({ id }) => (await batchById(db, id)).status));
}

/** Batches of one file, each accepted and tried in turn. */
async function addBatches(count: number): Promise<Batch[]> {
  const batches: Batch[] = [];
  for (let i = 0; i < count; i++) {
    batches.push(await addBatch(services, projectId, 1));
    await startBatches(services);
  }
  return batches;
}

/** Completes the jobs of these batches, and so the batches; starts nothing. */
async function complete(batches: readonly Batch[]): Promise<void> {
  const wanted = new Set(batches.map((batch) => batch.id));
  const claimed = await claim(services, 100);
  const [mine, others] = [
    claimed.filter((job) => wanted.has(job.batch_id ?? '')),
    claimed.filter((job) => !wanted.has(job.batch_id ?? '')),
  ];
  await commitEndings(services, 'parse', [
    ...mine.map((job) => ending(job)),
    ...others.map((job) => ({ job, returned: true as const })),
  ]);
}

test('batches beyond the limit are throttled, say why, and show no results', async () => {
  const batches = await addBatches(4);
  expect(await statuses(batches)).toEqual(['RUNNING', 'RUNNING', 'THROTTLED', 'THROTTLED']);
  const view = await getBatch(services, projectId, batches[2]?.id ?? '', { withFiles: true });
  expect(view.waitingReason).toMatch(/already runs 2 batches/);
  expect(view.files).toBeUndefined();
  expect(await ticketsIn(db, 'start-batch')).toEqual([]);
});

test('the oldest starts when a place frees, and only so many as there are places', async () => {
  const batches = await addBatches(5);
  await complete(batches.slice(1, 2));
  await startBatches(services);
  expect(await statuses(batches)).toEqual(['RUNNING', 'COMPLETED', 'RUNNING', 'THROTTLED', 'THROTTLED']);
});

test('two places that free before anybody looked are both taken at once', async () => {
  const batches = await addBatches(5);
  await complete(batches.slice(0, 1));
  await complete(batches.slice(1, 2));
  await startBatches(services);
  expect(await statuses(batches)).toEqual(['COMPLETED', 'COMPLETED', 'RUNNING', 'RUNNING', 'THROTTLED']);
});

test('a batch that is throttled while the last running one ends gets its turn all the same', async () => {
  const narrow = withLimits(services, { maxRunningBatchesPerProject: 1 });
  const [first] = await addBatches(1);
  const second = await addBatch(narrow, projectId, 1);
  const held = await claim(narrow, 1);
  let committing: Promise<unknown> | undefined;
  const settle: Services['queue']['settle'] = async (tx, queue, tickets) => {
    if (queue === 'start-batch') {
      const ends = held.map((job) => ending(job));
      committing = commitEndings(narrow, 'parse', ends);
      await expect.poll(async () => (await batchById(db, first?.id ?? '')).status).toBe('COMPLETED');
    }
    return narrow.queue.settle(tx, queue, tickets);
  };
  await startNextBatch({ ...narrow, queue: { ...narrow.queue, settle } });
  await committing;
  expect((await batchById(db, second.id)).status).toBe('THROTTLED');
  await startBatches(narrow);
  expect((await batchById(db, second.id)).status).toBe('RUNNING');
});

test('a new batch does not overtake one that was throttled before it', async () => {
  const batches = await addBatches(3);
  // It waits in the queue since before the place frees.
  const late = await addBatch(services, projectId, 1);
  await complete(batches.slice(0, 1));
  await startNextBatch(services);
  expect((await batchById(db, late.id)).status).toBe('THROTTLED');
  await startBatches(services);
  expect(await statuses([...batches, late])).toEqual(['COMPLETED', 'RUNNING', 'RUNNING', 'THROTTLED']);
});

test('a cancelled batch frees its place, throttled or running', async () => {
  const batches = await addBatches(4);
  await cancelBatch(services, projectId, batches[2]?.id ?? '');
  await startBatches(services);
  expect(await statuses(batches)).toEqual(['RUNNING', 'RUNNING', 'CANCELLED', 'THROTTLED']);
  await cancelBatch(services, projectId, batches[0]?.id ?? '');
  await startBatches(services);
  expect(await statuses(batches)).toEqual(['CANCELLED', 'RUNNING', 'CANCELLED', 'RUNNING']);
});

test("a project's own limit wins, and projects do not hold each other up", async () => {
  const own = await addProject(db, { max_running_batches: 1 });
  const [first, second] = [await addBatch(services, own, 1), await addBatch(services, own, 1)];
  const others = await addBatches(2);
  expect(await statuses([first, second, ...others])).toEqual(['RUNNING', 'THROTTLED', 'RUNNING', 'RUNNING']);
});

test('never more than the limit run, however many starters there are', async () => {
  const batches: Batch[] = [];
  for (let i = 0; i < 8; i++) batches.push(await addBatch(services, projectId, 1));
  await Promise.all(Array.from({ length: 6 }, () => startBatches(services)));
  const running = (await statuses(batches)).filter((status) => status === 'RUNNING');
  expect(running).toHaveLength(2);
});
