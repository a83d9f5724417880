import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  addDirectory,
  addProject,
  addStoredBatch,
  batchById,
  countersAndRows,
  filesOf,
  jobsOf,
  startBatches,
} from '../../test/support/batch-scenes.ts';
import { attemptExtraction, SCHEMA } from '../../test/support/extract-job-scenes.ts';
import { createRequest } from '../../test/support/parse-job-scenes.ts';
import { createScriptedEngine } from '../../test/support/scripted-engine.ts';
import { createScriptedExtraction, succeedExtracting } from '../../test/support/scripted-extraction.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { newUuid } from '../model/ids.ts';
import { createBatch, getBatch } from './batches.ts';
import { cancelBatch } from './cancel-batch.ts';
import { changeConfiguration, saveConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { getExtractJob } from './extract-jobs.ts';
import { retryBatch } from './retry-batch.ts';
import { claimJobs, commitEndings } from './run-jobs.ts';

let bench: TestServices;
let services: Services;
let projectId: string;

beforeAll(async () => {
  bench = await openTestServices({ egressAllow: ['127.0.0.1'] });
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
});
afterAll(() => bench[Symbol.asyncDispose]());

const WEBHOOKS = { configurationIds: [], inline: [] };

async function configure(parameters: Record<string, unknown> = {}): Promise<string> {
  const { id } = await saveConfiguration(services, projectId, {
    name: 'bills',
    productType: 'extract_v2',
    parameters: { product_type: 'extract_v2', data_schema: SCHEMA, ...parameters },
  });
  return id;
}

async function create(configurationId: string, sourceDirectoryId: string, jobType = 'extract_v2' as const) {
  const wish = { sourceDirectoryId, jobType, configurationId, webhooks: WEBHOOKS };
  return (await createBatch(services, createRequest(projectId), wish)).batch;
}

/** A batch over stored files that runs; no job is claimed. */
async function running(configurationId: string, names: readonly string[]) {
  const stored = await addStoredBatch(services, projectId, names);
  await cancelBatch(services, projectId, stored.id);
  const batch = await create(configurationId, stored.source_directory_id);
  await startBatches(services);
  return batch;
}

async function workOff(extract = createScriptedExtraction()) {
  const parse = createScriptedEngine(1);
  const jobs = await claimJobs(services, newUuid(), 'extract', 100);
  for (const job of jobs) {
    await commitEndings(services, 'extract', [await attemptExtraction(services, { parse, extract }, job)]);
  }
  return { jobs, parse };
}

test('every file gets an extract job that runs with the configuration as it was', async () => {
  const saved = await saveConfiguration(services, projectId, {
    name: 'reading',
    productType: 'parse_v2',
    parameters: { product_type: 'parse_v2', tier: 'agentic', version: 'latest', crop_box: { top: 0.1 } },
  });
  const id = await configure({ parse_config_id: saved.id, max_pages: 2 });
  const batch = await running(id, ['a.pdf', 'b.pdf']);
  await changeConfiguration(services, projectId, saved.id, {
    parameters: { product_type: 'parse_v2', tier: 'fast', version: 'latest' },
  });
  const { jobs } = await workOff();
  expect(jobs).toHaveLength(2);
  const files = await filesOf(services.db, batch.id);
  const rows = await jobsOf(services.db, batch.id);
  expect(rows.map((row) => row.file_input)).toEqual(files.map((file) => file.directory_file_id));
  expect(rows.every((row) => row.kind === 'extract' && row.id.startsWith('ext-'))).toBe(true);
  const { job } = await getExtractJob(services, projectId, rows[0]?.id ?? '');
  expect(job).toMatchObject({ status: 'COMPLETED', configuration_id: id, name: 'a.pdf' });
  expect(job.parameters['version']).toMatch(/^\d{4}-\d\d-\d\d$/);
  expect(job.parameters['parse_parameters']).toMatchObject({
    tier: 'agentic',
    crop_box: { top: 0.1 },
    page_ranges: { max_pages: 2 },
  });
  const view = await getBatch(services, projectId, batch.id, { withFiles: true });
  expect(view.batch.status).toBe('COMPLETED');
  expect(view.files?.map((file) => file.job_id)).toEqual(rows.map((row) => row.id));
  const { counters, rows: counted } = await countersAndRows(services.db, batch.id);
  expect(counters).toEqual(counted);
  expect(counters).toEqual({ completed: 2, failed: 0, cancelled: 0, pages: 2 });
});

test('a failed file is retried, and is not parsed again where results are kept', async () => {
  const batch = await running(await configure(), ['a.pdf', 'b.pdf']);
  await workOff(
    createScriptedExtraction((request) =>
      request.fileName === 'a.pdf'
        ? { kind: 'failure', code: 'TIMEOUT', message: 'It took too long.' }
        : succeedExtracting(request),
    ),
  );
  expect(await batchById(services.db, batch.id)).toMatchObject({ completed_files: 1, failed_files: 1 });
  const { batch: retried } = await retryBatch(services, createRequest(projectId), batch.id, {
    configurationId: undefined,
  });
  expect(retried).toMatchObject({ job_type: 'extract_v2', total_files: 1 });
  await startBatches(services);
  await workOff();
  expect(await batchById(services.db, retried.id)).toMatchObject({ status: 'COMPLETED', completed_files: 1 });
});

test('cancelling ends the jobs that wait', async () => {
  const batch = await running(await configure(), ['a.pdf', 'b.pdf']);
  await cancelBatch(services, projectId, batch.id);
  expect((await workOff()).jobs).toEqual([]);
  expect(await batchById(services.db, batch.id)).toMatchObject({ status: 'CANCELLED', cancelled_files: 2 });
});

test('the webhooks of the configuration hear of the jobs, who have no running', async () => {
  const webhook = { webhook_url: 'http://127.0.0.1:9/', webhook_output_format: 'json' };
  await running(await configure({ webhook_configurations: [webhook] }), ['a.pdf']);
  await workOff();
  const events = await services.db
    .selectFrom('webhook_deliveries')
    .select('event_type')
    .where('event_type', 'like', 'extract.%')
    .orderBy('event_type')
    .execute();
  expect(events.map((event) => event.event_type)).toEqual(['extract.pending', 'extract.success']);
});

test('a configuration of the other product is refused, either way round', async () => {
  const directory = await addDirectory(services, projectId, 1);
  await expect(create('cfg-PARSE_FAST', directory)).rejects.toThrow(/pass an extract_v2 configuration/);
  await expect(create(await configure(), directory, 'parse_v2' as never)).rejects.toThrow(
    /pass a parse_v2 configuration/,
  );
});
