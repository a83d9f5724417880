import { afterAll, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import {
  addProject,
  addRunningBatch,
  claim,
  ending,
  jobsOf,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { lockProjects } from '../queue/admission.ts';
import type { JobQueue } from '../queue/port.ts';
import type { Services } from '../services/context.ts';
import { commitEnds, type Room } from '../services/run-jobs.ts';
import { inTransaction } from '../store/transaction.ts';
import { createAdmitter } from './admitter.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
  services = withLimits(bench.services, { maxRunningJobsPerProject: 3 });
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

/** Ends the jobs that hold the slots, without anybody being admitted in their place. */
async function freeSlots(count = 3): Promise<Room> {
  const claimed = await claim(services, count);
  const ends = claimed.map((job) => ending(job));
  const { room } = await commitEnds(services, 'parse', ends);
  return room;
}

/** Counts the transactions that put jobs into the queue, and lets the first `failures` of them fail. */
function watchQueue(failures = 0): { services: Services; enqueued: number[] } {
  const enqueued: number[] = [];
  const enqueue: JobQueue['enqueue'] = async (tx, name, tickets) => {
    if (tickets.length > 0) enqueued.push(tickets.length);
    if (tickets.length > 0 && enqueued.length <= failures) throw new Error('the queue is not there');
    await services.queue.enqueue(tx, name, tickets);
  };
  return { services: { ...services, queue: { ...services.queue, enqueue } }, enqueued };
}

test('fills the slots that commits have freed', async () => {
  const { id } = await addRunningBatch(services, projectId, 8);
  const admitter = createAdmitter(services);
  admitter.fill(await freeSlots());
  await admitter.stop();
  const held = (await jobsOf(services.db, id)).filter((job) => job.holds_slot);
  expect(held.map((job) => job.batch_position)).toEqual([3, 4, 5]);
  expect(await ticketsIn(services.db, 'parse')).toHaveLength(3);
});

test('what is freed while one admission waits for its turn goes into the next, together', async () => {
  const other = await addProject(services.db);
  await addRunningBatch(services, projectId, 6);
  await addRunningBatch(services, other, 6);
  const { services: watched, enqueued } = watchQueue();
  const admitter = createAdmitter(watched);
  await inTransaction(services.db, async (tx) => {
    await lockProjects(tx, [projectId, other]);
    for (let freed = 0; freed < 6; freed += 1) admitter.fill(await freeSlots(1));
  });
  await admitter.stop();
  expect(await ticketsIn(services.db, 'parse')).toHaveLength(6);
  expect(enqueued.length).toBeLessThanOrEqual(2);
});

test('an admission that fails is made good, without another commit', async () => {
  await addRunningBatch(services, projectId, 6);
  const { services: faulty, enqueued } = watchQueue(1);
  const admitter = createAdmitter(faulty);
  const warned = vi.spyOn(faulty.logger, 'warn');
  onTestFinished(() => warned.mockRestore());
  admitter.fill(await freeSlots());
  // To stop it cuts its pause short.
  await expect.poll(() => warned.mock.calls.length).toBe(1);
  await admitter.stop();
  expect(enqueued).toEqual([3, 3]);
  expect(await ticketsIn(services.db, 'parse')).toHaveLength(3);
});
