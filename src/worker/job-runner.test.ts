import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { addProject, batchById, claim, jobsOf, ticketsIn } from '../../test/support/batch-scenes.ts';
import { addNumberedBatch, createRunnerBench, type RunnerBench } from '../../test/support/runner-bench.ts';
import {
  createGate,
  createScriptedEngine,
  succeed,
  untilAborted,
  type ScriptedEngine,
} from '../../test/support/scripted-engine.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { uuidOf } from '../model/ids.ts';
import { HEARTBEAT_SECONDS } from '../queue/port.ts';
import { cancelBatch } from '../services/cancel-batch.ts';
import type { Services } from '../services/context.ts';
import type { Database } from '../store/database.ts';
import { inTransaction } from '../store/transaction.ts';

const DEADLINE_MS = 10_000;

let bench: TestServices;
let services: Services;
let db: Database;
let projectId: string;
let started: RunnerBench[];

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
  ({ db } = services);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(db);
  started = [];
});
afterEach(async () => {
  vi.useRealTimers();
  await Promise.all(started.map(({ runner }) => runner.stop(0)));
});
afterAll(() => bench[Symbol.asyncDispose]());

function start(engine: ScriptedEngine, claimed?: () => Promise<void>): RunnerBench {
  const runnerBench = createRunnerBench(services, engine, claimed);
  started.push(runnerBench);
  runnerBench.runner.start();
  return runnerBench;
}

const statuses = async (batchId: string): Promise<string[]> =>
  (await jobsOf(db, batchId)).map((job) => job.status);

async function ended(batchId: string): Promise<void> {
  await waitUntil(
    async () => (await batchById(db, batchId)).finished_at !== null,
    DEADLINE_MS,
    'the batch to end',
  );
}

async function runningJobs(batchId: string): Promise<number> {
  return (await statuses(batchId)).filter((status) => status === 'RUNNING').length;
}

/** The claim is committed a moment before the worker hears of it, and begins. */
async function claimedAhead(engine: ScriptedEngine, batchId: string): Promise<void> {
  await waitUntil(
    async () => engine.parsing.length === 2 && (await runningJobs(batchId)) > 2,
    DEADLINE_MS,
    'jobs to be claimed ahead',
  );
}

describe('a runner', () => {
  test('runs every job once, as many at a time as it may, and commits each', async () => {
    const three = createGate();
    const engine = createScriptedEngine(3, async (request) => {
      if (engine.parsing.length === 3) three.open();
      await three.opened;
      return succeed(request);
    });
    const { id } = await addNumberedBatch(services, projectId, 25);
    start(engine);
    await ended(id);
    expect(engine.peak).toBe(3);
    expect(engine.begun.toSorted()).toEqual(
      Array.from({ length: 25 }, (_, index) => String(index)).toSorted(),
    );
    const batch = await batchById(db, id);
    expect(batch).toMatchObject({ status: 'COMPLETED', completed_files: 25, pages: 25 });
    for (const job of await jobsOf(db, id)) {
      const text =
        job.result && (await services.blobs.readRange(job.result.key, 0, job.result.bytes)).toString();
      expect(text).toContain(`"text":"${job.name}"`);
    }
  });

  test('claims ahead, so that a place that frees need not wait for the database', async () => {
    const gate = createGate();
    const engine = createScriptedEngine(2, async (request) => (await gate.opened, succeed(request)));
    const { id } = await addNumberedBatch(services, projectId, 30);
    start(engine);
    await claimedAhead(engine, id);
    expect(await runningJobs(id)).toBeLessThanOrEqual(2 + 16);
    gate.open();
    await ended(id);
    expect(engine.peak).toBe(2);
  });

  test('begins work that it is told of at once, and work that nobody told of soon', async () => {
    const engine = createScriptedEngine(1);
    const { runner } = start(engine);
    const told = await addNumberedBatch(services, projectId, 1);
    runner.wake();
    await ended(told.id);
    const untold = await addNumberedBatch(services, projectId, 1);
    await ended(untold.id);
  });
});

