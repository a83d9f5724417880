import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { sql, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createBatch } from '../../src/services/batches.ts';
import { createDirectory } from '../../src/services/directories.ts';
import { addUpload } from '../../src/services/directory-files.ts';
import { storeUpload } from '../../src/services/uploads.ts';
import { createWorker } from '../../src/worker/worker.ts';
import { addProject, jobsOf } from '../support/batch-scenes.ts';
import { createScriptedEngine } from '../support/scripted-engine.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { openTestServices, type TestServices } from '../support/test-services.ts';
import type { RequestedBatch } from './ledger.ts';
import { verifyRows } from './verify-rows.ts';

/** The judge of the crash test must see what a crash could do. */

let bench: TestServices;
let batch: RequestedBatch;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  batch = await runBatch('https://receiver.invalid/1');
});
afterAll(() => bench[Symbol.asyncDispose]());

/** A batch of two files that has run to its end. */
async function runBatch(marker: string): Promise<RequestedBatch> {
  const { services } = bench;
  const projectId = await addProject(services.db);
  const directory = await createDirectory(services, projectId, { name: 'judged' });
  for (const name of ['one.pdf', 'two.pdf']) {
    const upload = await storeUpload(services, Readable.from([Buffer.from(name)]), name);
    await addUpload(services, directory, upload, () => ({}));
  }
  const request = {
    principal: { keyId: 'key-test', projectId },
    retryCount: 0,
    arrivedAt: performance.now(),
  };
  const { batch: made } = await createBatch(services, request, {
    sourceDirectoryId: directory.id,
    jobType: 'parse_v2',
    configurationId: 'cfg-PARSE_FAST',
    webhooks: { configurationIds: [], inline: [{ webhook_url: marker }] },
  });
  const worker = createWorker(services, { parse: createScriptedEngine(2) });
  await worker.start();
  await waitUntil(async () => (await openBatches()) === 0, 15_000, 'the batch to end');
  await worker.stop(1_000);
  return { id: made.id, marker, files: 2 };
}

async function openBatches(): Promise<number> {
  const open = await sql`select id from batches where finished_at is null`.execute(bench.services.db);
  return open.rows.length;
}

async function problemsOf(acknowledged = [batch]): Promise<string> {
  const { problems } = await verifyRows(bench.services, acknowledged);
  return problems.join('\n');
}

test('a batch that came to its end has no problems, and everything is counted', async () => {
  const { problems, counts } = await verifyRows(bench.services, [batch]);
  expect(problems).toEqual([]);
  expect(counts).toMatchObject({
    batches: { COMPLETED: 1 },
    jobs: { COMPLETED: 2 },
    files: 2,
    transitions: 3,
    deliveries: 3,
    blobs: 2,
  });
});

test.each<[string, RawBuilder<unknown>, RegExp]>([
  [
    'counts a file twice',
    sql`update batches set total_files = 3, completed_files = 3`,
    /counts .*"completed":3/,
  ],
  [
    'has lost a job',
    sql`delete from jobs where batch_position = 1`,
    /file 1 names the job pjb-.* its job is undefined/,
  ],
  [
    'has a job that ended without a result',
    sql`update jobs set result = null where batch_position = 0`,
    /wrong result/,
  ],
  [
    'never told of its end',
    sql`delete from webhook_deliveries where event_type = 'batch.success'`,
    /but told/,
  ],
  [
    'told of a step that it never took',
    sql`delete from batch_transitions where status = 'RUNNING'`,
    /but told/,
  ],
  [
    'went a way that there is not',
    sql`update batch_transitions set status = 'THROTTLED' where status = 'RUNNING'`,
    /went from THROTTLED to COMPLETED/,
  ],
  ['has not ended', sql`update batches set status = 'RUNNING', finished_at = null`, /has not ended/],
])('a batch that %s is found', async (_, damage, expected) => {
  await damage.execute(bench.services.db);
  expect(await problemsOf()).toMatch(expected);
});

test('a result that is gone from the disk is found', async () => {
  const [job] = await jobsOf(bench.services.db, batch.id);
  await rm(join(bench.dataDir, 'blobs', job?.result?.key ?? ''));
  expect(await problemsOf()).toMatch(/the blob results\/.* does not have \d+ bytes/);
});

test('an acknowledged batch that is gone is found, and a request that made two', async () => {
  expect(await problemsOf([batch, { ...batch, id: 'bat-never' }])).toContain('bat-never is not there');
  const twin = await runBatch(batch.marker);
  expect(await problemsOf([batch, twin])).toContain(`${batch.marker} made more than one batch`);
});
