import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { Readable } from 'node:stream';
import {
  addBatch,
  addDirectory,
  addProject,
  addRunningBatch,
  claim,
  ending,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import {
  addFilledDirectory,
  cleanUp,
  counts,
  storedKeys,
  walkNow,
} from '../../test/support/retention-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newId, newUuid } from '../model/ids.ts';
import { deleteOldBatch, keepBatch } from '../store/old-results.ts';
import { getBatch, listProjectBatches } from './batches.ts';
import type { Services } from './context.ts';
import { deleteDirectory } from './directories.ts';
import { getParseJob } from './parse-jobs.ts';
import { retryBatch } from './retry-batch.ts';
import { commitEndings } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = bench.services;
});
beforeEach(async () => {
  await bench.clear();
  for (const key of await storedKeys(services)) await services.blobs.delete(key);
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Runs all jobs that wait, each with a stored result of its own. */
async function runJobs(): Promise<void> {
  const claimed = await claim(services, 100);
  const endings = await Promise.all(
    claimed.map(async (job) => {
      const key = `results/00/${job.id}`;
      await services.blobs.write(key, Readable.from(['{}']));
      const none = { offset: 0, length: 2 };
      const sections = { text: none, markdown: none, items: none, metadata: none };
      return ending(job, { result: { key, bytes: 2, sections } });
    }),
  );
  await commitEndings(services, 'parse', endings);
}

/** Lets everything that has ended have done so ten days earlier. */
async function ageTenDays(): Promise<void> {
  for (const table of ['jobs', 'batches']) {
    await sql`
      update ${sql.table(table)} set created_at = created_at - interval '10 days',
        finished_at = finished_at - interval '10 days'`.execute(services.db);
  }
}

async function addJob(options: { key: string }): Promise<string> {
  const id = newId('parseJob');
  await services.blobs.write(options.key, Readable.from(['{}']));
  await sql`
    insert into jobs (id, kind, project_id, file_id, name, parameters, status, result, finished_at)
    values (${id}, 'parse', ${projectId}, ${newUuid()}, 'x', '{}', 'COMPLETED',
      ${JSON.stringify({ key: options.key })}::jsonb, now())`.execute(services.db);
  return id;
}

const idsOf = async (table: 'jobs' | 'batches'): Promise<string[]> =>
  (await services.db.selectFrom(table).select('id').orderBy('id').execute()).map((row) => row.id);

test('ended jobs and batches go with their results when they are older than the retention', async () => {
  await addRunningBatch(services, projectId, 3);
  await runJobs();
  await addJob({ key: 'results/00/single' });
  await ageTenDays();
  const kept = await addRunningBatch(services, projectId, 2);
  await runJobs();
  const single = await addJob({ key: 'results/00/later' });

  expect(counts(await cleanUp(services, { resultDays: 0 }))).toEqual({});
  expect(counts(await cleanUp(services, { resultDays: 11 }))).toEqual({});
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({
    deletedJobs: 4,
    deletedBatches: 1,
    deletedBlobs: 4,
  });
  expect(await idsOf('batches')).toEqual([kept.id]);
  expect(await idsOf('jobs')).toHaveLength(3);
  expect(await idsOf('jobs')).toContain(single);
  expect(await storedKeys(services)).toHaveLength(3);
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({});
});

test('a batch of more jobs than go at once is gone for everybody before the first of them goes', async () => {
  const batch = await addRunningBatch(services, projectId, 5);
  await runJobs();
  await ageTenDays();
  const [job = ''] = await idsOf('jobs');
  const remove = (olderThanDays: number) =>
    services.db.transaction().execute((tx) => deleteOldBatch(tx, { olderThanDays, limit: 2 }));
  expect(await remove(9)).toEqual({ found: true, jobs: 0, batches: 0 });
  expect(await idsOf('jobs')).toHaveLength(5);
  await expect(getBatch(services, projectId, batch.id, { withFiles: true })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(getParseJob(services, projectId, job)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await listProjectBatches(services, projectId, {})).items).toEqual([]);
  await services.db.transaction().execute(async (tx) => {
    expect(await keepBatch(tx, batch.id)).toBe(false);
  });
  // It is finished also when results are kept for ever from now on.
  expect([await remove(0), await remove(0), await remove(0), await remove(0)]).toEqual([
    { found: true, jobs: 2, batches: 0 },
    { found: true, jobs: 2, batches: 0 },
    { found: true, jobs: 1, batches: 1 },
    { found: false, jobs: 0, batches: 0 },
  ]);
});

test('the jobs of a batch that has not ended stay, however old they are', async () => {
  const batch = await addRunningBatch(services, projectId, 2);
  const [first, second] = await claim(services, 2);
  if (!first || !second) throw new Error('Nothing was claimed');
  await commitEndings(services, 'parse', [ending(first)]);
  await ageTenDays();
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({});

  // It ends today: all of it stays for as long as a batch that began today.
  await commitEndings(services, 'parse', [ending(second)]);
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({});
  expect(await idsOf('batches')).toEqual([batch.id]);
});

test('a failed batch waits for its jobs to stop', async () => {
  const batch = await addRunningBatch(services, projectId, 1);
  const [job] = await claim(services, 1);
  await sql`
    update batches set status = 'FAILED', finished_at = now() where id = ${batch.id}`.execute(services.db);
  await ageTenDays();
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({});
  if (job) await commitEndings(services, 'parse', [ending(job)]);
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({ deletedJobs: 1, deletedBatches: 1 });
});

test('a result that two jobs share stays until both are gone', async () => {
  await addJob({ key: 'results/00/shared' });
  await ageTenDays();
  const later = await addJob({ key: 'results/00/shared' });
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({ deletedJobs: 1 });
  expect(await storedKeys(services)).toEqual(['results/00/shared']);
  expect(await idsOf('jobs')).toEqual([later]);
  await ageTenDays();
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({ deletedJobs: 1, deletedBlobs: 1 });
});

test('a batch that was run again goes, and the retry forgets of which it is one', async () => {
  const first = await addRunningBatch(services, projectId, 1);
  const [job] = await claim(services, 1);
  if (job) await commitEndings(services, 'parse', [ending(job, { status: 'FAILED' })]);
  await ageTenDays();
  const request = {
    principal: { keyId: 'key-test', projectId },
    retryCount: 0,
    arrivedAt: performance.now(),
  };
  const { batch } = await retryBatch(services, request, first.id, { configurationId: undefined });
  expect(batch.retry_of).toBe(first.id);
  await cleanUp(services, { resultDays: 9 });
  expect(await idsOf('batches')).toEqual([batch.id]);
  const row = await services.db
    .selectFrom('batches')
    .selectAll()
    .where('id', '=', batch.id)
    .executeTakeFirst();
  expect(row?.retry_of).toBeNull();
});

test('a batch that is being run again at this moment stays for the next run', async () => {
  const batch = await addRunningBatch(services, projectId, 1);
  await runJobs();
  await ageTenDays();
  await services.db.transaction().execute(async (tx) => {
    expect(await keepBatch(tx, batch.id)).toBe(true);
    expect(counts(await cleanUp(services, { resultDays: 9 }))).toEqual({});
  });
  expect(counts(await cleanUp(services, { resultDays: 9 }))).toMatchObject({ deletedBatches: 1 });
  await services.db.transaction().execute(async (tx) => {
    expect(await keepBatch(tx, batch.id)).toBe(false);
  });
});

test('deleted directories and entries go for good after a while, but not those that a batch names', async () => {
  const named = await addBatch(services, projectId, 2);
  await startBatches(services);
  await deleteDirectory(services, projectId, named.source_directory_id);
  await deleteDirectory(services, projectId, await addDirectory(services, projectId, 3));
  const own = await addFilledDirectory(services, projectId, { names: ['a'] });
  await deleteDirectory(services, projectId, own.directory.id);
  await addDirectory(services, projectId, 1);
  const purge = async () => {
    await walkNow(services);
    return counts(await cleanUp(services, { tombstoneDays: 30, chunk: 2, walk: 100 }));
  };
  // The uploaded file goes at once, its entry with the others.
  expect(await purge()).toEqual({ releasedFiles: 1, deletedBlobs: 1 });
  await sql`
    update directory_files set deleted_at = deleted_at - interval '31 days'`.execute(services.db);
  await sql`update directories set deleted_at = deleted_at - interval '31 days'`.execute(services.db);
  // Four entries and their two directories.
  expect(await purge()).toEqual({ removedRows: 6 });
  expect(await purge()).toEqual({});
  const left = await services.db.selectFrom('directories').select('id').execute();
  expect(left.map((row) => row.id)).toContain(named.source_directory_id);
  expect(left).toHaveLength(2);
});
