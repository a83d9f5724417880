import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  claim,
  jobsOf,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { getBatch } from './batches.ts';
import { changeProject } from './manage-projects.ts';
import { getParseJob, listParseJobs } from './parse-jobs.ts';

let bench: TestServices;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db, { max_running_jobs: 1, max_running_batches: 1 });
});
afterAll(() => bench[Symbol.asyncDispose]());

const reasonOf = async (batchId: string) =>
  (await getBatch(bench.services, projectId, batchId, { withFiles: false })).waitingReason;

test("a throttled batch is told of its project's own limit, and of the server's where there is none", async () => {
  const { services } = bench;
  await addRunningBatch(services, projectId, 1);
  const { id } = await addBatch(services, projectId, 1);
  await startBatches(services);
  expect(await reasonOf(id)).toMatch(
    /already runs 1 batch, .*the project's own limit.*--max-running-batches/,
  );
  await changeProject(services.db, { project: projectId }, { maxRunningBatches: null });
  expect(await reasonOf(id)).toMatch(/already runs 10 batches, .*\(SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT\)/);
});

test("waiting jobs are told of their project's own limit, and of the server's where there is none", async () => {
  const { services } = bench;
  const { id } = await addRunningBatch(services, projectId, 3);
  const jobs = await jobsOf(services.db, id);
  const reasons = async () => {
    const listed = await listParseJobs(services, projectId, {});
    const single = await getParseJob(services, projectId, jobs[2]?.id ?? '');
    return [await reasonOf(id), listed.items[0]?.waitingReason, single.waitingReason];
  };
  for (const reason of await reasons()) {
    expect(reason).toMatch(/\b1 job\b.*the project's own limit: sheaf projects set --max-running-jobs/);
  }
  await changeProject(services.db, { project: projectId }, { maxRunningJobs: null });
  for (const reason of await reasons()) {
    expect(reason).toMatch(/\b32 jobs\b.*\(SHEAF_MAX_RUNNING_JOBS_PER_PROJECT\)/);
  }
});

test('what runs or has its place is told of no limit', async () => {
  const { services } = bench;
  const { id } = await addRunningBatch(services, projectId, 2);
  const [first] = await jobsOf(services.db, id);
  const reasonOfFirst = async () => (await getParseJob(services, projectId, first?.id ?? '')).waitingReason;
  expect(await reasonOfFirst()).toBe('It is in the queue and starts as soon as a worker is free.');
  await claim(services, 1);
  expect(await reasonOfFirst()).toBeNull();
  expect(await reasonOf(id)).toBeNull();
});
