import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject, addRunningBatch, claim, ending } from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Services } from './context.ts';
import { listParseJobs, type ParseJobQuery } from './parse-jobs.ts';
import { commitEndings } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let projectId: string;
/** Oldest first, a minute between any two. */
let ids: string[];

const START = Date.parse('2026-03-01T10:00:00.000Z');

beforeAll(async () => {
  bench = await openTestServices();
  services = withLimits(bench.services, { maxRunningJobsPerProject: 3 });
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  const { id } = await addRunningBatch(services, projectId, 7);
  await addRunningBatch(services, await addProject(services.db), 2);
  const jobs = await services.db
    .selectFrom('jobs')
    .select('id')
    .where('batch_id', '=', id)
    .orderBy('batch_position')
    .execute();
  ids = jobs.map((job) => job.id);
  await sql`
    update jobs set created_at = ${new Date(START)}::timestamptz + batch_position * interval '1 minute'
    where batch_id = ${id}`.execute(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const list = async (query: ParseJobQuery = {}) => {
  const page = await listParseJobs(services, projectId, query);
  return { ...page, ids: page.items.map((view) => view.job.id) };
};
const minute = (n: number): Date => new Date(START + n * 60_000);

test('jobs of batches are listed, newest first, with what their batch runs with', async () => {
  const page = await list();
  expect(page.ids).toEqual(ids.toReversed());
  expect(page).toMatchObject({ nextPageToken: null, totalSize: 7 });
  for (const { job } of page.items) expect(job.parameters).toMatchObject({ tier: 'fast' });
});

test('pages follow each other without a gap, and a token is good for its own list only', async () => {
  const seen: string[] = [];
  let pageToken: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof list>> = await list({
      pageSize: 3,
      createdAtOnOrBefore: minute(5),
      ...(pageToken !== null && { pageToken }),
    });
    seen.push(...page.ids);
    expect(page.totalSize).toBe(6);
    pageToken = page.nextPageToken;
    if (pageToken !== null) {
      await expect(list({ pageSize: 3, pageToken })).rejects.toMatchObject({ code: 'VALIDATION_FAILED' });
    }
  } while (pageToken !== null);
  expect(seen).toEqual(ids.slice(0, 6).toReversed());
});

test('bounds of time are inclusive', async () => {
  const page = await list({ createdAtOnOrAfter: minute(2), createdAtOnOrBefore: minute(4) });
  expect(page.ids).toEqual([ids[4], ids[3], ids[2]]);
});

test('a list by status has the jobs that are in it now', async () => {
  const claimed = (await claim(services, 10)).filter((job) => job.project_id === projectId);
  const [first, ...running] = claimed;
  if (!first || running.length !== 2) throw new Error('three jobs were to be claimed');
  await commitEndings(services, 'parse', [ending(first)]);
  expect((await list({ status: 'COMPLETED' })).ids).toEqual([first.id]);
  expect((await list({ status: 'RUNNING' })).ids.toSorted()).toEqual(running.map((job) => job.id).toSorted());
  expect((await list({ status: 'PENDING' })).ids).toHaveLength(4);
  expect((await list({ status: 'FAILED' })).ids).toEqual([]);
});

test('a list by ids has those that are there, whatever else is asked for', async () => {
  const [a = '', b = '', c = ''] = ids;
  const strange = await services.db
    .selectFrom('jobs')
    .select('id')
    .where('project_id', '<>', projectId)
    .execute();
  const jobIds = [c, a, newId('parseJob'), ...strange.map((row) => row.id), a];
  expect((await list({ jobIds })).ids).toEqual([c, a]);
  expect((await list({ jobIds: [a, b, c], createdAtOnOrAfter: minute(1) })).ids).toEqual([c, b]);
});

test('every job that waits says what for', async () => {
  const reasons = (await list()).items.map((view) => view.waitingReason).toReversed();
  expect(reasons.slice(0, 3)).toEqual(
    Array.from({ length: 3 }, () => expect.stringMatching(/worker is free/) as string),
  );
  expect(reasons.slice(3).map((reason) => /number (\d+) of/.exec(reason ?? '')?.[1])).toEqual([
    '1',
    '2',
    '3',
    '4',
  ]);
});

test('of the parameters only the tier is read, of jobs of batches as of others', async () => {
  await sql`
    update jobs set parameters = '{"tier": "agentic", "client_name": "long"}' where id = ${ids[0] ?? ''}`.execute(
    services.db,
  );
  const parameters = (await list()).items.map(({ job }) => job.parameters).toReversed();
  expect(parameters).toEqual([{ tier: 'agentic' }, ...ids.slice(1).map(() => ({ tier: 'fast' }))]);
});
