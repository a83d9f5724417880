import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addProject,
  addRunningBatch,
  batchById,
  claim,
  countersAndRows,
  ending,
  jobsOf,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newUuid, uuidOf } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import type { StoredResult } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { claimJobs, commitEndings, jobsToStop, type ClaimedJob } from './run-jobs.ts';

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

const SECTION = { offset: 0, length: 1 };
const resultAt = (key: string): StoredResult => ({
  key,
  bytes: 1,
  sections: { text: SECTION, markdown: SECTION, items: SECTION, metadata: SECTION },
});

async function claimOne(): Promise<ClaimedJob> {
  const [job] = await claim(services, 1);
  if (!job) throw new Error('a job was to be claimed');
  return job;
}

const jobById = (id: string) =>
  db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Takes a job's ticket away from its holder, as a lease that ran out does. */
const loseTicket = (job: ClaimedJob): Promise<void> =>
  inTransaction(db, (tx) => services.queue.revive(tx, 'parse', [job.ticket.id]));

describe('claiming', () => {
  test('marks jobs RUNNING for their worker, and gives each to one', async () => {
    const { id } = await addRunningBatch(services, projectId, 20);
    const workers = Array.from({ length: 5 }, newUuid);
    const claims = await Promise.all(workers.map((worker) => claimJobs(services, worker, 'parse', 4)));
    const rows = new Map((await jobsOf(db, id)).map((job) => [job.id, job]));
    expect(new Set(claims.flat().map((job) => job.id)).size).toBe(claims.flat().length);
    for (const [index, jobs] of claims.entries()) {
      for (const job of jobs) {
        expect(rows.get(job.id)).toMatchObject({
          status: 'RUNNING',
          worker_id: workers[index],
          attempt: 1,
          holds_slot: true,
        });
        expect(rows.get(job.id)?.started_at).toBeInstanceOf(Date);
      }
    }
  });

  test('of a job whose ticket changed hands starts the next attempt and counts the worker as lost', async () => {
    await addRunningBatch(services, projectId, 1);
    const first = await claimOne();
    const { started_at } = await jobById(first.id);
    await loseTicket(first);
    const second = await claimOne();
    expect(second).toMatchObject({ id: first.id, attempt: 2, lost_attempts: 1 });
    expect((await jobById(first.id)).started_at).toEqual(started_at);
  });

  test('of a job that was given back counts nobody as lost', async () => {
    await addRunningBatch(services, projectId, 1);
    await commitEndings(services, 'parse', [{ job: await claimOne(), returned: true }]);
    expect(await claimOne()).toMatchObject({ attempt: 2, lost_attempts: 0 });
  });

  test('says of a job that somebody wants stopped that it is only to be ended', async () => {
    await addRunningBatch(services, projectId, 1);
    const first = await claimOne();
    await sql`update jobs set cancel_requested_at = now()`.execute(db);
    await loseTicket(first);
    expect(await claimOne()).toMatchObject({ id: first.id, cancelled: true });
  });

  test('says of a job whose file is gone that there are no bytes', async () => {
    await addRunningBatch(services, projectId, 1);
    await sql`delete from files`.execute(db);
    expect(await claimOne()).toMatchObject({ blob_key: null });
  });

  test('clears tickets away whose jobs have ended', async () => {
    const { id } = await addRunningBatch(services, projectId, 2);
    const [ended] = await jobsOf(db, id);
    await sql`
      update jobs set status = 'FAILED', holds_slot = false, finished_at = now() where id = ${ended?.id}`.execute(
      db,
    );
    const claimed = await claim(services, 5);
    expect(claimed).toHaveLength(1);
    expect((await ticketsIn(db, 'parse')).map((ticket) => ticket.id)).toEqual([claimed[0]?.ticket.id]);
    expect((await jobById(ended?.id ?? '')).status).toBe('FAILED');
  });

  test('leaves a job to the cancel that is at work on it, and its ticket in the queue', async () => {
    const { id } = await addRunningBatch(services, projectId, 1);
    const [job] = await jobsOf(db, id);
    await inTransaction(db, async (tx) => {
      await sql`select 1 from jobs where id = ${job?.id} for no key update`.execute(tx);
      expect(await claim(services, 5)).toEqual([]);
    });
    expect(await claimOne()).toMatchObject({ id: job?.id, lost_attempts: 0 });
  });
});

