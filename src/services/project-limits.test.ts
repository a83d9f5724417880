import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  batchById,
  jobsOf,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { changeProject } from './manage-projects.ts';
import { projectLimits } from './project-limits.ts';
import { sweep } from './sweep.ts';

let bench: TestServices;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

test("a project's own limits win, one by one", async () => {
  const { services } = bench;
  const none = await addProject(services.db);
  const one = await addProject(services.db, { max_running_jobs: 7 });
  const [jobs, batches] = [
    { value: 32, setBy: 'server' },
    { value: 10, setBy: 'server' },
  ];
  expect(await projectLimits(services, none)).toEqual({ runningJobs: jobs, runningBatches: batches });
  expect(await projectLimits(services, one)).toEqual({
    runningJobs: { value: 7, setBy: 'project' },
    runningBatches: batches,
  });
});

test('a limit that is raised lets in what waits, at the next sweep', async () => {
  const { services } = bench;
  const projectId = await addProject(services.db, { max_running_jobs: 1, max_running_batches: 1 });
  const { id } = await addRunningBatch(services, projectId, 3);
  const waiting = await addBatch(services, projectId, 1);
  await startBatches(services);
  const admitted = async () => (await jobsOf(services.db, id)).filter((job) => job.holds_slot).length;
  expect(await admitted()).toBe(1);
  expect((await batchById(services.db, waiting.id)).status).toBe('THROTTLED');

  await changeProject(services.db, { project: projectId }, { maxRunningJobs: 3, maxRunningBatches: 2 });
  await sweep(services);
  await startBatches(services);
  expect(await admitted()).toBe(3);
  expect((await batchById(services.db, waiting.id)).status).toBe('RUNNING');
});
