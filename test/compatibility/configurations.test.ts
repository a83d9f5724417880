import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { checkingFetch } from './checking-fetch.ts';

/** The official client over every method of `client.configurations`, for every product. */
let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;
const answers = checkingFetch();

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir);
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, fetch: answers.fetch });
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

type Parameters = LlamaCloud.ConfigurationCreate['parameters'];

const data_schema = {
  type: 'object',
  properties: {
    zebra: { type: 'string', description: 'd' },
    ant: { anyOf: [{ type: 'number' }, { type: 'null' }] },
  },
  required: ['zebra'],
};

const PRODUCTS: readonly Parameters[] = [
  {
    product_type: 'parse_v2',
    tier: 'agentic',
    version: '2026-09-07',
    client_name: 'tests',
    disable_cache: null,
    agentic_options: { custom_prompt: 'Be brief.' },
    crop_box: { bottom: 0.5, top: null },
    page_ranges: { target_pages: '1,3,5-8' },
    webhook_configurations: [
      { webhook_url: 'https://hooks.example.com/parse', webhook_output_format: 'json' },
    ],
    output_options: { images_to_save: [], markdown: { tables: { output_tables_as_markdown: true } } },
    processing_control: { timeouts: { base_in_seconds: 7200 } },
    processing_options: {
      cost_optimizer: { enable: true },
      ocr_parameters: { languages: ['de', 'ch_sim'] },
      auto_mode_configuration: [
        { parsing_conf: { tier: 'agentic_plus', version: 'latest' }, page_contains_at_least_n_tables: '2' },
      ],
    },
  },
  {
    product_type: 'extract_v2',
    data_schema,
    tier: 'turbo',
    version: '2026-09-01',
    extraction_target: 'per_page',
    cite_sources: true,
  },
  {
    product_type: 'classify_v2',
    rules: [{ type: 'invoice', description: 'has a number, lines and a total' }],
    parsing_configuration: { lang: 'de', target_pages: '1-2' },
  },
  {
    product_type: 'split_v1',
    categories: [{ name: 'cover' }, { name: 'annex', description: null }],
    splitting_strategy: { allow_uncategorized: 'forbid', min_pages_per_split: 2, custom_instructions: null },
  },
  { product_type: 'spreadsheet_v1', tier: 'cost_effective', sheet_names: ['A'], extraction_range: 'A1:B9' },
  { product_type: 'unknown', anything: { goes: [1, 'two', null] } },
];

describe.each(PRODUCTS.map((parameters) => [parameters.product_type, parameters] as const))(
  '%s',
  (type, parameters) => {
    test('is saved, found, changed and deleted by the official client', async () => {
      const created = await client.configurations.create({ name: 'mine', parameters });
      expect(created).toMatchObject({ name: 'mine', product_type: type, id: expect.stringMatching(/^cfg-/) });
      // Nothing is added, not even defaults.
      expect(created.parameters).toEqual(parameters);
      expect(await client.configurations.create({ name: 'mine', parameters })).toEqual(created);
      expect(await client.configurations.retrieve(created.id)).toEqual(created);

      const renamed = await client.configurations.update(created.id, {
        name: `my ${type}`,
        parameters: null,
      });
      expect(renamed).toMatchObject({
        id: created.id,
        name: `my ${type}`,
        version: created.version,
        parameters,
      });
      expect(await client.configurations.update(created.id, { parameters })).toEqual(renamed);
      const changed = await client.configurations.update(created.id, { parameters: different(parameters) });
      expect(changed.version > created.version).toBe(true);
      expect(changed.parameters).toEqual(different(parameters));

      const other: Parameters =
        type === 'unknown' ? (PRODUCTS[4] as Parameters) : { product_type: 'unknown' };
      await expect(client.configurations.update(created.id, { parameters: other })).rejects.toMatchObject({
        status: 400,
      });
      await client.configurations.delete(created.id);
      for (const gone of [
        () => client.configurations.retrieve(created.id),
        () => client.configurations.update(created.id, {}),
        () => client.configurations.delete(created.id),
      ]) {
        await expect(gone()).rejects.toMatchObject({
          status: 404,
          error: { detail: 'Configuration not found' },
        });
      }
    });
  },
);

