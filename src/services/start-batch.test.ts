import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
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
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { uuidOf } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { createDirectory } from './directories.ts';
import { commitEndings } from './run-jobs.ts';
import { startNextBatch } from './start-batch.ts';

let bench: TestServices;
let services: Services;
let db: Database;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
  ({ db } = services);
});
beforeEach(() => bench.clear());
afterAll(() => bench[Symbol.asyncDispose]());

describe('starting a batch', () => {
  test('gives every file a job, in order, and the batch runs', async () => {
    const projectId = await addProject(db);
    const { id } = await addBatch(services, projectId, 5);
    expect(await startBatches(services)).toBe(1);

    const batch = await batchById(db, id);
    expect(batch.status).toBe('RUNNING');
    expect(batch.started_at).toBeInstanceOf(Date);
    const files = await filesOf(db, id);
    const jobs = await jobsOf(db, id);
    expect(files.map((file) => file.job_id)).toEqual(jobs.map((job) => job.id));
    expect(jobs.map((job) => job.name)).toEqual(files.map((file) => file.display_name));
    expect(jobs.map((job) => job.file_id)).toEqual(files.map((file) => file.file_id));
    expect(jobs.map((job) => job.id).toSorted()).toEqual(jobs.map((job) => job.id));
    expect(
      jobs.every((job) => job.status === 'PENDING' && job.kind === 'parse' && job.project_id === projectId),
    ).toBe(true);
    expect(await ticketsIn(db, 'start-batch')).toEqual([]);
  });

  test('admits its first jobs, as many as the project may run', async () => {
    const projectId = await addProject(db, { max_running_jobs: 3 });
    const { id } = await addBatch(services, projectId, 5);
    await startBatches(services);
    const admitted = (await jobsOf(db, id)).filter((job) => job.holds_slot);
    expect(admitted.map((job) => job.batch_position)).toEqual([0, 1, 2]);
    expect(new Set((await ticketsIn(db, 'parse')).map((ticket) => ticket.id))).toEqual(
      new Set(admitted.map((job) => uuidOf(job.id))),
    );
  });

  test('says that there was nothing to start', async () => {
    expect(await startNextBatch(services)).toBe(false);
  });

  test('goes on where it was after a crash between two chunks', async () => {
    const projectId = await addProject(db);
    const { id } = await addBatch(services, projectId, 450);
    await forbidJobsFrom(200);
    await expect(startBatches(services)).rejects.toThrow(/not now/);

    const begun = await batchById(db, id);
    expect(begun.status).toBe('RUNNING');
    const before = await filesOf(db, id);
    expect(before.filter((file) => file.job_id !== null).map((file) => file.position)).toEqual(range(0, 200));

    await allowJobs();
    expect(await startBatches(services)).toBeGreaterThan(0);
    const after = await filesOf(db, id);
    expect(after.slice(0, 200)).toEqual(before.slice(0, 200));
    expect(new Set(after.map((file) => file.job_id)).size).toBe(450);
    expect((await jobsOf(db, id)).map((job) => job.batch_position)).toEqual(range(0, 450));
    expect(await ticketsIn(db, 'start-batch')).toEqual([]);
  });

  test('with many files lets the batches behind it have their turn between two chunks', async () => {
    const large = await addBatch(services, await addProject(db), 450);
    const small = [
      await addBatch(services, await addProject(db), 1),
      await addBatch(services, await addProject(db), 1),
    ];
    const mapped = async () =>
      Promise.all([large, ...small].map(async ({ id }) => (await jobsOf(db, id)).length));
    const turns: number[][] = [];
    while (await startNextBatch(services)) turns.push(await mapped());
    expect(turns).toEqual([
      [200, 0, 0],
      [200, 1, 0],
      [200, 1, 1],
      [400, 1, 1],
      [450, 1, 1],
    ]);
    expect(await ticketsIn(db, 'start-batch')).toEqual([]);
  });

  test('that fails again and again ends FAILED, and says so', async () => {
    const projectId = await addProject(db);
    const { id } = await addBatch(services, projectId, 3);
    await forbidJobsFrom(0);
    for (let start = 0; start < 10; start++)
      await expect(startNextBatch(services)).rejects.toThrow(/not now/);
    expect(await startNextBatch(services)).toBe(true);
    await allowJobs();
    const batch = await batchById(db, id);
    expect(batch).toMatchObject({ status: 'FAILED', cancelled_files: 3 });
    expect(batch.error_message).toMatch(/could not be started/);
    expect((await filesOf(db, id)).map((file) => file.error_message)).toEqual(
      Array(3).fill(batch.error_message),
    );
    expect(await ticketsIn(db, 'start-batch')).toEqual([]);
  });

  test('by two holders of its ticket at once makes each job once', async () => {
    const projectId = await addProject(db);
    const { id } = await addBatch(services, projectId, 450);
    const first = startNextBatch(services);
    // The first holder is taken for dead while it works.
    const second = (async () => {
      await inTransaction(db, (tx) => services.queue.revive(tx, 'start-batch', [uuidOf(id)]));
      return startBatches(services);
    })();
    await Promise.all([first, second]);
    await startBatches(services);
    expect((await jobsOf(db, id)).map((job) => job.batch_position)).toEqual(range(0, 450));
    expect((await filesOf(db, id)).every((file) => file.job_id !== null)).toBe(true);
  });
});

