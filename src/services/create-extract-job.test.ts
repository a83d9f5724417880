import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { extraction, SCHEMA } from '../../test/support/extract-job-scenes.ts';
import { addStoredFile, createRequest } from '../../test/support/parse-job-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { deleteConfiguration, saveConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { createExtractJob } from './create-extract-job.ts';
import { listExtractJobs } from './extract-jobs.ts';
import { generateSchema } from './generate-schema.ts';

let bench: TestServices;
let services: Services;
let projectId: string;
let file: string;

beforeAll(async () => {
  bench = await openTestServices();
  ({ services } = bench);
});
beforeEach(async () => {
  await bench.clear();
  projectId = await addProject(services.db);
  file = await addStoredFile(services, projectId);
});
afterAll(() => bench[Symbol.asyncDispose]());

const create = (wish = extraction(file), retryCount = 0) =>
  createExtractJob(services, createRequest(projectId, retryCount), wish);

test('a create that is sent again gives the job of its first try', async () => {
  const { job } = await create();
  expect((await create(extraction(file), 1)).job.id).toBe(job.id);
  expect((await create(extraction(file), 0)).job.id).not.toBe(job.id);
  expect((await create(extraction(file, { tier: 'agentic' }), 1)).job.id).not.toBe(job.id);
});

test('the schema keeps the order of its fields, in the job as in a saved configuration', async () => {
  const { id } = await saveConfiguration(services, projectId, {
    name: 'bills',
    productType: 'extract_v2',
    parameters: { product_type: 'extract_v2', data_schema: SCHEMA },
  });
  const { job } = await create({ ...extraction(file), configuration: null, configurationId: id });
  const { properties } = job.parameters['data_schema'] as typeof SCHEMA;
  expect(Object.keys(properties)).toEqual(['total', 'buyer']);
  await deleteConfiguration(services, projectId, id);
  const list = await listExtractJobs(services, projectId, { configurationId: id, withConfiguration: true });
  expect(list.items.map((view) => view.job.parameters)).toEqual([job.parameters]);
});

describe('another project', () => {
  test('has no files, directory files or parse jobs to extract from', async () => {
    const other = await addProject(services.db);
    const request = createRequest(other);
    await expect(createExtractJob(services, request, extraction(file))).rejects.toThrow('File not found');
  });
});

test('lists find jobs by what they read', async () => {
  const second = await addStoredFile(services, projectId, 'second.pdf');
  const { job } = await create();
  await create(extraction(second));
  const list = async (query: object): Promise<string[]> => {
    const { items } = await listExtractJobs(services, projectId, { withConfiguration: false, ...query });
    return items.map((view) => view.job.file_input ?? '');
  };
  expect(await list({})).toEqual([second, file]);
  expect(await list({ fileInput: file })).toEqual([file]);
  expect(await list({ inputType: 'file_id', jobIds: [job.id] })).toEqual([file]);
  for (const query of [{ inputType: 'parse_job_id' }, { inputType: 'other' }, { status: 'THROTTLED' }])
    expect(await list(query)).toEqual([]);
  const [view] = (await listExtractJobs(services, projectId, { fileInput: file, withConfiguration: false }))
    .items;
  expect(view?.job.parameters).toEqual({
    cite_sources: false,
    confidence_scores: false,
    parse_parameters: { tier: 'cost_effective' },
  });
});

describe('a proposed schema', () => {
  const wish = { name: null, prompt: null, fileId: null, dataSchema: null };
  const generate = (more: object) => generateSchema(services, createRequest(projectId), { ...wish, ...more });

  test('of given fields is the checked schema, with the prompt as its description', async () => {
    const { name, parameters } = await generate({
      dataSchema: SCHEMA,
      prompt: 'what is owed',
      name: 'bills',
    });
    expect(name).toBe('bills');
    expect(parameters.data_schema).toMatchObject({ ...SCHEMA, description: 'what is owed', required: [] });
  });

  test('needs something to be made of, and words are not enough', async () => {
    await expect(generate({})).rejects.toThrow(/Field required/);
    await expect(generate({ prompt: 'what is owed' })).rejects.toThrow(/SHEAF_MODEL_BASE_URL/);
    await expect(generate({ fileId: 'nothing' })).rejects.toThrow('File not found');
    await expect(generate({ dataSchema: { type: 'string' } })).rejects.toMatchObject({
      code: 'VALIDATION_FAILED',
    });
  });
});