/** The same product with a change that its rules allow. */
function different(parameters: Parameters): Parameters {
  switch (parameters.product_type) {
    case 'parse_v2':
      return { ...parameters, client_name: 'other' };
    case 'extract_v2':
      return { ...parameters, max_pages: 3 };
    case 'classify_v2':
      return { ...parameters, parsing_configuration: null };
    case 'split_v1':
      return { ...parameters, categories: [{ name: 'all' }] };
    case 'spreadsheet_v1':
      return { ...parameters, include_hidden_cells: false };
    case 'unknown':
      return { product_type: 'unknown' };
  }
}

test('configurations are listed newest first, page by page, by product and by name', async () => {
  const ids: string[] = [];
  for (const parameters of PRODUCTS)
    ids.unshift((await client.configurations.create({ name: 'listed', parameters })).id);
  ids.unshift(
    (await client.configurations.create({ name: 'alone', parameters: { product_type: 'unknown' } })).id,
  );

  const seen: string[] = [];
  for await (const { id } of client.configurations.list({ page_size: 2 })) seen.push(id);
  expect(seen).toEqual(ids);
  const of = async (query: LlamaCloud.ConfigurationListParams) =>
    (await client.configurations.list(query)).items.map((item) => item.id);
  expect(await of({ latest_only: true })).toEqual(ids);
  expect(await of({ name: 'alone', product_type: null })).toEqual([ids[0]]);
  expect(await of({ name: 'nobody' })).toEqual([]);
  expect(await of({ product_type: ['unknown'] })).toEqual([ids[0], ids[1]]);
  expect(await of({ product_type: ['unknown', 'split_v1'], latest_only: true })).toEqual([
    ids[0],
    ids[1],
    ids[3],
  ]);
  const { next_page_token } = await client.configurations.list({ page_size: 1 });
  await expect(of({ name: 'alone', page_token: next_page_token ?? '' })).rejects.toMatchObject({
    status: 422,
  });
});

test('presets can be read and not changed, and their names are taken', async () => {
  const preset = await client.configurations.retrieve('cfg-PARSE_AGENTIC_PLUS');
  expect(preset.parameters).toEqual({ product_type: 'parse_v2', tier: 'agentic_plus', version: 'latest' });
  const parameters = { product_type: 'parse_v2', tier: 'fast', version: 'latest' } as const;
  for (const refused of [
    () => client.configurations.update(preset.id, { name: 'x' }),
    () => client.configurations.delete(preset.id),
    () => client.configurations.create({ name: preset.name, parameters }),
  ]) {
    await expect(refused()).rejects.toMatchObject({ status: 400 });
  }
});

test.each<[string, object, (string | number)[]]>([
  ['an option that does not exist', { crop_box: { tpo: 0 } }, ['crop_box', 'tpo']],
  [
    'a language that does not exist',
    { processing_options: { ocr_parameters: { languages: ['en', 'xx'] } } },
    ['processing_options', 'ocr_parameters', 'languages', 1],
  ],
  ['a version of another tier', { version: '2026-06-15' }, ['version']],
  ['an option of another tier', { fast_options: {} }, ['fast_options']],
  ['pages named twice', { page_ranges: { target_pages: '1,1' } }, ['page_ranges', 'target_pages']],
  [
    'too many webhooks',
    { webhook_configuration_ids: ['1', '2', '3', '4', '5'] },
    ['webhook_configuration_ids'],
  ],
])('%s is refused at its place', async (_, options, place) => {
  const parameters = {
    product_type: 'parse_v2',
    tier: 'agentic',
    version: 'latest',
    ...options,
  } as Parameters;
  await expect(client.configurations.create({ name: 'bad', parameters })).rejects.toMatchObject({
    status: 422,
    error: { detail: [{ loc: ['body', 'parameters', ...place] }] },
  });
});

test('a schema for extraction is checked by itself, and every fault is at its place', async () => {
  const valid = await client.extract.validateSchema({ data_schema });
  expect(valid).toEqual({ data_schema });
  const bad = { type: 'object', properties: { a: { type: 'date' }, b: { type: 'array' } } };
  await expect(client.extract.validateSchema({ data_schema: bad })).rejects.toMatchObject({
    status: 422,
    error: {
      detail: [
        { loc: ['body', 'data_schema', 'properties', 'a', 'type'] },
        { loc: ['body', 'data_schema', 'properties', 'b', 'items'] },
      ],
    },
  });
});

test('every answer keeps to its schema', () => {
  expect(answers.violations()).toEqual([]);
  expect(answers.checked()).toBeGreaterThan(60);
});
