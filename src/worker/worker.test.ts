import { spawnSync } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addProject,
  batchById,
  countersAndRows,
  jobsOf,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { addNumberedBatch } from '../../test/support/runner-bench.ts';
import {
  createGate,
  createScriptedEngine,
  succeed,
  untilAborted,
  type ScriptedEngine,
} from '../../test/support/scripted-engine.ts';
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newUuid, uuidOf } from '../model/ids.ts';
import { cancelBatch } from '../services/cancel-batch.ts';
import type { Services } from '../services/context.ts';
import { claimJobs } from '../services/run-jobs.ts';
import { inTransaction } from '../store/transaction.ts';
import { PID_PLACE } from '../store/process-place.ts';
import { registerWorker } from '../store/workers.ts';
import { createWorker, type Worker } from './worker.ts';

const DEADLINE_MS = 15_000;

let bench: TestServices;
let services: Services;
let projectId: string;
let workers: Worker[];

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  workers = [];
});
afterEach(() => Promise.all(workers.map((worker) => worker.stop(0))));
afterAll(() => bench[Symbol.asyncDispose]());

async function startWorker(engine: ScriptedEngine, within = services): Promise<Worker> {
  const worker = createWorker(within, { parse: engine });
  workers.push(worker);
  await worker.start();
  return worker;
}

async function ended(batchId: string): Promise<void> {
  const isEnded = async () => (await batchById(services.db, batchId)).finished_at !== null;
  await waitUntil(isEnded, DEADLINE_MS, 'the batch to end');
}

async function storedResults(): Promise<string[]> {
  const entries = await readdir(join(bench.dataDir, 'blobs', 'results'), {
    recursive: true,
    withFileTypes: true,
  });
  return entries.filter((entry) => entry.isFile()).map((entry) => entry.name);
}

test('workers share batches: every file once, every batch in its turn, every counter right', async () => {
  const within = withLimits(services, { maxRunningJobsPerProject: 5, maxRunningBatchesPerProject: 1 });
  const engines = [createScriptedEngine(2), createScriptedEngine(2)];
  for (const engine of engines) await startWorker(engine, within);
  const batches = await Promise.all([12, 7, 9].map((files) => addNumberedBatch(within, projectId, files)));
  for (const { id } of batches) {
    await ended(id);
    expect(await batchById(services.db, id)).toMatchObject({ status: 'COMPLETED' });
    const { counters, rows } = await countersAndRows(services.db, id);
    expect(counters).toEqual(rows);
    expect((await jobsOf(services.db, id)).map((job) => job.attempt)).toEqual(
      rows.completed ? Array(rows.completed).fill(1) : [],
    );
  }
  expect(engines.flatMap((engine) => engine.begun)).toHaveLength(28);
});

test('a cancel reaches a running worker by its hint', async () => {
  const engine = createScriptedEngine(2, (_, signal) => untilAborted(signal));
  await startWorker(engine);
  const { id } = await addNumberedBatch(services, projectId, 6);
  await waitUntil(() => engine.parsing.length >= 2, DEADLINE_MS, 'jobs to begin');
  await cancelBatch(services, projectId, id);
  await ended(id);
  expect(await batchById(services.db, id)).toMatchObject({ status: 'CANCELLED', cancelled_files: 6 });
});

test('a result that comes after the lease was lost is refused, and its bytes are removed', async () => {
  const gate = createGate();
  const engine = createScriptedEngine(1, async (request) => (await gate.opened, succeed(request, ['late'])));
  await startWorker(engine);
  const { id } = await addNumberedBatch(services, projectId, 1);
  await waitUntil(() => engine.parsing.length === 1, DEADLINE_MS, 'the job to begin');
  const [job] = await jobsOf(services.db, id);
  await inTransaction(services.db, (tx) => services.queue.revive(tx, 'parse', [uuidOf(job?.id ?? '')]));
  engine.follow((request) => succeed(request, ['in time']));
  gate.open();
  await ended(id);
  await workers[0]?.stop(0);
  const [after] = await jobsOf(services.db, id);
  expect(after).toMatchObject({ status: 'COMPLETED', lost_attempts: 1 });
  // A claim that met the late commit has left the job to the next one.
  expect(after?.attempt).toBeGreaterThan(1);
  const stored = (await storedResults()).filter((name) => name.startsWith(`${job?.id.slice(4)}-`));
  expect(stored).toEqual([`${job?.id.slice(4)}-${after?.attempt}`]);
});

test('a start takes up what a dead worker of this machine held', async () => {
  const { pid } = spawnSync(process.execPath, ['--version']);
  const dead = newUuid();
  await registerWorker(services.db, {
    id: dead,
    host: hostname(),
    pid,
    pidPlace: PID_PLACE,
    pidStarted: '1',
  });
  const { id } = await addNumberedBatch(services, projectId, 3);
  await claimJobs(services, dead, 'parse', 3);
  await startWorker(createScriptedEngine(1));
  await ended(id);
  expect((await jobsOf(services.db, id)).map((job) => job.lost_attempts)).toEqual([1, 1, 1]);
});

test('a stopped worker leaves nothing held: its entry, its jobs and its tickets are given back', async () => {
  const engine = createScriptedEngine(1, (_, signal) => untilAborted(signal));
  const worker = await startWorker(engine);
  const { id } = await addNumberedBatch(services, projectId, 4);
  await waitUntil(() => engine.parsing.length >= 1, DEADLINE_MS, 'a job to begin');
  await worker.stop(10);
  await worker.stop(10);
  expect(await services.db.selectFrom('workers').select('id').execute()).toEqual([]);
  expect((await jobsOf(services.db, id)).map((job) => job.status)).toEqual([
    'PENDING',
    'PENDING',
    'PENDING',
    'PENDING',
  ]);
  expect((await ticketsIn(services.db, 'parse')).some((ticket) => ticket.state === 'active')).toBe(false);
});

test('a worker that was never started can be stopped', async () => {
  await createWorker(services, { parse: createScriptedEngine(1) }).stop(0);
});