describe('a cancelled batch', () => {
  test('has its running jobs aborted, and those claimed ahead never begun', async () => {
    const engine = createScriptedEngine(2, (_, signal) => untilAborted(signal));
    const { id } = await addNumberedBatch(services, projectId, 8);
    const { runner } = start(engine);
    await claimedAhead(engine, id);
    await cancelBatch(services, projectId, id);
    await runner.checkCancels();
    await ended(id);
    expect(engine.begun).toHaveLength(2);
    expect(await batchById(db, id)).toMatchObject({
      status: 'CANCELLED',
      cancelled_files: 8,
      completed_files: 0,
    });
    expect(await ticketsIn(db, 'parse')).toEqual([]);
  });

  test('keeps the result of a job that ended just before it was aborted', async () => {
    const gate = createGate();
    const engine = createScriptedEngine(1, async (request) => (await gate.opened, succeed(request)));
    const { id } = await addNumberedBatch(services, projectId, 1);
    const { runner } = start(engine);
    await waitUntil(() => engine.parsing.length === 1, DEADLINE_MS, 'the job to begin');
    await cancelBatch(services, projectId, id);
    await runner.checkCancels();
    gate.open();
    await ended(id);
    expect(await batchById(db, id)).toMatchObject({ status: 'CANCELLED', completed_files: 1 });
    expect((await jobsOf(db, id))[0]).toMatchObject({ status: 'COMPLETED', pages: 1 });
  });

  test('that is asked for while its jobs are being claimed is not missed', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const gate = createGate();
    const engine = createScriptedEngine(1, (_, signal) => untilAborted(signal));
    const { id } = await addNumberedBatch(services, projectId, 1);
    const { runner } = start(engine, () => gate.opened);
    await waitUntil(async () => (await runningJobs(id)) === 1, DEADLINE_MS, 'the claim to be committed');
    await cancelBatch(services, projectId, id);
    const checked = runner.checkCancels();
    gate.open();
    await checked;
    await ended(id);
    expect(await batchById(db, id)).toMatchObject({ status: 'CANCELLED', cancelled_files: 1 });
  });

  test('is noticed by the heartbeat where no hint came', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const engine = createScriptedEngine(1, (_, signal) => untilAborted(signal));
    const { id } = await addNumberedBatch(services, projectId, 1);
    start(engine);
    await waitUntil(() => engine.parsing.length === 1, DEADLINE_MS, 'the job to begin');
    await cancelBatch(services, projectId, id);
    vi.advanceTimersByTime(HEARTBEAT_SECONDS * 1000);
    await ended(id);
    expect((await batchById(db, id)).status).toBe('CANCELLED');
  });
});

describe('a job whose lease is lost', () => {
  test('is aborted, and only its next attempt counts', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    let late = false;
    const engine = createScriptedEngine(1, async (request, signal) => {
      await untilAborted(signal);
      late = true;
      // It had just finished when it was told to stop.
      return succeed(request, ['late']);
    });
    const { id } = await addNumberedBatch(services, projectId, 1);
    const { committed, runner } = start(engine);
    await waitUntil(() => engine.parsing.length === 1, DEADLINE_MS, 'the job to begin');
    const [job] = await jobsOf(db, id);
    await inTransaction(db, (tx) => services.queue.revive(tx, 'parse', [uuidOf(job?.id ?? '')]));

    engine.follow((request) => succeed(request, ['first page', 'second page']));
    vi.advanceTimersByTime(HEARTBEAT_SECONDS * 1000);
    await ended(id);
    expect(late).toBe(true);
    await runner.stop(0);
    expect(committed).toHaveLength(1);
    expect((await jobsOf(db, id))[0]).toMatchObject({
      status: 'COMPLETED',
      attempt: 2,
      lost_attempts: 1,
      pages: 2,
    });
    expect(await batchById(db, id)).toMatchObject({ completed_files: 1, pages: 2 });
  });

  test('is not begun where it was only claimed ahead', async () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    const gate = createGate();
    const engine = createScriptedEngine(1, async (request) => (await gate.opened, succeed(request)));
    const { id } = await addNumberedBatch(services, projectId, 2);
    start(engine);
    await waitUntil(
      async () => engine.parsing.length === 1 && (await runningJobs(id)) === 2,
      DEADLINE_MS,
      'the second job to be claimed ahead',
    );
    const ahead = (await jobsOf(db, id)).find((job) => !engine.parsing.includes(job.name));
    // Somebody else holds it now.
    await inTransaction(db, (tx) => services.queue.revive(tx, 'parse', [uuidOf(ahead?.id ?? '')]));
    const [stolen] = await claim(services, 1);
    expect(stolen?.id).toBe(ahead?.id);

    const beaten = vi.spyOn(services.queue, 'heartbeat');
    vi.advanceTimersByTime(HEARTBEAT_SECONDS * 1000);
    const isAnswered = (): boolean => beaten.mock.settledResults.some(({ type }) => type === 'fulfilled');
    await waitUntil(isAnswered, DEADLINE_MS, 'the heartbeat');
    beaten.mockRestore();
    gate.open();
    await waitUntil(
      async () => (await batchById(db, id)).completed_files === 1,
      DEADLINE_MS,
      'its own job to end',
    );
    expect(engine.begun).toHaveLength(1);
    expect(await runningJobs(id)).toBe(1);
  });
});

test('while the database cannot answer, commits are tried until it does, and no work is done twice', async () => {
  const gate = createGate();
  const engine = createScriptedEngine(2, async (request) => (await gate.opened, succeed(request)));
  const { id } = await addNumberedBatch(services, projectId, 4);
  const faults = start(engine);
  await waitUntil(() => engine.parsing.length === 2, DEADLINE_MS, 'the jobs to begin');
  const starting = Object.assign(new Error('the database system is starting up'), { code: '57P03' });
  const settle = vi.spyOn(services.queue, 'settle').mockRejectedValue(starting);
  gate.open();
  // More often than a commit may be refused.
  await waitUntil(() => faults.failedCommits > 3, DEADLINE_MS, 'commits to fail');
  settle.mockRestore();
  await ended(id);
  expect(engine.begun.toSorted()).toEqual(['0', '1', '2', '3']);
  expect(await batchById(db, id)).toMatchObject({ status: 'COMPLETED', completed_files: 4 });
});
