import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addBatch,
  addProject,
  addRunningBatch,
  batchById,
  claim,
  countersAndRows,
  ending,
  filesOf,
  jobsOf,
  startBatches,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Hint } from '../queue/hints.ts';
import type { Database } from '../store/database.ts';
import { cancelBatch } from './cancel-batch.ts';
import type { Services } from './context.ts';
import { commitEndings, jobsToStop } from './run-jobs.ts';

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

async function expectCountersEqualRows(batchId: string): Promise<void> {
  const { counters, rows } = await countersAndRows(db, batchId);
  expect(counters).toEqual(rows);
}

test('a batch that was not started yet ends at once, and is never started', async () => {
  const { id } = await addBatch(services, projectId, 3);
  const { batch } = await cancelBatch(services, projectId, id);
  expect(batch).toMatchObject({ status: 'CANCELLED', cancelled_files: 3 });
  expect(batch.finished_at).toBeInstanceOf(Date);
  expect(await startBatches(services)).toBe(0);
  expect(await jobsOf(db, id)).toEqual([]);
  for (const file of await filesOf(db, id)) expect(file.error_message).toMatch(/^Cancelled before a job/);
  await expectCountersEqualRows(id);
});

test('a throttled batch ends at once', async () => {
  const one = withLimits(services, { maxRunningBatchesPerProject: 1 });
  await addRunningBatch(one, projectId, 1);
  const { id } = await addRunningBatch(one, projectId, 2);
  expect((await batchById(db, id)).status).toBe('THROTTLED');
  const { batch } = await cancelBatch(one, projectId, id);
  expect(batch).toMatchObject({ status: 'CANCELLED', cancelled_files: 2 });
});

test('of a running batch what waits ends at once, what runs is told to, and what is finished stays', async () => {
  const three = withLimits(services, { maxRunningJobsPerProject: 3 });
  const { id } = await addRunningBatch(three, projectId, 6);
  const [finished, running] = await claim(three, 2);
  if (!finished || !running) throw new Error('two jobs were to be claimed');
  await commitEndings(three, 'parse', [ending(finished, { pages: 4 })]);

  const hints: Hint[] = [];
  const unsubscribe = services.hints.subscribe((hint) => hints.push(hint));
  const { batch, runningJobs, waitingReason } = await cancelBatch(three, projectId, id);
  expect(batch).toMatchObject({ status: 'RUNNING', completed_files: 1, cancelled_files: 4, pages: 4 });
  expect(runningJobs).toBe(1);
  expect(waitingReason).toMatch(/^Stopping: 1 running/);
  await expect.poll(() => hints).toContain('cancel');
  unsubscribe();

  const byStatus = (await jobsOf(db, id)).map((job) => job.status).toSorted();
  expect(byStatus).toEqual(['CANCELLED', 'CANCELLED', 'CANCELLED', 'CANCELLED', 'COMPLETED', 'RUNNING']);
  expect((await ticketsIn(db, 'parse')).map((ticket) => ticket.state)).toEqual(['active']);
  expect(await jobsToStop(three, [running.id])).toEqual([running.id]);

  await commitEndings(three, 'parse', [ending(running, { status: 'CANCELLED', pages: null })]);
  expect(await batchById(db, id)).toMatchObject({
    status: 'CANCELLED',
    completed_files: 1,
    cancelled_files: 5,
  });
  await expectCountersEqualRows(id);
  expect(await ticketsIn(db, 'parse')).toEqual([]);
});

test('of a batch that is being mapped the rest gets no jobs', async () => {
  const { id } = await addBatch(services, projectId, 450);
  // The first chunk is made; the second fails, and its ticket waits.
  await sql`
    create function refuse_job() returns trigger language plpgsql as $$ begin raise exception 'not now'; end $$`.execute(
    db,
  );
  await sql`
    create trigger refuse_job before insert on jobs for each row when (new.batch_position >= 200)
    execute function refuse_job()`.execute(db);
  await expect(startBatches(services)).rejects.toThrow('not now');
  await sql`drop function refuse_job cascade`.execute(db);

  const { batch } = await cancelBatch(services, projectId, id);
  expect(batch).toMatchObject({ status: 'CANCELLED', cancelled_files: 450 });
  await startBatches(services);
  expect(await jobsOf(db, id)).toHaveLength(200);
  expect(await ticketsIn(db, 'start-batch')).toEqual([]);
  expect(await ticketsIn(db, 'parse')).toEqual([]);
  await expectCountersEqualRows(id);
});

test('asking again while it stops changes nothing', async () => {
  const { id } = await addRunningBatch(services, projectId, 3);
  await claim(services, 1);
  await cancelBatch(services, projectId, id);
  const before = await batchById(db, id);
  const { batch } = await cancelBatch(services, projectId, id);
  expect(batch).toEqual(before);
  await expectCountersEqualRows(id);
});

test.each(['COMPLETED', 'CANCELLED'])('a batch that is %s cannot be cancelled', async (status) => {
  const { id } = await addRunningBatch(services, projectId, 1);
  if (status === 'CANCELLED') await cancelBatch(services, projectId, id);
  else
    await commitEndings(
      services,
      'parse',
      (await claim(services, 1)).map((job) => ending(job)),
    );
  const before = await batchById(db, id);
  expect(before.status).toBe(status);
  await expect(cancelBatch(services, projectId, id)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining(status),
  });
  expect(await batchById(db, id)).toEqual(before);
});

test("an unknown batch and another project's are not found", async () => {
  const { id } = await addBatch(services, await addProject(db), 1);
  await expect(cancelBatch(services, projectId, id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect(cancelBatch(services, projectId, newId('batch'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect((await batchById(db, id)).cancel_requested_at).toBeNull();
});

test('the places that it held are given to the jobs of other batches', async () => {
  const two = withLimits(services, { maxRunningJobsPerProject: 2 });
  const first = await addRunningBatch(two, projectId, 5);
  const second = await addRunningBatch(two, projectId, 5);
  expect((await jobsOf(db, second.id)).filter((job) => job.holds_slot)).toHaveLength(0);
  await cancelBatch(two, projectId, first.id);
  expect((await jobsOf(db, second.id)).filter((job) => job.holds_slot)).toHaveLength(2);
});

test('cancels, claims and commits at once leave every batch ended and every counter right', async () => {
  const batches = await Promise.all(Array.from({ length: 4 }, () => addBatch(services, projectId, 12)));
  await startBatches(services);
  const work = async (): Promise<void> => {
    for (let claimed = await claim(services, 3); claimed.length > 0; claimed = await claim(services, 3)) {
      await commitEndings(
        services,
        'parse',
        claimed.map((job) => ending(job, job.cancelled ? { status: 'CANCELLED', pages: null } : {})),
      );
    }
  };
  const cancel = async (id: string): Promise<void> => {
    await cancelBatch(services, projectId, id).catch((error: { code?: string }) => {
      if (error.code !== 'CONFLICT') throw error;
    });
  };
  await Promise.all([work(), work(), ...batches.slice(0, 3).map((batch) => cancel(batch.id)), work()]);
  await work();
  for (const { id } of batches) {
    const { status, total_files } = await batchById(db, id);
    expect(['COMPLETED', 'CANCELLED']).toContain(status);
    const { counters, rows } = await countersAndRows(db, id);
    expect(counters).toEqual(rows);
    expect(counters.completed + counters.failed + counters.cancelled).toBe(total_files);
  }
  expect(await ticketsIn(db, 'parse')).toEqual([]);
  expect((await batchById(db, batches[3]?.id ?? '')).status).toBe('COMPLETED');
});
