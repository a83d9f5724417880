import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { addStoredFile, createRequest, fastParse } from '../../test/support/parse-job-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { LATEST_PARSE_VERSION } from '../model/parse-versions.ts';
import { saveConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { createParseJob } from './create-parse-job.ts';

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

const addFile = (): Promise<string> => addStoredFile(services, projectId);
const createOf = (fileId: string, wish = fastParse()) =>
  createParseJob(services, createRequest(projectId), { fileId }, wish);
const jobCount = async (): Promise<number> =>
  (await services.db.selectFrom('jobs').select('id').execute()).length;

describe('with a saved configuration', () => {
  const saved = (parameters: object, productType = 'parse_v2') =>
    saveConfiguration(services, projectId, {
      name: 'saved',
      productType,
      parameters: { product_type: productType, ...parameters },
    });

  test('what the request leaves out is as saved, and what it names goes before', async () => {
    const { id } = await saved({
      tier: 'agentic',
      version: 'latest',
      output_options: { markdown: { annotate_links: true, tables: { compact_markdown_tables: true } } },
      processing_options: { ocr_parameters: { languages: ['en', 'de'] } },
    });
    const options = {
      tier: 'configured',
      version: 'configured',
      output_options: { markdown: { annotate_links: false, tables: null } },
      processing_options: { ocr_parameters: { languages: ['fr'] } },
      crop_box: { top: 0.5 },
    };
    const { job } = await createOf(await addFile(), { ...fastParse(), configurationId: id, options });
    expect(job.configuration_id).toBe(id);
    expect(job.parameters).toEqual({
      product_type: 'parse_v2',
      tier: 'agentic',
      version: LATEST_PARSE_VERSION.agentic,
      output_options: { markdown: { annotate_links: false, tables: { compact_markdown_tables: true } } },
      processing_options: { ocr_parameters: { languages: ['fr'] } },
      crop_box: { top: 0.5 },
    });
  });

  test('a preset will do, and tier and version may be left out', async () => {
    const wish = { ...fastParse(), configurationId: 'cfg-PARSE_COST_EFFECTIVE', options: {} };
    const { job } = await createOf(await addFile(), wish);
    expect(job.parameters).toMatchObject({
      tier: 'cost_effective',
      version: LATEST_PARSE_VERSION.cost_effective,
    });
  });

  test('one that is not there or of another product is refused', async () => {
    const fileId = await addFile();
    await expect(createOf(fileId, { ...fastParse(), configurationId: 'cfg-x' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    const { id } = await saved(
      { data_schema: { type: 'object', properties: { a: { type: 'string' } } } },
      'extract_v2',
    );
    await expect(createOf(fileId, { ...fastParse(), configurationId: id })).rejects.toMatchObject({
      code: 'INVALID_REQUEST',
      message: expect.stringContaining('extract_v2') as string,
    });
  });
});

describe('who is told', () => {
  const told = async (): Promise<[string, string][]> => {
    const rows = await sql<{ type: string; url: string }>`
      select d.event_type as type, s.url from webhook_deliveries d
      join webhook_subscriptions s on s.id = d.subscription_id order by s.url`.execute(services.db);
    return rows.rows.map((row) => [row.type, row.url]);
  };

  test('are the endpoints of the request and of its configuration, and they hear of the job at once', async () => {
    const webhook = (path: string) => ({ webhook_url: `http://127.0.0.1:9/${path}` });
    const { id } = await saveConfiguration(services, projectId, {
      name: 'telling',
      productType: 'parse_v2',
      parameters: {
        product_type: 'parse_v2',
        tier: 'fast',
        version: 'latest',
        webhook_configurations: [{ ...webhook('saved'), webhook_signing_secret: 'hush' }],
      },
    });
    const options = { webhook_configurations: [webhook('given')] };
    const { job } = await createOf(await addFile(), { ...fastParse(), configurationId: id, options });
    expect(await told()).toEqual([
      ['parse.pending', 'http://127.0.0.1:9/given'],
      ['parse.pending', 'http://127.0.0.1:9/saved'],
    ]);
    // Nothing that the job runs with holds a secret.
    expect(JSON.stringify(job.parameters)).not.toMatch(/webhook|hush/);
  });

  test('must be there and may be called', async () => {
    const fileId = await addFile();
    await expect(createOf(fileId, fastParse({ webhook_configuration_ids: ['whc-x'] }))).rejects.toMatchObject(
      {
        code: 'NOT_FOUND',
      },
    );
    const inside = { webhook_configurations: [{ webhook_url: 'http://10.0.0.1/hook' }] };
    await expect(createOf(fileId, fastParse(inside))).rejects.toMatchObject({
      issues: [{ loc: ['body', 'webhook_configurations', 0, 'webhook_url'] }],
    });
    expect(await jobCount()).toBe(0);
  });
});

test.each<[string, Record<string, unknown>, string[], string]>([
  ['no tier', { tier: undefined }, ['tier'], 'missing'],
  ['no version', { version: undefined }, ['version'], 'missing'],
  ['neither', { tier: undefined, version: undefined }, ['tier', 'version'], 'missing'],
  ['an unknown tier', { tier: 'golden' }, ['tier'], 'enum'],
  ['configured without a configuration', { tier: 'configured' }, ['tier'], 'enum'],
  [
    'pages that repeat',
    { page_ranges: { target_pages: '1,1' } },
    ['page_ranges.target_pages'],
    'value_error',
  ],
  ['a version that the tier never had', { tier: 'fast', version: '2026-09-07' }, ['version'], 'value_error'],
])('%s is refused by name', async (_, options, fields, type) => {
  const refused = createOf(await addFile(), fastParse(options));
  await expect(refused).rejects.toMatchObject({
    code: 'VALIDATION_FAILED',
    issues: fields.map((field) => ({ type, loc: ['body', ...field.split('.')] })),
  });
  if (fields[0] === 'version' && type === 'value_error') {
    await expect(refused).rejects.toThrow(/^INVALID_TIER_VERSION_COMBINATION/);
  }
});

test('options of more than 256 KiB are refused', async () => {
  const options = { ...fastParse().options, client_name: 'x'.repeat(256 * 1024) };
  await expect(createOf(await addFile(), { ...fastParse(), options })).rejects.toMatchObject({
    issues: [{ loc: ['body'], msg: expect.stringMatching(/at most 256 KiB/) }],
  });
  expect(await jobCount()).toBe(0);
});
