import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import {
  addDirectory,
  addProject,
  claim,
  filesOf,
  startBatches,
  ticketsIn,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, withLimits, type TestServices } from '../../test/support/test-services.ts';
import { newId, uuidOf } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { createBatch, type BatchView, type NewBatch } from './batches.ts';
import { saveConfiguration } from './configurations.ts';
import type { Services } from './context.ts';

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

function create(
  sourceDirectoryId: string,
  options: Partial<NewBatch> & { retryCount?: number; keyId?: string; in?: Services } = {},
): Promise<BatchView> {
  const { retryCount = 0, keyId = 'key-test', in: within = services, ...wish } = options;
  return createBatch(
    within,
    { principal: { keyId, projectId }, retryCount, arrivedAt: performance.now() },
    {
      sourceDirectoryId,
      jobType: 'parse_v2',
      configurationId: 'cfg-PARSE_AGENTIC',
      webhooks: { configurationIds: [], inline: [] },
      ...wish,
    },
  );
}

async function batchCount(): Promise<number> {
  const counted = await sql<{ n: number }>`select count(*) as n from batches`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** How many statements wait for a lock of this type. */
async function waitingFor(lockType: string): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from pg_locks l join pg_stat_activity a on a.pid = l.pid
    where a.datname = current_database() and not l.granted and l.locktype = ${lockType}`.execute(db);
  return counted.rows[0]?.n ?? 0;
}

/** A refusal must leave neither a batch nor a ticket. */
async function expectRefusal(creating: Promise<unknown>, code: string, message: RegExp): Promise<void> {
  await expect(creating).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
  expect(await batchCount()).toBe(0);
  expect(await ticketsIn(db, 'start-batch')).toEqual([]);
}

test('a batch is accepted with its files in the order in which they came, and with a ticket to be started', async () => {
  const directoryId = await addDirectory(services, projectId, 12);
  const { batch, runningJobs, waitingReason } = await create(directoryId);
  expect(batch).toMatchObject({ status: 'PENDING', total_files: 12, source_directory_id: directoryId });
  expect(runningJobs).toBe(0);
  expect(waitingReason).toMatch(/as soon as a worker is free/);
  const files = await filesOf(db, batch.id);
  expect(files.map((file) => file.display_name)).toEqual(
    Array.from({ length: 12 }, (_, index) => `${index}.pdf`),
  );
  expect(files.every((file) => file.job_id === null && file.error_message === null)).toBe(true);
  expect((await ticketsIn(db, 'start-batch')).map((ticket) => ticket.id)).toEqual([uuidOf(batch.id)]);
});

describe('a directory is not found that', () => {
  test('is unknown', () => expectRefusal(create(newId('directory')), 'NOT_FOUND', /^Directory not found/));

  test("is another project's", async () => {
    const foreign = await addDirectory(services, await addProject(db), 1);
    await expectRefusal(create(foreign), 'NOT_FOUND', /^Directory not found/);
  });

  test('is deleted', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    await sql`update directories set deleted_at = now()`.execute(db);
    await expectRefusal(create(directoryId), 'NOT_FOUND', /^Directory not found/);
  });

  test('has expired', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    await sql`update directories set expires_at = now() - interval '1 millisecond'`.execute(db);
    await expectRefusal(create(directoryId), 'NOT_FOUND', /^Directory not found/);
    await sql`update directories set expires_at = now() + interval '1 minute'`.execute(db);
    await expect(create(directoryId)).resolves.toBeDefined();
  });
});

describe('a directory is refused that', () => {
  test('is empty', async () => {
    await expectRefusal(
      create(await addDirectory(services, projectId, 0)),
      'INVALID_REQUEST',
      /has no files/,
    );
  });

  test('has only deleted files', async () => {
    const directoryId = await addDirectory(services, projectId, 2);
    await sql`update directory_files set deleted_at = now()`.execute(db);
    await expectRefusal(create(directoryId), 'INVALID_REQUEST', /has no files/);
  });

  test('has one file too many, and not one less', async () => {
    const within = withLimits(services, { maxBatchFiles: 3 });
    const four = await addDirectory(services, projectId, 4);
    await expectRefusal(
      create(four, { in: within }),
      'INVALID_REQUEST',
      /more than 3 files.*SHEAF_MAX_BATCH_FILES/,
    );
    const { batch } = await create(await addDirectory(services, projectId, 3), { in: within });
    expect(batch.total_files).toBe(3);
  });
});

describe('a configuration is refused that', () => {
  test('is unknown', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    await expectRefusal(
      create(directoryId, { configurationId: newId('configuration') }),
      'NOT_FOUND',
      /^Configuration not found/,
    );
  });

  test("is another project's", async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    const { id } = await saveConfiguration(services, await addProject(db), PARSE_CONFIGURATION);
    await expectRefusal(
      create(directoryId, { configurationId: id }),
      'NOT_FOUND',
      /^Configuration not found/,
    );
  });

  test('is of another product, which the message names', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    const { id } = await saveConfiguration(services, projectId, {
      name: 'invoice fields',
      productType: 'extract_v2',
      parameters: {
        product_type: 'extract_v2',
        data_schema: { type: 'object', properties: { total: { type: 'number' } } },
      },
    });
    await expectRefusal(
      create(directoryId, { configurationId: id }),
      'INVALID_REQUEST',
      /extract_v2.*parse_v2/,
    );
  });
});

const PARSE_CONFIGURATION = {
  name: 'ours',
  productType: 'parse_v2',
  parameters: { product_type: 'parse_v2', tier: 'fast', version: '2025-12-11' },
};

test('what changes after the creation changes nothing in the batch', async () => {
  const directoryId = await addDirectory(services, projectId, 3);
  const { id: configurationId } = await saveConfiguration(services, projectId, PARSE_CONFIGURATION);
  const { batch } = await create(directoryId, { configurationId });
  const snapshot = await filesOf(db, batch.id);

  await saveConfiguration(services, projectId, {
    ...PARSE_CONFIGURATION,
    parameters: { ...PARSE_CONFIGURATION.parameters, tier: 'agentic', version: 'latest' },
  });
  await sql`update directory_files set display_name = 'renamed' where display_name = '0.pdf'`.execute(db);
  await sql`
    update directory_files set directory_id = ${await addDirectory(services, projectId, 0)}
    where display_name = '1.pdf'`.execute(db);
  await sql`update directories set deleted_at = now()`.execute(db);

  expect(await filesOf(db, batch.id)).toEqual(snapshot);
  await startBatches(services);
  const jobs = await claim(services, 10);
  expect(jobs.map((job) => job.name).toSorted()).toEqual(['0.pdf', '1.pdf', '2.pdf']);
  for (const job of jobs) expect(job.parameters).toEqual(PARSE_CONFIGURATION.parameters);
});

describe('a create that a client sends again', () => {
  test('gives the batch of its first try', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    const first = await create(directoryId);
    const again = await create(directoryId, { retryCount: 1 });
    expect(again.batch.id).toBe(first.batch.id);
    expect(await batchCount()).toBe(1);
  });

  test('while the first try still runs waits for it, and gives its batch', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    let first: Promise<BatchView> | undefined;
    let again: Promise<BatchView> | undefined;
    await db.transaction().execute(async (tx) => {
      await sql`lock table batch_files in exclusive mode`.execute(tx);
      first = create(directoryId);
      await expect.poll(() => waitingFor('relation')).toBe(1);
      again = create(directoryId, { retryCount: 1 });
      await expect.poll(() => waitingFor('advisory')).toBe(1);
    });
    expect((await again)?.batch.id).toBe((await first)?.batch.id);
    expect(await batchCount()).toBe(1);
  });

  test('makes a batch where no try had come to one', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    await create(directoryId, { retryCount: 3 });
    expect(await batchCount()).toBe(1);
  });

  test.each([
    ['is not a retry', { retryCount: 0 }],
    ['comes with another key', { retryCount: 1, keyId: 'key-other' }],
    ['wants another configuration', { retryCount: 1, configurationId: 'cfg-PARSE_FAST' }],
  ])('is told from one that %s', async (_, difference) => {
    const directoryId = await addDirectory(services, projectId, 1);
    const first = await create(directoryId);
    const other = await create(directoryId, difference);
    expect(other.batch.id).not.toBe(first.batch.id);
  });

  test('much later is a wish of its own', async () => {
    const directoryId = await addDirectory(services, projectId, 1);
    const first = await create(directoryId);
    await sql`update batches set created_at = created_at - interval '121 seconds'`.execute(db);
    expect((await create(directoryId, { retryCount: 1 })).batch.id).not.toBe(first.batch.id);
  });
});