describe('committing ends', () => {
  test('writes results, counts files and pages, removes tickets and ends the batch', async () => {
    const { id } = await addRunningBatch(services, projectId, 3);
    const [one, two, three] = (await claim(services, 3)) as [ClaimedJob, ClaimedJob, ClaimedJob];
    const refused = await commitEndings(services, 'parse', [
      ending(one, { pages: 7, result: resultAt('results/00/one') }),
      ending(two, { status: 'FAILED', pages: null, errorCode: 'TIMEOUT', errorMessage: 'TIMEOUT: too slow' }),
    ]);
    expect(refused).toEqual(new Set());
    expect(await jobById(one.id)).toMatchObject({
      status: 'COMPLETED',
      pages: 7,
      result: resultAt('results/00/one'),
      holds_slot: false,
    });
    expect(await jobById(two.id)).toMatchObject({ status: 'FAILED', error_code: 'TIMEOUT', worker_id: null });
    expect(await batchById(db, id)).toMatchObject({
      status: 'RUNNING',
      completed_files: 1,
      failed_files: 1,
      pages: 7,
    });

    await commitEndings(services, 'parse', [ending(three, { pages: 2 })]);
    const batch = await batchById(db, id);
    expect(batch).toMatchObject({ status: 'COMPLETED', completed_files: 2, failed_files: 1, pages: 9 });
    expect(batch.finished_at).toBeInstanceOf(Date);
    expect(await ticketsIn(db, 'parse')).toEqual([]);
    const { counters, rows } = await countersAndRows(db, id);
    expect(counters).toEqual(rows);
  });

  test('admits as many jobs as have ended', async () => {
    const two = withLimits(services, { maxRunningJobsPerProject: 2 });
    const { id } = await addRunningBatch(two, projectId, 6);
    const claimed = await claim(two, 5);
    expect(claimed).toHaveLength(2);
    await commitEndings(
      two,
      'parse',
      claimed.slice(0, 1).map((job) => ending(job)),
    );
    const slots = (await jobsOf(db, id)).filter((job) => job.holds_slot);
    expect(slots.map((job) => job.batch_position)).toEqual([1, 2]);
    expect(await claim(two, 5)).toHaveLength(1);
  });

  test('refuses the work of a holder whose ticket was taken away, before and after its next claim', async () => {
    const { id } = await addRunningBatch(services, projectId, 1);
    const old = await claimOne();
    await loseTicket(old);
    const late = ending(old, { result: resultAt('results/00/late') });
    expect(await commitEndings(services, 'parse', [late])).toEqual(new Set([old.id]));

    const current = await claimOne();
    expect(await commitEndings(services, 'parse', [late])).toEqual(new Set([old.id]));
    expect(await commitEndings(services, 'parse', [{ job: old, returned: true }])).toEqual(new Set());
    expect(await jobById(old.id)).toMatchObject({ status: 'RUNNING', attempt: 2, result: null });
    expect((await batchById(db, id)).completed_files).toBe(0);

    expect(await commitEndings(services, 'parse', [ending(current)])).toEqual(new Set());
    expect(await batchById(db, id)).toMatchObject({ status: 'COMPLETED', completed_files: 1 });
  });

  test('keeps in a group what counts and refuses the rest', async () => {
    const { id } = await addRunningBatch(services, projectId, 3);
    const [lost, ...held] = (await claim(services, 3)) as [ClaimedJob, ClaimedJob, ClaimedJob];
    await loseTicket(lost);
    const refused = await commitEndings(
      services,
      'parse',
      [lost, ...held].map((job) => ending(job)),
    );
    expect(refused).toEqual(new Set([lost.id]));
    expect((await batchById(db, id)).completed_files).toBe(2);
  });

  test('that is repeated because its answer was lost counts once and keeps the result', async () => {
    const { id } = await addRunningBatch(services, projectId, 2);
    const job = await claimOne();
    const done = ending(job, { pages: 3, result: resultAt('results/00/kept') });
    await commitEndings(services, 'parse', [done]);
    expect(await commitEndings(services, 'parse', [done])).toEqual(new Set());
    expect(await jobById(job.id)).toMatchObject({ status: 'COMPLETED', result: resultAt('results/00/kept') });
    expect(await batchById(db, id)).toMatchObject({ completed_files: 1, pages: 3 });
  });

  test('of another attempt than the one that counted has that result removed', async () => {
    await addRunningBatch(services, projectId, 1);
    const old = await claimOne();
    await loseTicket(old);
    const current = await claimOne();
    await commitEndings(services, 'parse', [ending(current, { result: resultAt('results/00/second') })]);
    const late = ending(old, { result: resultAt('results/00/first') });
    expect(await commitEndings(services, 'parse', [late])).toEqual(new Set([old.id]));
    expect((await jobById(old.id)).result?.key).toBe('results/00/second');
  });

  test('puts jobs back that a stopping worker could not end', async () => {
    const { id } = await addRunningBatch(services, projectId, 1);
    const job = await claimOne();
    await commitEndings(services, 'parse', [{ job, returned: true }]);
    expect(await jobById(job.id)).toMatchObject({ status: 'PENDING', worker_id: null, holds_slot: true });
    expect((await batchById(db, id)).status).toBe('RUNNING');
    expect(await ticketsIn(db, 'parse')).toMatchObject([{ id: uuidOf(job.id), state: 'retry' }]);
  });

  test('is all or nothing: a fault leaves jobs, counters and tickets as they were', async () => {
    const { id } = await addRunningBatch(services, projectId, 2);
    const claimed = await claim(services, 2);
    await sql`alter table batches add constraint no_more check (completed_files < 1)`.execute(db);
    await expect(
      commitEndings(
        services,
        'parse',
        claimed.map((job) => ending(job)),
      ),
    ).rejects.toMatchObject({ code: '23514' });
    await sql`alter table batches drop constraint no_more`.execute(db);
    expect((await jobsOf(db, id)).map((job) => job.status)).toEqual(['RUNNING', 'RUNNING']);
    expect(
      await services.queue.heartbeat(
        'parse',
        claimed.map((job) => job.ticket),
      ),
    ).toHaveProperty('size', 2);
    expect(
      await commitEndings(
        services,
        'parse',
        claimed.map((job) => ending(job)),
      ),
    ).toEqual(new Set());
    expect((await batchById(db, id)).status).toBe('COMPLETED');
  });

  test('of many workers and batches at once gets every counter right', async () => {
    const batches = await Promise.all(
      Array.from({ length: 3 }, () => addRunningBatch(services, projectId, 15)),
    );
    const work = async (): Promise<void> => {
      for (let jobs = await claim(services, 4); jobs.length > 0; jobs = await claim(services, 4)) {
        await commitEndings(
          services,
          'parse',
          jobs.map((job, index) =>
            ending(job, index === 0 ? { status: 'FAILED', pages: null } : { pages: 2 }),
          ),
        );
      }
    };
    await Promise.all([work(), work(), work(), work()]);
    await work();
    for (const { id } of batches) {
      expect((await batchById(db, id)).status).toBe('COMPLETED');
      const { counters, rows } = await countersAndRows(db, id);
      expect(counters).toEqual(rows);
    }
  });
});

test('a worker is told which of its jobs to stop: those wanted stopped, and those that run no more', async () => {
  await addRunningBatch(services, projectId, 4);
  const [going, cancelled, ended, gone] = (await claim(services, 4)) as [
    ClaimedJob,
    ClaimedJob,
    ClaimedJob,
    ClaimedJob,
  ];
  await sql`update jobs set cancel_requested_at = now() where id = ${cancelled.id}`.execute(db);
  await commitEndings(services, 'parse', [ending(ended)]);
  const told = await jobsToStop(services, [going.id, cancelled.id, ended.id]);
  expect(new Set(told)).toEqual(new Set([cancelled.id, ended.id]));
  expect(told).not.toContain(gone.id);
});