describe('a file that is gone before it got its job', () => {
  test.each([
    [
      'its directory entry was deleted',
      sql`update directory_files set deleted_at = now() where display_name = '1.pdf'`,
    ],
    ['its bytes were deleted', sql`delete from files where name = '1.pdf'`],
  ])('gets a message instead (%s), and the batch completes without it', async (_, deletion) => {
    const projectId = await addProject(db);
    const { id } = await addBatch(services, projectId, 3);
    await deletion.execute(db);
    await startBatches(services);
    const files = await filesOf(db, id);
    expect(files.map((file) => file.job_id !== null)).toEqual([true, false, true]);
    expect(files[1]?.error_message).toMatch(/deleted before/);
    expect(await batchById(db, id)).toMatchObject({ status: 'RUNNING', failed_files: 1 });

    const claimed = await claim(services, 5);
    await commitEndings(
      services,
      'parse',
      claimed.map((job) => ending(job)),
    );
    expect(await batchById(db, id)).toMatchObject({
      status: 'COMPLETED',
      completed_files: 2,
      failed_files: 1,
    });
  });

  test('does not keep a batch from completing that has no other files', async () => {
    const projectId = await addProject(db);
    const { id } = await addBatch(services, projectId, 201);
    await sql`update directory_files set deleted_at = now()`.execute(db);
    await startBatches(services);
    expect(await batchById(db, id)).toMatchObject({ status: 'COMPLETED', failed_files: 201 });
    const { counters, rows } = await countersAndRows(db, id);
    expect(counters).toEqual(rows);
  });
});

test.each([
  [
    'renamed or moved to another directory',
    async (projectId: string) => {
      const { id } = await createDirectory(services, projectId, { name: 'other' });
      await sql`update directory_files set directory_id = ${id}, unique_id = 'u' || id, display_name = 'new'`.execute(
        db,
      );
    },
  ],
  [
    'in a directory that has expired',
    async () => {
      await sql`update directories set expires_at = now()`.execute(db);
    },
  ],
  [
    'cleaned up after its directory has expired',
    async () => {
      await sql`update directories set expires_at = now(), deleted_at = now()`.execute(db);
      await sql`update directory_files set deleted_at = now()`.execute(db);
    },
  ],
  [
    'deleted as a file of the project while its entry is there',
    async () => {
      await sql`update files set deleted_at = now()`.execute(db);
    },
  ],
])('a file that is %s gets its job all the same, under the name that it had', async (_, happen) => {
  const projectId = await addProject(db);
  const { id } = await addBatch(services, projectId, 2);
  await happen(projectId);
  await startBatches(services);
  expect((await jobsOf(db, id)).map((job) => job.name)).toEqual(['0.pdf', '1.pdf']);
});

test('a file that was deleted before its directory expired gets no job', async () => {
  const projectId = await addProject(db);
  const { id } = await addBatch(services, projectId, 2);
  await sql`update directory_files set deleted_at = now() - interval '1 s' where display_name = '0.pdf'`.execute(
    db,
  );
  await sql`update directories set expires_at = now(), deleted_at = now()`.execute(db);
  await sql`update directory_files set deleted_at = now() where deleted_at is null`.execute(db);
  await startBatches(services);
  expect((await jobsOf(db, id)).map((job) => job.name)).toEqual(['1.pdf']);
});

test('the jobs run with the parameters of the time when the batch was made', async () => {
  const projectId = await addProject(db);
  const batch = await addRunningBatch(services, projectId, 1);
  const [job] = await claim(services, 1);
  expect(job).toMatchObject({
    batch_id: batch.id,
    parameters: batch.resolved_parameters,
    blob_key: expect.stringMatching(/^uploads\//),
    attempt: 1,
    cancelled: false,
    heard: false,
  });
});

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, index) => from + index);
}

/** Makes the database refuse jobs from this position on, as a crash in the middle would leave it. */
async function forbidJobsFrom(position: number): Promise<void> {
  await sql`
    create or replace function refuse_job() returns trigger language plpgsql as $$
    begin raise exception 'not now'; end $$`.execute(db);
  await sql`
    create trigger refuse_job before insert on jobs for each row
    when (new.batch_position >= ${sql.lit(position)}) execute function refuse_job()`.execute(db);
}

async function allowJobs(): Promise<void> {
  await sql`drop trigger refuse_job on jobs`.execute(db);
}
