import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addDirectory,
  addProject,
  claim,
  ending,
  jobsOf,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { uuidOf } from '../model/ids.ts';
import type { ParseSummary } from '../model/parse-result.ts';
import { cancelBatch } from './cancel-batch.ts';
import { createBatch } from './batches.ts';
import { saveConfiguration } from './configurations.ts';
import { recordJobEvents } from './job-events.ts';
import { retryBatch } from './retry-batch.ts';
import { commitEndings } from './run-jobs.ts';
import { createWebhookConfig, deleteWebhookConfig } from './webhook-configs.ts';

let bench: TestServices;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(bench.services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const HOOK = 'https://hook.example';
const request = () => ({
  principal: { keyId: 'key-test', projectId },
  retryCount: 0,
  arrivedAt: performance.now(),
});

/** A batch whose configuration names these webhooks for its jobs, and whose request names those for itself. */
async function addToldBatch(files: number, jobHooks: object, own: object[] = []): Promise<string> {
  const configuration = await saveConfiguration(bench.services, projectId, {
    name: 'told',
    productType: 'parse_v2',
    parameters: { product_type: 'parse_v2', tier: 'fast', version: 'latest', ...jobHooks },
  });
  const { batch } = await createBatch(bench.services, request(), {
    sourceDirectoryId: await addDirectory(bench.services, projectId, files),
    jobType: 'parse_v2',
    configurationId: configuration.id,
    webhooks: { configurationIds: [], inline: own },
  });
  await startBatches(bench.services);
  return batch.id;
}

interface Told {
  readonly event: string;
  readonly id: string;
  readonly url: string;
  readonly payload: {
    event_id: string;
    event_type: string;
    timestamp: number;
    data: Record<string, unknown>;
  };
}

async function told(): Promise<Told[]> {
  const rows = await sql<Told>`
    select d.event_type as event, d.event_id as id, coalesce(c.url, s.url) as url, d.payload
    from webhook_deliveries d join webhook_subscriptions s on s.id = d.subscription_id
    left join webhook_configs c on c.id = d.config_id
    order by d.created_at, d.event_type`.execute(bench.services.db);
  return rows.rows;
}

const eventsTold = async (): Promise<string[]> => (await told()).map(({ event }) => event).toSorted();

const inline = (url = HOOK, events?: string[]) => ({
  webhook_configurations: [{ webhook_url: url, ...(events && { webhook_events: events }) }],
});

test("the jobs of a batch tell the configuration's webhooks what becomes of them, each thing once", async () => {
  const { services } = bench;
  const batchId = await addToldBatch(4, inline(), [{ webhook_url: `${HOOK}/batch` }]);
  const [first, second, third] = await claim(services, 3);
  if (!first || !second || !third) throw new Error('three jobs were to be claimed');
  const pages = { total: 2, textLayer: 1, ocr: 0, native: 0, empty: 0, failed: 1 };
  await commitEndings(services, 'parse', [
    ending(first),
    ending(second, { status: 'FAILED', errorMessage: 'PDF_IS_BROKEN: no' }),
    ending(third, { summary: { pages } as ParseSummary }),
  ]);
  await cancelBatch(services, projectId, batchId);
  const jobEvents = (await told()).filter(({ url }) => url === HOOK);
  expect(jobEvents.map(({ event }) => event).toSorted()).toEqual([
    'parse.cancelled',
    'parse.error',
    'parse.partial_success',
    ...Array.from({ length: 4 }, () => 'parse.pending'),
    ...Array.from({ length: 3 }, () => 'parse.running'),
    'parse.success',
  ]);
  const batchEvents = (await told()).filter(({ url }) => url === `${HOOK}/batch`);
  expect(batchEvents.map(({ event }) => event).toSorted()).toEqual([
    'batch.cancelled',
    'batch.pending',
    'batch.running',
  ]);
  const failure = jobEvents.find(({ event }) => event === 'parse.error');
  expect(failure?.payload).toEqual({
    event_id: `evt-${uuidOf(second.id)}-error`,
    event_type: 'parse.error',
    timestamp: expect.closeTo(Date.now() / 1000, -2) as number,
    data: {
      id: second.id,
      job_id: second.id,
      status: 'FAILED',
      project_id: projectId,
      batch_id: batchId,
      name: '1.pdf',
      error_message: 'PDF_IS_BROKEN: no',
    },
  });
  expect(Object.keys(failure?.payload ?? {})).toEqual(['event_id', 'event_type', 'timestamp', 'data']);
});

test('a job that is given back and run again has begun once', async () => {
  const { services } = bench;
  await addToldBatch(1, inline(HOOK, ['parse.running', 'parse.success']));
  const [job] = await claim(services, 1);
  if (!job) throw new Error('a job was to be claimed');
  await commitEndings(services, 'parse', [{ job, returned: true }]);
  const [again] = await claim(services, 1);
  if (!again) throw new Error('the job was to be claimed again');
  expect(await eventsTold()).toEqual(['parse.running']);
  // Late news of the first attempt are refused and not told.
  await commitEndings(services, 'parse', [ending(job, { status: 'FAILED' })]);
  await commitEndings(services, 'parse', [ending(again)]);
  expect(await eventsTold()).toEqual(['parse.running', 'parse.success']);
});

test('a webhook hears only of the events that it names, and nobody of a transaction that failed', async () => {
  const { services } = bench;
  const batchId = await addToldBatch(2, inline(HOOK, ['parse.cancelled']));
  await expect(
    services.db.transaction().execute(async (tx) => {
      const [job] = await jobsOf(services.db, batchId);
      await recordJobEvents(tx, services, [{ id: job?.id ?? '', status: 'CANCELLED' }]);
      throw new Error('rolled back');
    }),
  ).rejects.toThrow('rolled back');
  expect(await eventsTold()).toEqual([]);
  await cancelBatch(services, projectId, batchId);
  expect(await eventsTold()).toEqual(['parse.cancelled', 'parse.cancelled']);
});

test('a saved webhook counts as it is when something happens; one that was deleted hears nothing more', async () => {
  const { services } = bench;
  const fields = { webhook_url: `${HOOK}/saved`, webhook_events: ['parse.running'] };
  const config = await createWebhookConfig(services, projectId, fields);
  await addToldBatch(2, { webhook_configuration_ids: [config.id] });
  await claim(services, 1);
  expect(await told()).toMatchObject([{ event: 'parse.running', url: `${HOOK}/saved` }]);
  await deleteWebhookConfig(services, projectId, config.id);
  await claim(services, 1);
  expect(await eventsTold()).toEqual(['parse.running']);
});

test('an unknown webhook in the request or in the configuration refuses the batch', async () => {
  await expect(addToldBatch(1, { webhook_configuration_ids: ['whc-none'] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
    message: expect.stringContaining('whc-none') as string,
  });
  const other = await addProject(bench.services.db);
  const foreign = await createWebhookConfig(bench.services, other, { webhook_url: HOOK });
  await expect(addToldBatch(1, { webhook_configuration_ids: [foreign.id] })).rejects.toMatchObject({
    code: 'NOT_FOUND',
  });
  await expect(addToldBatch(1, {}, [{ webhook_url: 'http://127.0.0.1/' }])).rejects.toMatchObject({
    issues: [{ loc: ['body', 'webhook_configurations', 0, 'webhook_url'] }],
  });
});

test('a retry tells the same webhooks', async () => {
  const { services } = bench;
  const id = await addToldBatch(1, inline(HOOK, ['parse.pending']), [
    { webhook_url: HOOK, webhook_events: ['batch.pending'] },
  ]);
  const [job] = await claim(services, 1);
  if (!job) throw new Error('a job was to be claimed');
  await commitEndings(services, 'parse', [ending(job, { status: 'FAILED' })]);
  await retryBatch(services, request(), id, { configurationId: undefined });
  await startBatches(services);
  expect(await eventsTold()).toEqual(['batch.pending', 'batch.pending', 'parse.pending', 'parse.pending']);
});
