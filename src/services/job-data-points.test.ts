import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject, addRunningBatch, claim, ending, jobsOf } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Job } from '../store/schema.ts';
import { listDataPoints, type JobDataPointQuery } from './job-data-points.ts';
import { commitEndings } from './run-jobs.ts';

let bench: TestServices;
let projectId: string;
/** Made one, two, … half-hours ago. */
let jobs: Job[];

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  const { services } = bench;
  projectId = await addProject(services.db);
  const { id } = await addRunningBatch(services, projectId, 5);
  await addRunningBatch(services, await addProject(services.db), 2);
  await sql`
    update jobs set created_at = now() - (batch_position * 30 + 15) * interval '1 minute'
    where batch_id = ${id}`.execute(services.db);
  jobs = await jobsOf(services.db, id);
});
afterAll(() => bench[Symbol.asyncDispose]());

const list = async (query: Partial<JobDataPointQuery> = {}) => {
  const page = await listDataPoints(bench.services, projectId, { jobType: 'parse', ...query });
  return { ...page, places: page.items.map((item) => jobs.findIndex((job) => job.id === item.id)) };
};
const createdAt = (place: number): Date => jobs[place]?.created_at ?? new Date(NaN);

describe('how far a list looks back', () => {
  test('is an hour, or as many as are asked for', async () => {
    expect((await list()).places).toEqual([0, 1]);
    expect((await list({ hours: 2 })).places).toEqual([0, 1, 2, 3]);
    expect(await list({ hours: 168 })).toMatchObject({ places: [0, 1, 2, 3, 4], totalSize: 5 });
  });

  test('is the bound of time where there is one, both included; hours that are given hold as well', async () => {
    expect((await list({ createdAtOnOrAfter: createdAt(3) })).places).toEqual([0, 1, 2, 3]);
    const both = { createdAtOnOrAfter: createdAt(3), createdAtOnOrBefore: createdAt(1) };
    expect((await list(both)).places).toEqual([1, 2, 3]);
    expect((await list({ ...both, hours: 1 })).places).toEqual([1]);
    expect((await list({ createdAtOnOrBefore: createdAt(1) })).places).toEqual([1]);
  });
});

test('statuses are filtered by, in any case of letters; unknown ones list nothing', async () => {
  const claimed = await claim(bench.services, 100);
  const byPlace = (place: number) => claimed.filter((job) => job.id === jobs[place]?.id);
  await commitEndings(bench.services, 'parse', [
    ...byPlace(0).map((job) => ending(job)),
    ...byPlace(1).map((job) => ending(job, { status: 'FAILED', errorCode: 'X', errorMessage: 'X: bad' })),
  ]);
  const of = async (...statuses: string[]) => (await list({ hours: 168, statuses })).places;
  expect(await of('completed')).toEqual([0]);
  expect(await of('FAILED')).toEqual([1]);
  expect(await of('completed', 'failed')).toEqual([0, 1]);
  expect(await of('running')).toEqual([2, 3, 4]);
  expect(await of('throttled')).toEqual([]);
  expect(await of('nonsense', 'completed')).toEqual([0]);
});

test('pages follow each other without a gap, and a token is good for its own list only', async () => {
  const seen: number[] = [];
  let pageToken: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({
      hours: 5,
      pageSize: 2,
      ...(pageToken !== null && { pageToken }),
    });
    seen.push(...page.places);
    expect(page.totalSize).toBe(5);
    pageToken = page.nextPageToken;
    if (pageToken === null) continue;
    for (const other of [
      { hours: 6 },
      { hours: 5, jobType: 'extract' },
      { hours: 5, jobType: 'classify' },
    ] as const) {
      await expect(list({ ...other, pageToken })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  } while (pageToken !== null);
  expect(seen).toEqual([0, 1, 2, 3, 4]);
});

test('a job tells the client_name of its parameters or of its batch', async () => {
  const { db } = bench.services;
  expect((await list()).items.map((item) => item.client_name)).toEqual([null, null]);
  await sql`
    update batches set resolved_parameters = (resolved_parameters::jsonb || '{"client_name": "of the batch"}')::json`.execute(
    db,
  );
  await sql`
    update jobs set parameters = '{"client_name": "its own"}' where id = ${jobs[1]?.id}`.execute(db);
  expect((await list()).items.map((item) => item.client_name)).toEqual(['of the batch', 'its own']);
});

test('products without jobs have none', async () => {
  for (const jobType of ['classify', 'extract'] as const) {
    expect(await list({ jobType, hours: 168 })).toMatchObject({
      items: [],
      nextPageToken: null,
      totalSize: 0,
    });
  }
});
