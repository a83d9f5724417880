import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addProject,
  addRunningBatch,
  claim,
  ending,
  jobsOf,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { idFromUuid, newUuid } from '../model/ids.ts';
import type { Database, Transaction } from '../store/database.ts';
import { startJobs } from '../store/jobs.ts';
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

async function claimOne(): Promise<ClaimedJob> {
  const [job] = await claim(services, 1);
  if (!job) throw new Error('a job was to be claimed');
  return job;
}

const jobById = (id: string) =>
  db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();

/** Of the rows of jobs, by this connection, as far as it has not told of them yet. */
async function countUpdates(tx: Transaction): Promise<{ all: number; withoutIndexes: number }> {
  const counted = await sql<{ all: number; withoutIndexes: number }>`
    select pg_stat_get_xact_tuples_updated('jobs'::regclass)::int as all,
      pg_stat_get_xact_tuples_hot_updated('jobs'::regclass)::int as "withoutIndexes"`.execute(tx);
  return counted.rows[0] ?? { all: 0, withoutIndexes: 0 };
}

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

  test('writes rows without touching an index', async () => {
    await addRunningBatch(services, projectId, 5);
    const tickets = await inTransaction(db, (tx) => services.queue.claim(tx, 'parse', 5));
    const claims = tickets.map(({ id }) => ({ jobId: idFromUuid('parseJob', id), attempt: 1 }));
    const [before, after] = await inTransaction(db, async (tx) => {
      const earlier = await countUpdates(tx);
      await startJobs(tx, newUuid(), claims);
      return [earlier, await countUpdates(tx)];
    });
    expect(after.all - before.all).toBe(5);
    expect(after.withoutIndexes - before.withoutIndexes).toBe(5);
  });

  test('clears tickets away whose jobs have ended', async () => {
    const { id } = await addRunningBatch(services, projectId, 2);
    const [ended] = await jobsOf(db, id);
    await sql`
      update jobs set status = 'COMPLETED', holds_slot = false, finished_at = now() where id = ${ended?.id}`.execute(
      db,
    );
    const claimed = await claim(services, 5);
    expect(claimed).toHaveLength(1);
    expect((await ticketsIn(db, 'parse')).map((ticket) => ticket.id)).toEqual([claimed[0]?.ticket.id]);
    expect((await jobById(ended?.id ?? '')).status).toBe('COMPLETED');
  });

  test('reaches jobs that wait behind tickets of ended ones', async () => {
    const { id } = await addRunningBatch(services, projectId, 5);
    const jobs = await jobsOf(db, id);
    const waiting = jobs.at(-1)?.id ?? '';
    await sql`
      update jobs set status = 'COMPLETED', holds_slot = false, finished_at = now() where id <> ${waiting}`.execute(
      db,
    );
    expect(await claim(services, 2)).toMatchObject([{ id: waiting }]);
    expect(await ticketsIn(db, 'parse')).toHaveLength(1);
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
