import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  batchById,
  claim,
  jobsOf,
  startBatches,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { uuidOf } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import type { Services } from './context.ts';
import { sweep } from './sweep.ts';

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

async function loseTickets(queue: string): Promise<void> {
  await sql`delete from sheaf_queue.job where name = ${queue}`.execute(db);
}

test('finds nothing to do where nothing went wrong', async () => {
  await addRunningBatch(services, projectId, 3);
  expect(await sweep(services)).toEqual({ admittedJobs: 0, openBatches: 0 });
});

test('gives a batch whose ticket is gone a new one', async () => {
  const { id } = await addBatch(services, projectId, 2);
  await loseTickets('start-batch');
  expect(await startBatches(services)).toBe(0);
  await sweep(services);
  expect(await startBatches(services)).toBe(1);
  expect((await batchById(db, id)).status).toBe('RUNNING');
});

test('gives a batch that was left half-mapped a ticket, and it goes on', async () => {
  const { id } = await addRunningBatch(services, projectId, 3);
  await sql`delete from jobs where batch_position = 2`.execute(db);
  await sql`update batch_files set job_id = null where position = 2`.execute(db);
  await sweep(services);
  await startBatches(services);
  expect((await jobsOf(db, id)).map((job) => job.batch_position)).toEqual([0, 1, 2]);
});

test('lets the oldest throttled batch of each project try, and those behind it follow', async () => {
  const one = withLimits(services, { maxRunningBatchesPerProject: 1 });
  await addRunningBatch(one, projectId, 1);
  const waiting = [await addRunningBatch(one, projectId, 1), await addRunningBatch(one, projectId, 1)];
  await sweep(one);
  expect((await ticketsIn(db, 'start-batch')).map((ticket) => ticket.id)).toEqual([
    uuidOf(waiting[0]?.id ?? ''),
  ]);

  // The operator has raised the limit.
  const five = withLimits(services, { maxRunningBatchesPerProject: 5 });
  await startBatches(five);
  for (const { id } of waiting) expect((await batchById(db, id)).status).toBe('RUNNING');
});

test('leaves cancelled and ended batches alone', async () => {
  await addBatch(services, projectId, 1);
  await sql`update batches set cancel_requested_at = now()`.execute(db);
  await loseTickets('start-batch');
  expect(await sweep(services)).toEqual({ admittedJobs: 0, openBatches: 0 });
});

test('admits jobs that wait although there is room', async () => {
  const { id } = await addRunningBatch(withLimits(services, { maxRunningJobsPerProject: 2 }), projectId, 5);
  expect((await jobsOf(db, id)).filter((job) => job.holds_slot)).toHaveLength(2);
  const four = withLimits(services, { maxRunningJobsPerProject: 4 });
  expect(await sweep(four)).toMatchObject({ admittedJobs: 2 });
  expect(await sweep(four)).toMatchObject({ admittedJobs: 0 });
  expect((await jobsOf(db, id)).filter((job) => job.holds_slot)).toHaveLength(4);
});

test('gives admitted jobs whose tickets are gone new ones, once they have not moved for a while', async () => {
  const { id } = await addRunningBatch(services, projectId, 3);
  const [kept] = await ticketsIn(db, 'parse');
  await sql`delete from sheaf_queue.job where name = 'parse' and id <> ${kept?.id}`.execute(db);
  await sweep(services);
  expect(await ticketsIn(db, 'parse')).toEqual([kept]);
  await sql`update jobs set updated_at = updated_at - interval '61 seconds'`.execute(db);
  await sweep(services);
  expect(await ticketsIn(db, 'parse')).toContainEqual(kept);
  const jobs = await claim(services, 5);
  expect(new Set(jobs.map((job) => job.id))).toEqual(new Set((await jobsOf(db, id)).map((job) => job.id)));
  expect(jobs).toHaveLength(3);
});

test('by many workers at once does each thing once', async () => {
  const { id } = await addRunningBatch(withLimits(services, { maxRunningJobsPerProject: 1 }), projectId, 8);
  const four = withLimits(services, { maxRunningJobsPerProject: 4 });
  const swept = await Promise.all(Array.from({ length: 5 }, () => sweep(four)));
  expect(swept.reduce((sum, one) => sum + one.admittedJobs, 0)).toBe(3);
  expect((await jobsOf(db, id)).filter((job) => job.holds_slot)).toHaveLength(4);
});

test('gives an admitted job whose ticket is gone a new one, once it has not moved for a while', async () => {
  const { id } = await addRunningBatch(services, projectId, 2);
  await loseTickets('parse');
  await sweep(services);
  expect(await ticketsIn(db, 'parse')).toEqual([]);
  await sql`update jobs set updated_at = now() - interval '2 minutes' where batch_id = ${id}`.execute(db);
  await sweep(services);
  const expected = (await jobsOf(db, id)).map((job) => uuidOf(job.id)).toSorted();
  expect((await ticketsIn(db, 'parse')).map((ticket) => ticket.id).toSorted()).toEqual(expected);
});
