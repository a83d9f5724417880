import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  claim,
  ending,
  filesOf,
  jobsOf,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { BatchFileStatus } from '../model/batch-file-states.ts';
import { cancelBatch } from './cancel-batch.ts';
import { listBatchFileRows } from './list-batch-files.ts';
import { commitEndings } from './run-jobs.ts';

let bench: TestServices;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const list = (
  batchId: string,
  query: { status?: BatchFileStatus; pageSize?: number; pageToken?: string } = {},
) => listBatchFileRows(bench.services, projectId, batchId, query);

/** Four files: completed, failed, running, pending. */
async function mixedBatch(): Promise<string> {
  const { services } = bench;
  const { id } = await addRunningBatch(services, projectId, 4);
  const order = (await jobsOf(services.db, id)).map((job) => job.id);
  const claimed = (await claim(services, 3)).toSorted((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
  const endings = claimed.slice(0, 2).map((job, index) =>
    index === 0
      ? ending(job, { pages: 7 })
      : ending(job, {
          status: 'FAILED',
          pages: null,
          errorCode: 'PDF_IS_PROTECTED',
          errorMessage: 'PDF_IS_PROTECTED: a password is needed',
        }),
  );
  await commitEndings(services, 'parse', endings);
  return id;
}

test('every file is listed with what became of it', async () => {
  const id = await mixedBatch();
  const { items, totalSize } = await list(id);
  expect(totalSize).toBe(4);
  expect(items.map(({ display_name, status }) => [display_name, status])).toEqual([
    ['0.pdf', 'COMPLETED'],
    ['1.pdf', 'FAILED'],
    ['2.pdf', 'RUNNING'],
    ['3.pdf', 'PENDING'],
  ]);
  expect(items[0]).toMatchObject({ pages: 7, seconds: expect.any(Number), error_code: null });
  expect(items[1]).toMatchObject({
    error_code: 'PDF_IS_PROTECTED',
    error_message: expect.stringMatching(/password/),
  });
  expect(items[3]).toMatchObject({ seconds: null, started_at: null });
});

test.each(['COMPLETED', 'FAILED', 'RUNNING', 'PENDING'] as const)('%s alone', async (status) => {
  const { items, totalSize } = await list(await mixedBatch(), { status });
  expect(items.map((item) => item.status)).toEqual([status]);
  expect(totalSize).toBe(1);
});

test('pages hold every file once, in order, and a token is good for its own list alone', async () => {
  const { id } = await addRunningBatch(bench.services, projectId, 5);
  const names: string[] = [];
  let pageToken: string | undefined;
  do {
    const page = await list(id, { pageSize: 2, ...(pageToken !== undefined && { pageToken }) });
    names.push(...page.items.map((item) => item.display_name));
    pageToken = page.nextPageToken ?? undefined;
  } while (pageToken !== undefined);
  expect(names).toEqual(['0.pdf', '1.pdf', '2.pdf', '3.pdf', '4.pdf']);

  const { nextPageToken } = await list(id, { pageSize: 2 });
  const other = await addRunningBatch(bench.services, projectId, 5);
  const token = nextPageToken ?? '';
  await expect(list(other.id, { pageToken: token })).rejects.toThrow(/Not a page token/);
  await expect(list(id, { pageToken: token, status: 'PENDING' })).rejects.toThrow(/Not a page token/);
});

test('files that never got a job are those of their batch: pending, then cancelled', async () => {
  const { id } = await addBatch(bench.services, projectId, 2);
  expect((await list(id)).items.map((item) => item.status)).toEqual(['PENDING', 'PENDING']);
  await cancelBatch(bench.services, projectId, id);
  const { items, totalSize } = await list(id, { status: 'CANCELLED' });
  expect(items.map((item) => item.job_id)).toEqual([null, null]);
  expect(totalSize).toBe(2);
});

test('a file whose job was deleted says so', async () => {
  const id = await mixedBatch();
  const [file] = await filesOf(bench.services.db, id);
  await bench.services.db
    .deleteFrom('jobs')
    .where('id', '=', file?.job_id ?? '')
    .execute();
  const { items, totalSize } = await list(id, { status: 'DELETED' });
  expect(items.map((item) => item.display_name)).toEqual(['0.pdf']);
  expect(totalSize).toBe(1);
});

test("another project's batch is not found", async () => {
  const { id } = await addBatch(bench.services, await addProject(bench.services.db), 1);
  await expect(list(id)).rejects.toThrow('Batch not found');
});
