import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject, batchById, claim, jobsOf, ticketsIn } from '../../test/support/batch-scenes.ts';
import { addNumberedBatch, createRunnerBench } from '../../test/support/runner-bench.ts';
import {
  createGate,
  createScriptedEngine,
  succeed,
  untilAborted,
  type ScriptedEngine,
} from '../../test/support/scripted-engine.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import type { Services } from '../services/context.ts';
import type { Database } from '../store/database.ts';

const DEADLINE_MS = 10_000;
/** Longer than any test lives: a stop that comes earlier did not wait for it. */
const LONG_GRACE_MS = 120_000;

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

/** The claim is committed a moment before the worker hears of it, and begins. */
async function claimedAhead(engine: ScriptedEngine, batchId: string): Promise<void> {
  const running = async () => (await jobsOf(db, batchId)).filter((job) => job.status === 'RUNNING').length;
  const isAhead = async () => engine.parsing.length === 2 && (await running()) > 2;
  await waitUntil(isAhead, DEADLINE_MS, 'jobs to be claimed ahead');
}

test('what ends within the grace is committed, what was claimed ahead is given back', async () => {
  const gate = createGate();
  const engine = createScriptedEngine(2, async (request) => (await gate.opened, succeed(request)));
  const { id } = await addNumberedBatch(services, projectId, 9);
  const { runner } = createRunnerBench(services, engine);
  runner.start();
  await claimedAhead(engine, id);
  const stopped = runner.stop(LONG_GRACE_MS);
  gate.open();
  await stopped;

  expect(engine.begun).toHaveLength(2);
  const jobs = await jobsOf(db, id);
  expect(jobs.map((job) => job.status).toSorted()).toEqual([
    ...Array(2).fill('COMPLETED'),
    ...Array(7).fill('PENDING'),
  ]);
  expect(jobs.every((job) => job.lost_attempts === 0 && job.worker_id === null)).toBe(true);
  expect((await ticketsIn(db, 'parse')).filter((ticket) => ticket.state === 'active')).toEqual([]);
  expect(await claim(services, 20)).toHaveLength(7);
});

test('what does not end within the grace is aborted and given back, for somebody else to run at once', async () => {
  const engine = createScriptedEngine(2, (_, signal) => untilAborted(signal));
  const { id } = await addNumberedBatch(services, projectId, 2);
  const { runner } = createRunnerBench(services, engine);
  runner.start();
  await waitUntil(() => engine.parsing.length === 2, DEADLINE_MS, 'the jobs to begin');
  await runner.stop(20);

  expect(engine.parsing).toEqual([]);
  expect((await jobsOf(db, id)).map((job) => [job.status, job.lost_attempts])).toEqual([
    ['PENDING', 0],
    ['PENDING', 0],
  ]);
  const again = createScriptedEngine(2);
  const next = createRunnerBench(services, again);
  next.runner.start();
  await waitUntil(
    async () => (await batchById(db, id)).status === 'COMPLETED',
    DEADLINE_MS,
    'the batch to complete',
  );
  await next.runner.stop(0);
  expect((await jobsOf(db, id)).map((job) => job.attempt)).toEqual([2, 2]);
});

test('a stopped runner begins nothing more, whoever wakes it', async () => {
  const engine = createScriptedEngine(1);
  const { runner } = createRunnerBench(services, engine);
  runner.start();
  await runner.stop(0);
  await addNumberedBatch(services, projectId, 1);
  runner.wake();
  await runner.checkCancels();
  expect(await ticketsIn(db, 'parse')).toMatchObject([{ state: 'created' }]);
  expect(engine.begun).toEqual([]);
});

test('a runner that was not started, and one that was stopped already, can be stopped', async () => {
  const { runner } = createRunnerBench(services, createScriptedEngine(1));
  await runner.stop(LONG_GRACE_MS);
  runner.start();
  await runner.stop(LONG_GRACE_MS);
  await runner.stop(LONG_GRACE_MS);
});

test('a fault that strikes one file alone fails it in the end, and holds up no other', async () => {
  const engine = createScriptedEngine(1, (request) => {
    if (request.fileName === '0') throw new Error('this one file cannot be handled');
    return succeed(request);
  });
  const { id } = await addNumberedBatch(services, projectId, 4);
  const { runner } = createRunnerBench(services, engine);
  runner.start();
  await waitUntil(
    async () => (await batchById(db, id)).status === 'COMPLETED',
    // Five faults, each with a rest behind it.
    60_000,
    'the batch to complete',
  );
  await runner.stop(0);
  const jobs = await jobsOf(db, id);
  expect(jobs.map((job) => job.status)).toEqual(['FAILED', 'COMPLETED', 'COMPLETED', 'COMPLETED']);
  expect(jobs[0]).toMatchObject({ error_code: 'PROCESSING_FAILED', faults: 5, lost_attempts: 0 });
});

test('a fault of our own gives the job back and rests, and then it is tried again', async () => {
  const engine = createScriptedEngine(1, () => {
    throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  });
  const times: number[] = [];
  const { id } = await addNumberedBatch(services, projectId, 1);
  const { runner } = createRunnerBench(services, engine);
  runner.start();
  await waitUntil(() => engine.begun.length === 1, DEADLINE_MS, 'the job to begin');
  times.push(Date.now());
  await waitUntil(
    async () => (await jobsOf(db, id))[0]?.status === 'PENDING',
    DEADLINE_MS,
    'the job to be given back',
  );
  engine.follow((request) => {
    times.push(Date.now());
    return succeed(request);
  });
  for (let i = 0; i < 20; i++) runner.wake();
  await waitUntil(
    async () => (await batchById(db, id)).status === 'COMPLETED',
    DEADLINE_MS,
    'the batch to complete',
  );
  await runner.stop(0);
  expect((times[1] ?? 0) - (times[0] ?? 0)).toBeGreaterThan(900);
  expect((await jobsOf(db, id))[0]).toMatchObject({ attempt: 2, lost_attempts: 0 });
});

test('an end that a full database refuses is committed when there is space, and its document does not fail', async () => {
  const { id } = await addNumberedBatch(services, projectId, 2);
  const full = Object.assign(new Error('could not extend file: No space left on device'), { code: '53100' });
  let refusals = 0;
  const short: Services = {
    ...services,
    queue: {
      ...services.queue,
      settle: (...args) => {
        // More often than an end is tried that is refused for a reason of its own.
        if (refusals >= 5) return services.queue.settle(...args);
        refusals += 1;
        return Promise.reject(full);
      },
    },
  };
  const { runner } = createRunnerBench(
    short,
    createScriptedEngine(1, (request) => succeed(request)),
  );
  runner.start();
  await waitUntil(
    async () => (await batchById(db, id)).status === 'COMPLETED',
    DEADLINE_MS,
    'the batch to complete',
  );
  await runner.stop(0);
  expect(refusals).toBe(5);
  expect((await jobsOf(db, id)).map((job) => job.status)).toEqual(['COMPLETED', 'COMPLETED']);
});
