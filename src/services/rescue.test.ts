import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  jobsOf,
  startBatches,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newUuid, uuidOf } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { PID_PLACE } from '../store/process-place.ts';
import { inTransaction } from '../store/transaction.ts';
import { registerWorker } from '../store/workers.ts';
import type { Services } from './context.ts';
import { enterWorker, leaveWorker, rescueJobsOfDeadWorkers } from './rescue.ts';
import { claimJobs } from './run-jobs.ts';

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

/** A process that sleeps, entered as a worker that holds jobs. */
async function workerInProcess(
  host = hostname(),
): Promise<{ id: string; process: ChildProcess; kill(): Promise<void> }> {
  const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const stat = readFileSync(`/proc/${child.pid}/stat`, 'utf8');
  const id = newUuid();
  const pidStarted = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
  await registerWorker(db, { id, host, pid: child.pid ?? 0, pidPlace: PID_PLACE, pidStarted });
  const kill = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  };
  return { id, process: child, kill };
}

async function workerIds(): Promise<string[]> {
  const rows = await db.selectFrom('workers').select('id').orderBy('id').execute();
  return rows.map((row) => row.id);
}

test.runIf(process.platform === 'linux')(
  'jobs of a process that died are given back at once, those of a living one stay',
  async () => {
    const [dead, alive] = [await workerInProcess(), await workerInProcess()];
    try {
      const { id } = await addRunningBatch(services, projectId, 4);
      await claimJobs(services, dead.id, 'parse', 2);
      await claimJobs(services, alive.id, 'parse', 2);
      expect(await rescueJobsOfDeadWorkers(services)).toBe(0);

      await dead.kill();
      expect(await rescueJobsOfDeadWorkers(services)).toBe(2);
      const jobs = await jobsOf(db, id);
      expect(jobs.map((job) => job.status)).toEqual(['PENDING', 'PENDING', 'RUNNING', 'RUNNING']);
      expect(jobs.map((job) => job.lost_attempts)).toEqual([1, 1, 0, 0]);
      expect(await workerIds()).toEqual([alive.id]);

      const again = await claimJobs(services, newUuid(), 'parse', 5);
      expect(again.map((job) => job.id).toSorted()).toEqual(jobs.slice(0, 2).map((job) => job.id));
      expect(again.map((job) => [job.attempt, job.lost_attempts])).toEqual([
        [2, 1],
        [2, 1],
      ]);
    } finally {
      await Promise.all([dead.kill(), alive.kill()]);
    }
  },
);

test('a worker whose pid belongs to another process by now is dead', async () => {
  const id = newUuid();
  await registerWorker(db, {
    id,
    host: hostname(),
    pid: process.pid,
    pidPlace: PID_PLACE,
    pidStarted: 'long ago',
  });
  await addRunningBatch(services, projectId, 1);
  await claimJobs(services, id, 'parse', 1);
  expect(await rescueJobsOfDeadWorkers(services)).toBe(1);
});

test('workers of another machine are not judged', async () => {
  const id = newUuid();
  await registerWorker(db, { id, host: 'elsewhere', pid: 999_999_999, pidPlace: PID_PLACE, pidStarted: '1' });
  const batch = await addRunningBatch(services, projectId, 1);
  await claimJobs(services, id, 'parse', 1);
  expect(await rescueJobsOfDeadWorkers(services)).toBe(0);
  expect((await jobsOf(db, batch.id))[0]?.status).toBe('RUNNING');
  expect(await workerIds()).toEqual([id]);
});

test('a worker of another pid namespace of the same host name is dead when nobody sees it any more', async () => {
  const id = newUuid();
  await registerWorker(db, { id, host: hostname(), pid: 7, pidPlace: 'another-boot-1', pidStarted: '1' });
  await addRunningBatch(services, projectId, 1);
  await claimJobs(services, id, 'parse', 1);
  expect(await rescueJobsOfDeadWorkers(services)).toBe(0);
  expect(await workerIds()).toEqual([id]);

  await db
    .updateTable('workers')
    .set({ seen_at: sql<Date>`now() - interval '11 minutes'` })
    .execute();
  expect(await rescueJobsOfDeadWorkers(services)).toBe(1);
  expect(await workerIds()).toEqual([]);
});

test('this process enters as living, and leaves no trace', async () => {
  const id = await enterWorker(services);
  await addRunningBatch(services, projectId, 1);
  await claimJobs(services, id, 'parse', 1);
  expect(await rescueJobsOfDeadWorkers(services)).toBe(0);
  expect(await workerIds()).toEqual([id]);
  await leaveWorker(services, id);
  expect(await workerIds()).toEqual([]);
});

test('a batch that a dead worker was mapping is taken up again', async () => {
  const { id } = await addBatch(services, projectId, 3);
  await inTransaction(db, (tx) => services.queue.claim(tx, 'start-batch', 1));
  expect(await startBatches(services)).toBe(0);
  await registerWorker(db, {
    id: newUuid(),
    host: hostname(),
    pid: process.pid,
    pidPlace: PID_PLACE,
    pidStarted: 'long ago',
  });

  await rescueJobsOfDeadWorkers(services);
  expect(await ticketsIn(db, 'start-batch')).toMatchObject([{ id: uuidOf(id), state: 'retry' }]);
  expect(await startBatches(services)).toBe(1);
  expect(await jobsOf(db, id)).toHaveLength(3);
});

test('many starts at once give each job back once', async () => {
  const id = newUuid();
  await registerWorker(db, {
    id,
    host: hostname(),
    pid: process.pid,
    pidPlace: PID_PLACE,
    pidStarted: 'long ago',
  });
  const batch = await addRunningBatch(services, projectId, 6);
  await claimJobs(services, id, 'parse', 6);
  const rescued = await Promise.all(Array.from({ length: 4 }, () => rescueJobsOfDeadWorkers(services)));
  expect(rescued.reduce((sum, count) => sum + count)).toBe(6);
  expect((await jobsOf(db, batch.id)).map((job) => job.lost_attempts)).toEqual([1, 1, 1, 1, 1, 1]);
});
