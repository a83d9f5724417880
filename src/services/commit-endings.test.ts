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
import { waitUntil } from '../../test/support/sheaf-server.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { SheafError } from '../errors.ts';
import { uuidOf } from '../model/ids.ts';
import { lockProjects } from '../queue/admission.ts';
import type { Database } from '../store/database.ts';
import type { StoredResult } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { cancelBatch } from './cancel-batch.ts';
import type { Services } from './context.ts';
import { commitEndings, commitEnds, type ClaimedJob } from './run-jobs.ts';

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

/** A connection tells of its deadlocks late, but when it ends at the latest: all others of this database are ended. */
async function countDeadlocks(): Promise<number> {
  await db.connection().execute(async (only) => {
    const ended = await sql<{ pid: number }>`
      select pid, pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(only);
    const pids = ended.rows.map(({ pid }) => pid);
    const left = sql`select from pg_stat_activity where pid = any(${pids})`;
    const none = async (): Promise<boolean> => (await left.execute(only)).rows.length === 0;
    await waitUntil(none, 10_000, 'the connections to end');
  });
  const counted = await sql<{ n: number }>`
    select deadlocks::int as n from pg_stat_database where datname = current_database()`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** Takes a job's ticket away from its holder, as a lease that ran out does. */
const loseTicket = (job: ClaimedJob): Promise<void> =>
  inTransaction(db, (tx) => services.queue.revive(tx, 'parse', [job.ticket.id]));

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

  test('waits for no project: its lock is taken for the admission that follows', async () => {
    const { id } = await addRunningBatch(services, projectId, 3);
    const [one] = (await claim(services, 1)) as [ClaimedJob];
    const room = await inTransaction(db, async (tx) => {
      await lockProjects(tx, [projectId]);
      return (await commitEnds(services, 'parse', [ending(one)])).room;
    });
    expect(room).toEqual({ projects: new Set([projectId]), endedBatchOf: new Set() });
    expect(await batchById(db, id)).toMatchObject({ completed_files: 1 });
  });

  test('while the batch is cancelled neither waits in a circle nor loses a file', async () => {
    const batches = await Promise.all(
      Array.from({ length: 6 }, () => addRunningBatch(services, projectId, 20)),
    );
    const deadlocks = await countDeadlocks();
    const work = async (): Promise<void> => {
      for (let jobs = await claim(services, 7); jobs.length > 0; jobs = await claim(services, 7))
        await commitEndings(
          services,
          'parse',
          jobs.map((job, index) =>
            index % 3 === 2 && job.attempt === 1
              ? { job, returned: true as const }
              : ending(job, job.cancelled ? { status: 'CANCELLED' } : {}),
          ),
        );
    };
    const cancels = batches.map(({ id }) =>
      cancelBatch(services, projectId, id).catch((error: unknown) => {
        if (!(error instanceof SheafError && error.code === 'CONFLICT')) throw error;
      }),
    );
    await Promise.all([work(), work(), work(), work(), ...cancels]);
    await work();
    for (const { id } of batches) {
      expect(['COMPLETED', 'CANCELLED']).toContain((await batchById(db, id)).status);
      const { counters, rows } = await countersAndRows(db, id);
      expect(counters).toEqual(rows);
    }
    expect(await countDeadlocks()).toBe(deadlocks);
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
