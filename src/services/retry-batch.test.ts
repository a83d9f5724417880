import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  batchById,
  claim,
  ending,
  filesOf,
  jobsOf,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import { BATCH_TRANSITIONS } from '../model/batch-states.ts';
import { listBatchTransitions } from '../store/batch-events.ts';
import type { Database } from '../store/database.ts';
import { cancelBatch } from './cancel-batch.ts';
import type { Services } from './context.ts';
import { retryBatch } from './retry-batch.ts';
import { commitEndings } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let db: Database;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
  ({ db } = services);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const retry = (
  batchId: string,
  options: { configurationId?: string; files?: string[]; retryCount?: number } = {},
) =>
  retryBatch(
    services,
    {
      principal: { keyId: 'key-test', projectId },
      retryCount: options.retryCount ?? 0,
      arrivedAt: performance.now(),
    },
    batchId,
    { configurationId: options.configurationId, files: options.files },
  );

/** A batch whose files ended thus, in their order. */
async function endedBatch(...ends: ('COMPLETED' | 'FAILED')[]): Promise<string> {
  const { id } = await addRunningBatch(services, projectId, ends.length);
  const order = (await jobsOf(db, id)).map((job) => job.id);
  const claimed = await claim(services, ends.length);
  const endings = claimed.map((job) => {
    const status = ends[order.indexOf(job.id)] ?? 'COMPLETED';
    return ending(job, { status, pages: status === 'COMPLETED' ? 1 : null });
  });
  await commitEndings(services, 'parse', endings);
  return id;
}

test('a retry is a batch of the files that failed, in their order, with the same parameters', async () => {
  const first = await endedBatch('FAILED', 'COMPLETED', 'FAILED', 'COMPLETED', 'FAILED');
  const { batch } = await retry(first);
  expect(batch).toMatchObject({ status: 'PENDING', total_files: 3, retry_of: first });
  const { configuration_id, resolved_parameters } = await batchById(db, first);
  expect(batch).toMatchObject({ configuration_id, resolved_parameters });
  const names = (await filesOf(db, batch.id)).map((file) => [file.position, file.display_name]);
  expect(names).toEqual([
    [0, '0.pdf'],
    [1, '2.pdf'],
    [2, '4.pdf'],
  ]);
  await startBatches(services);
  await commitEndings(
    services,
    'parse',
    (await claim(services, 5)).map((job) => ending(job)),
  );
  expect(await batchById(db, batch.id)).toMatchObject({ status: 'COMPLETED', completed_files: 3 });
  expect((await batchById(db, first)).failed_files).toBe(3);
});

test('chosen files are retried, in their order, and no others', async () => {
  const first = await endedBatch('FAILED', 'COMPLETED', 'FAILED', 'FAILED');
  const ids = (await filesOf(db, first)).map((file) => file.directory_file_id);
  const [one = '', , , last = ''] = ids;
  const { batch } = await retry(first, { files: [last, one, last] });
  expect(batch).toMatchObject({ total_files: 2, retry_of: first });
  expect((await filesOf(db, batch.id)).map((file) => file.display_name)).toEqual(['0.pdf', '3.pdf']);
  // The same request again, in another order; other files are another request.
  expect((await retry(first, { files: [one, last], retryCount: 1 })).batch.id).toBe(batch.id);
  expect((await retry(first, { files: [one], retryCount: 1 })).batch.id).not.toBe(batch.id);
});

test('files that did not fail, or are not of the batch, are named and nothing is made', async () => {
  const first = await endedBatch('FAILED', 'COMPLETED');
  const [failed = '', completed = ''] = (await filesOf(db, first)).map((file) => file.directory_file_id);
  const stranger = newId('directoryFile');
  await expect(retry(first, { files: [failed, completed, stranger] })).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: [
      { loc: ['body', 'directory_file_ids', 1], msg: expect.stringMatching(/did not fail/) },
      { loc: ['body', 'directory_file_ids', 2], msg: expect.stringMatching(/not a file of the batch/) },
    ],
  });
  expect(await db.selectFrom('batches').select('id').execute()).toHaveLength(1);
});

test('of a cancelled batch what was cancelled is retried, started or not', async () => {
  const { id } = await addBatch(services, projectId, 2);
  await cancelBatch(services, projectId, id);
  expect((await retry(id)).batch.total_files).toBe(2);
});

test('another configuration of the same product may be used, which must be there', async () => {
  const first = await endedBatch('FAILED');
  expect((await retry(first, { configurationId: 'cfg-PARSE_AGENTIC' })).batch).toMatchObject({
    configuration_id: 'cfg-PARSE_AGENTIC',
    resolved_parameters: { tier: 'agentic' },
  });
  await expect(retry(first, { configurationId: newId('configuration') })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
});

test('there must be something to retry, and the batch must have ended and be there', async () => {
  const done = await endedBatch('COMPLETED');
  await expect(retry(done)).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringMatching(/nothing to retry/),
  });
  const { id } = await addBatch(services, projectId, 1);
  await expect(retry(id)).rejects.toMatchObject({ code: 'CONFLICT' });
  await expect(retry(newId('batch'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(await db.selectFrom('batches').select('id').execute()).toHaveLength(2);
});

test('a retry that is sent again gives the batch of its first try', async () => {
  const first = await endedBatch('FAILED');
  const { batch } = await retry(first);
  expect((await retry(first, { retryCount: 1 })).batch.id).toBe(batch.id);
  expect((await retry(first)).batch.id).not.toBe(batch.id);
});

test('every status that a batch has had stands in its history, in an order that the model allows', async () => {
  const completed = await endedBatch('COMPLETED', 'FAILED');
  const { id: cancelled } = await addRunningBatch(services, projectId, 1);
  await cancelBatch(services, projectId, cancelled);
  const history = async (id: string) => (await listBatchTransitions(db, id, -1)).map((entry) => entry.status);
  expect(await history(completed)).toEqual(['PENDING', 'RUNNING', 'COMPLETED']);
  expect(await history(cancelled)).toEqual(['PENDING', 'RUNNING', 'CANCELLED']);
  for (const id of [completed, cancelled]) {
    const statuses = await history(id);
    for (const [index, to] of statuses.slice(1).entries()) {
      expect(BATCH_TRANSITIONS[statuses[index] ?? 'FAILED']).toContain(to);
    }
    expect((await batchById(db, id)).status).toBe(statuses.at(-1));
  }
});
