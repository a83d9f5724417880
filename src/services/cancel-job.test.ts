import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addProject,
  addRunningBatch,
  batchById,
  claim,
  countersAndRows,
  ending,
  filesOf,
  jobsOf,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Hint } from '../queue/hints.ts';
import type { StoredResult } from '../store/schema.ts';
import { cancelJob, deleteJob } from './cancel-job.ts';
import type { Services } from './context.ts';
import { getParseJob } from './parse-jobs.ts';
import { retryBatch } from './retry-batch.ts';
import { commitEndings, jobsToStop } from './run-jobs.ts';

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

const cancel = (id: string): Promise<void> => cancelJob(services, projectId, 'parse', id);
const remove = (id: string): Promise<void> => deleteJob(services, projectId, 'parse', id);
const statusOf = async (id: string): Promise<string> =>
  (await getParseJob(services, projectId, id)).job.status;

async function batchOf(files: number): Promise<{ batchId: string; ids: string[] }> {
  const { id } = await addRunningBatch(services, projectId, files);
  return { batchId: id, ids: (await jobsOf(services.db, id)).map((job) => job.id) };
}

async function expectCountersEqualRows(batchId: string): Promise<void> {
  const { counters, rows } = await countersAndRows(services.db, batchId);
  expect(counters).toEqual(rows);
}

test('a job that waits ends at once: its ticket is gone, its batch counts it, and it is never run', async () => {
  const { batchId, ids } = await batchOf(2);
  const [first = '', second = ''] = ids;
  await cancel(first);
  const { job } = await getParseJob(services, projectId, first);
  expect(job).toMatchObject({ status: 'CANCELLED', holds_slot: false });
  expect(job.error_message).toMatch(/before it started/);
  expect((await ticketsIn(services.db, 'parse')).map((ticket) => ticket.id)).toEqual([second.slice(4)]);
  expect(await batchById(services.db, batchId)).toMatchObject({ status: 'RUNNING', cancelled_files: 1 });
  expect((await claim(services, 5)).map((claimed) => claimed.id)).toEqual([second]);
  await expectCountersEqualRows(batchId);
});

test('the last job of a batch ends it: COMPLETED, because nobody cancelled the batch', async () => {
  const { batchId, ids } = await batchOf(1);
  await cancel(ids[0] ?? '');
  expect(await batchById(services.db, batchId)).toMatchObject({ status: 'COMPLETED', cancelled_files: 1 });
});

test('the place of a cancelled job goes to the next that waits', async () => {
  const one = withLimits(services, { maxRunningJobsPerProject: 1 });
  const { id: batchId } = await addRunningBatch(one, projectId, 2);
  const [first, second] = await jobsOf(services.db, batchId);
  await cancelJob(one, projectId, 'parse', first?.id ?? '');
  expect((await claim(one, 5)).map((job) => job.id)).toEqual([second?.id]);
});

test('a job that runs is asked to stop, workers are told, and to ask again changes nothing', async () => {
  const { batchId, ids } = await batchOf(1);
  const [id = ''] = ids;
  const [running] = await claim(services, 1);
  const hints: Hint[] = [];
  const unsubscribe = services.hints.subscribe((hint) => hints.push(hint));
  await cancel(id);
  await expect.poll(() => hints, { timeout: 5_000 }).toContain('cancel');
  unsubscribe();
  expect(await statusOf(id)).toBe('RUNNING');
  expect(await jobsToStop(services, [id])).toEqual([id]);
  await cancel(id);

  if (!running) throw new Error('the job was to be claimed');
  await commitEndings(services, 'parse', [ending(running, { status: 'CANCELLED', pages: null })]);
  expect(await statusOf(id)).toBe('CANCELLED');
  expect(await batchById(services.db, batchId)).toMatchObject({ status: 'COMPLETED', cancelled_files: 1 });
});

test('a job that was asked to stop and whose worker died then can be cancelled while it waits', async () => {
  const { ids } = await batchOf(1);
  const [id = ''] = ids;
  const [running] = await claim(services, 1);
  await cancel(id);
  if (!running) throw new Error('the job was to be claimed');
  await commitEndings(services, 'parse', [{ job: running, returned: true }]);
  expect(await statusOf(id)).toBe('PENDING');
  await cancel(id);
  expect(await statusOf(id)).toBe('CANCELLED');
});

test('a job that has ended cannot be cancelled, and one that has not cannot be deleted', async () => {
  const { ids } = await batchOf(2);
  const [first = '', second = ''] = ids;
  await cancel(first);
  await expect(cancel(first)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(remove(second)).rejects.toMatchObject({ code: 'CONFLICT' });
  await claim(services, 1);
  await expect(remove(second)).rejects.toMatchObject({ code: 'CONFLICT' });
});

test("unknown jobs and another project's are not found", async () => {
  const { ids } = await batchOf(1);
  const stranger = await addProject(services.db);
  for (const work of [cancelJob, deleteJob]) {
    await expect(work(services, projectId, 'parse', newId('parseJob'))).rejects.toMatchObject({
      code: 'NOT_FOUND',
      message: 'Parse job not found',
    });
    await expect(work(services, stranger, 'parse', ids[0] ?? '')).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  }
});

test('cancels and ends that cross count every job once', async () => {
  const { batchId, ids } = await batchOf(20);
  const running = await claim(services, 10);
  await Promise.all([
    ...ids.map((id) => cancel(id).catch(() => undefined)),
    ...running.map((job) => commitEndings(services, 'parse', [ending(job)])),
  ]);
  await expectCountersEqualRows(batchId);
  expect(await batchById(services.db, batchId)).toMatchObject({
    status: 'COMPLETED',
    completed_files: 10,
    cancelled_files: 10,
  });
  expect(await ticketsIn(services.db, 'parse')).toEqual([]);
});

test('a job that is deleted leaves its result to the janitor, and its batch goes on naming it', async () => {
  const { batchId, ids } = await batchOf(2);
  const [claimed, other] = await claim(services, 2);
  if (!claimed || !other) throw new Error('two jobs were to be claimed');
  const none = { offset: 0, length: 1 };
  const result: StoredResult = {
    key: 'results/00/x-1',
    bytes: 1,
    sections: { text: none, markdown: none, items: none, metadata: none },
  };
  await commitEndings(services, 'parse', [
    ending(claimed, { result }),
    ending(other, { status: 'FAILED', pages: null }),
  ]);
  await remove(claimed.id);
  await expect(getParseJob(services, projectId, claimed.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const garbage = await services.db.selectFrom('blob_garbage').select('key').execute();
  expect(garbage.map((row) => row.key)).toEqual(['results/00/x-1']);
  expect((await filesOf(services.db, batchId)).map((file) => file.job_id)).toEqual(ids);
  expect(await batchById(services.db, batchId)).toMatchObject({ completed_files: 1, failed_files: 1 });

  // A retry runs what failed, and not what succeeded and was deleted.
  const { batch } = await retryBatch(
    services,
    { principal: { keyId: 'key-test', projectId }, retryCount: 0, arrivedAt: performance.now() },
    batchId,
    { configurationId: undefined },
  );
  expect(batch.total_files).toBe(1);
});
