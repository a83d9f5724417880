import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addBatch,
  addDirectory,
  addProject,
  addRunningBatch,
  claim,
  ending,
  jobsOf,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newId } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import type { Batch } from '../store/schema.ts';
import { getBatch, listProjectBatches } from './batches.ts';
import { cancelBatch } from './cancel-batch.ts';
import type { Services } from './context.ts';
import { commitEndings } from './run-jobs.ts';

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

type Query = Parameters<typeof listProjectBatches>[2];
const list = (query: Query = {}) => listProjectBatches(services, projectId, query);
const ids = async (query: Query = {}): Promise<string[]> =>
  (await list(query)).items.map((view) => view.batch.id);

describe('a batch that is looked at', () => {
  test('shows no files before it runs, and all of them, in order, from then on', async () => {
    const { id } = await addBatch(services, projectId, 3);
    expect((await getBatch(services, projectId, id, { withFiles: true })).files).toBeUndefined();
    await startBatches(services);
    const { files } = await getBatch(services, projectId, id, { withFiles: true });
    expect(files?.map((file) => file.job_id)).toEqual((await jobsOf(db, id)).map((job) => job.id));
    expect((await getBatch(services, projectId, id, { withFiles: false })).files).toBeUndefined();
  });

  test('counts its running jobs, and says what it waits for while there are none', async () => {
    const { id } = await addRunningBatch(services, projectId, 3);
    const waiting = await getBatch(services, projectId, id, { withFiles: false });
    expect(waiting).toMatchObject({ runningJobs: 0, waitingReason: expect.stringMatching(/free worker/) });
    const claimed = await claim(services, 2);
    expect(await getBatch(services, projectId, id, { withFiles: false })).toMatchObject({
      runningJobs: 2,
      waitingReason: null,
    });
    await commitEndings(
      services,
      'parse',
      [...claimed, ...(await claim(services, 1))].map((job) => ending(job)),
    );
    const done = await getBatch(services, projectId, id, { withFiles: false });
    expect(done).toMatchObject({ runningJobs: 0, waitingReason: null, batch: { status: 'COMPLETED' } });
  });

  test('that is throttled knows its place', async () => {
    const one = withLimits(services, { maxRunningBatchesPerProject: 1 });
    const batches: Batch[] = [];
    for (let i = 0; i < 3; i++) batches.push(await addRunningBatch(one, projectId, 1));
    const reason = async (index: number) =>
      (await getBatch(one, projectId, batches[index]?.id ?? '', { withFiles: false })).waitingReason;
    expect(await reason(1)).toMatch(/number 1 of those that wait/);
    expect(await reason(2)).toMatch(/number 2 of those that wait/);
  });

  test('is not found in another project', async () => {
    const { id } = await addBatch(services, projectId, 1);
    const foreign = await addProject(db);
    await expect(getBatch(services, foreign, id, { withFiles: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(getBatch(services, projectId, newId('batch'), { withFiles: false })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
  });
});

describe('the list of batches', () => {
  test('is newest first, whole by pages, and of one project', async () => {
    const made: string[] = [];
    for (let i = 0; i < 7; i++) made.push((await addBatch(services, projectId, 1)).id);
    await addBatch(services, await addProject(db), 1);
    // All at one instant: only the ids tell them apart.
    await sql`update batches set created_at = '2026-01-01T00:00:00Z'`.execute(db);
    const seen: string[] = [];
    let pageToken: string | null | undefined;
    do {
      const page = await list({ pageSize: 3, ...(pageToken && { pageToken }) });
      expect(page.totalSize).toBe(7);
      seen.push(...page.items.map((view) => view.batch.id));
      pageToken = page.nextPageToken;
    } while (pageToken);
    expect(seen).toEqual(made.toReversed());
  });

  test('is filtered by status and directory, which together must both hold', async () => {
    const done = await addBatch(services, projectId, 1);
    const open = await addBatch(services, projectId, 1);
    await cancelBatch(services, projectId, done.id);
    expect(await ids({ status: 'CANCELLED' })).toEqual([done.id]);
    expect(await ids({ sourceDirectoryId: open.source_directory_id })).toEqual([open.id]);
    expect(await ids({ status: 'CANCELLED', sourceDirectoryId: open.source_directory_id })).toEqual([]);
  });

  test('is filtered by time, both bounds included', async () => {
    const made: string[] = [];
    for (let day = 1; day <= 4; day++) {
      const { id } = await addBatch(services, projectId, 1);
      await sql`update batches set created_at = ${`2026-01-0${day}T00:00:00.001Z`} where id = ${id}`.execute(
        db,
      );
      made.push(id);
    }
    const second = new Date('2026-01-02T00:00:00.001Z');
    const third = new Date('2026-01-03T00:00:00.001Z');
    expect(await ids({ createdAtOnOrAfter: second, createdAtOnOrBefore: third })).toEqual([made[2], made[1]]);
    expect(await ids({ createdAtOnOrAfter: new Date(second.getTime() + 1) })).toEqual([made[3], made[2]]);
    expect(await ids({ createdAtOnOrBefore: new Date(second.getTime() - 1) })).toEqual([made[0]]);
  });

  test('is searched by the beginning of an id or of a directory name, letters alike, signs taken as they are', async () => {
    const named = async (name: string) => (await addBatch(services, projectId, 1, name)).id;
    const [march, percent] = [await named('Invoices March'), await named('100% sure')];
    expect(await ids({ q: 'invoices' })).toEqual([march]);
    expect(await ids({ q: '100%' })).toEqual([percent]);
    expect(await ids({ q: '%' })).toEqual([]);
    expect(await ids({ q: '1_0' })).toEqual([]);
    expect(await ids({ q: 'March' })).toEqual([]);
    expect(await ids({ q: march.slice(0, -1) })).toContain(march);
    expect(await ids({ q: march })).toEqual([march]);
    expect(await ids({ q: 'bat-' })).toEqual([percent, march]);
  });

  test('refuses a token of other filters, and junk, by its name', async () => {
    for (let i = 0; i < 2; i++) await addBatch(services, projectId, 1);
    const { nextPageToken } = await list({ pageSize: 1 });
    const refusal = { code: 'VALIDATION_FAILED', issues: [{ loc: ['query', 'page_token'] }] };
    await expect(list({ pageToken: nextPageToken ?? '', status: 'PENDING' })).rejects.toMatchObject(refusal);
    await expect(list({ pageToken: 'junk' })).rejects.toMatchObject(refusal);
    const foreign = listProjectBatches(services, await addProject(db), { pageToken: nextPageToken ?? '' });
    await expect(foreign).rejects.toMatchObject(refusal);
  });

  test('serves a thousand to who wants more, and a default to who does not say', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    await sql`
      insert into batches (id, project_id, source_directory_id, job_type, configuration_id, resolved_parameters, status,
        total_files, request_fingerprint)
      select 'bat-' || n, ${projectId}, ${directoryId}, 'parse_v2', 'cfg', '{}', 'PENDING', 1, ''
      from generate_series(1, 1005) as n`.execute(db);
    expect((await list({ pageSize: 100_000 })).items).toHaveLength(1000);
    const { items } = await list();
    expect(items.length).toBeGreaterThan(0);
    expect(items.length).toBeLessThan(1000);
  });
});
