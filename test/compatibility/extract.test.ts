import { BadRequestError, NotFoundError, UnprocessableEntityError } from '@llamaindex/llama-cloud';
import { PollingError } from '@llamaindex/llama-cloud/core/polling';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sheetData, writeWorkbook } from '../../src/engines/parse/fixtures/workbook.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import { openParsingSite, QUICK, UNKNOWN, type ParsingSite } from './parsing-site.ts';

/** Every method of `client.extract`, against a live server. */

let site: ParsingSite;
let client: ParsingSite['client'];
let file: string;

beforeAll(async () => {
  site = await openParsingSite();
  ({ client } = site);
  file = await addText(['Invoice number: QX-40917', 'Invoice date: 2024-03-18', 'Total: 1204.50']);
});

afterAll(async () => {
  await site?.close();
  expect(site.answers.violations()).toEqual([]);
  expect(site.answers.checked()).toBeGreaterThan(20);
});

async function addText(lines: readonly string[]): Promise<string> {
  const upload = new File([lines.join('\n\n')], 'invoice.txt');
  return (await client.files.create({ file: upload, purpose: 'extract' })).id;
}

const SCHEMA = {
  type: 'object',
  properties: { total: { type: 'number' }, invoice_number: { type: 'string' }, captain: { type: 'string' } },
};
const CONFIGURATION = { data_schema: SCHEMA };

/** A scan takes seconds, and nobody has its result yet. */
const slowJob = async () => {
  const scan = new File([await exampleDocument('scan.pdf')], 'scan.pdf');
  const { id } = await client.files.create({ file: scan, purpose: 'extract' });
  return client.extract.create({ file_input: id, configuration: { ...CONFIGURATION, disable_cache: true } });
};

describe('run and waitForCompletion', () => {
  test('give the data, its fields in the order of the schema', async () => {
    const job = await client.extract.run({ file_input: file, configuration: CONFIGURATION }, QUICK);
    expect(job).toMatchObject({ status: 'COMPLETED', file_input: file, extract_metadata: null, usage: null });
    expect(JSON.stringify(job.extract_result)).toBe(
      '{"total":1204.5,"invoice_number":"QX-40917","captain":null}',
    );
  });

  test('tell where values stand, and how sure they are, when the configuration asks', async () => {
    const configuration = { ...CONFIGURATION, cite_sources: true, confidence_scores: true };
    const job = await client.extract.run({ file_input: file, configuration }, QUICK);
    const { field_metadata, parse_job_id, parse_tier } = job.extract_metadata ?? {};
    expect(field_metadata?.document_metadata?.['invoice_number']).toMatchObject({
      citation: [{ page: 1, matching_text: 'QX-40917' }],
      confidence: expect.any(Number) as number,
    });
    expect(parse_tier).toBe('cost_effective');
    const parsed = await client.parsing.get(parse_job_id ?? '', { expand: ['text_full'] });
    expect(parsed.job).toMatchObject({ status: 'COMPLETED', name: 'invoice.txt' });
    expect(parsed.text_full).toContain('QX-40917');
  });

  test("throw for a document that cannot be read, with the parser's reason", async () => {
    const broken = new File([await exampleDocument('broken.pdf')], 'broken.pdf');
    const { id } = await client.files.create({ file: broken, purpose: 'extract' });
    const failing = client.extract.run({ file_input: id, configuration: CONFIGURATION }, QUICK);
    await expect(failing).rejects.toThrow(PollingError);
    await expect(failing).rejects.toThrow(/FAILED \| Error: PDF_IS_BROKEN/);
  });

  test('throw for a job that is cancelled', async () => {
    const job = await slowJob();
    const waiting = client.extract.waitForCompletion(job.id, {}, QUICK);
    await Promise.all([
      expect(waiting).rejects.toThrow(/failed with status: CANCELLED/),
      client.extract.cancel(job.id),
    ]);
  });
});

describe('create', () => {
  test('echoes the configuration with what it leaves out and the version that runs', async () => {
    const job = await client.extract.create({ file_input: file, configuration: CONFIGURATION });
    expect(job).toMatchObject({ status: 'PENDING', configuration_id: null, extract_result: null });
    expect(job.configuration).toMatchObject({
      data_schema: SCHEMA,
      tier: 'cost_effective',
      version: expect.stringMatching(/^\d{4}-\d\d-\d\d$/) as string,
      extraction_target: 'per_doc',
    });
    await client.extract.waitForCompletion(job.id, {}, QUICK);
  });

  test('takes a file of a directory, a parse job and a saved configuration', async () => {
    const { id } = await client.configurations.create({
      name: 'bills',
      parameters: { product_type: 'extract_v2', ...CONFIGURATION },
    });
    const directory = await client.beta.directories.create({ name: 'in' });
    const entry = await client.beta.directories.files.add(directory.id, { file_id: file });
    const { id: parse } = await client.parsing.create({ file_id: file, tier: 'fast', version: 'latest' });
    const early = client.extract.create({ file_input: parse, configuration_id: id });
    await early.then(
      (job) => client.extract.waitForCompletion(job.id, {}, QUICK),
      (error: unknown) => expect(error).toBeInstanceOf(BadRequestError),
    );
    await site.finished(parse);
    for (const input of [entry.id, parse]) {
      const job = await client.extract.run({ file_input: input, configuration_id: id }, QUICK);
      expect(job).toMatchObject({ file_input: input, configuration_id: id });
      expect(job.extract_result).toMatchObject({ invoice_number: 'QX-40917' });
    }
    const byInput = await client.extract.list({ document_input_type: 'parse_job_id', configuration_id: id });
    expect(byInput.items.map((job) => job.file_input)).toContain(parse);
    expect((await client.extract.list({ file_input: entry.id })).items).toHaveLength(1);
  });

  test('refuses what is missing, too much, unknown or wrong', async () => {
    const cases: [object, new (...args: never[]) => Error][] = [
      [{ file_input: file }, UnprocessableEntityError],
      [
        { file_input: file, configuration: CONFIGURATION, configuration_id: 'cfg-a' },
        UnprocessableEntityError,
      ],
      [{ file_input: file, configuration: { data_schema: { type: 'string' } } }, UnprocessableEntityError],
      [{ file_input: file, configuration_id: 'cfg-PARSE_FAST' }, BadRequestError],
      [{ file_input: file, configuration_id: `cfg-${UNKNOWN}` }, NotFoundError],
      [{ file_input: UNKNOWN, configuration: CONFIGURATION }, NotFoundError],
      [{ file_input: `dfl-${UNKNOWN}`, configuration: CONFIGURATION }, NotFoundError],
      [{ file_input: `pjb-${UNKNOWN}`, configuration: CONFIGURATION }, NotFoundError],
      [{ configuration: CONFIGURATION }, UnprocessableEntityError],
      [
        { file_input: file, configuration: { ...CONFIGURATION, product_type: 'parse_v2' } },
        UnprocessableEntityError,
      ],
    ];
    for (const [params, error] of cases) {
      const refused = client.extract.create(params as never);
      await expect(refused, JSON.stringify(params)).rejects.toThrow(error);
    }
  });
});

describe('get, list and delete', () => {
  test('tell what is asked for', async () => {
    const { id } = await client.extract.run({ file_input: file, configuration: CONFIGURATION }, QUICK);
    const job = await client.extract.get(id, {
      expand: ['configuration', 'extract_metadata', 'metadata', 'usage'],
    });
    expect(job).toMatchObject({
      configuration: { data_schema: SCHEMA },
      extract_metadata: { parse_job_id: expect.stringMatching(/^pjb-/) as string },
      metadata: { usage: { num_pages_extracted: 1, num_pages_billed: 0 } },
      usage: { credits: 0, extract_credits: 0, parse_credits: 0 },
    });
    const all = [];
    for await (const one of client.extract.list({ page_size: 2, expand: ['configuration'] })) all.push(one);
    expect(all.length).toBeGreaterThan(3);
    expect(all.find((one) => one.id === id)).toMatchObject({
      extract_result: { invoice_number: 'QX-40917' },
      configuration: { data_schema: SCHEMA },
    });
    const times = all.map((one) => one.created_at);
    expect(times).toEqual(times.toSorted().toReversed());
    expect((await client.extract.list({ job_ids: [id] })).items.map((one) => one.id)).toEqual([id]);
    expect((await client.extract.list({ status: 'THROTTLED' })).items).toEqual([]);

    expect(await client.extract.delete(id)).toMatchObject({ id });
    for (const again of ['get', 'delete', 'cancel'] as const)
      await expect(client.extract[again](id), again).rejects.toThrow(NotFoundError);
  });

  test('a job that has ended cannot be cancelled, one that has not cannot be deleted', async () => {
    const job = await slowJob();
    await expect(client.extract.delete(job.id)).rejects.toThrow(BadRequestError);
    await client.extract.cancel(job.id);
    const ended = async (): Promise<boolean> => (await client.extract.get(job.id)).status === 'CANCELLED';
    await waitUntil(ended, 30_000, 'the job to be CANCELLED');
    const refused = await client.extract.cancel(job.id).catch((error: unknown) => error);
    expect((refused as BadRequestError).headers.get('x-should-retry')).toBe('false');
  });
});

describe('validateSchema and generateSchema', () => {
  test('a schema of a document has its labels and the fields that were given', async () => {
    expect((await client.extract.validateSchema({ data_schema: SCHEMA })).data_schema).toMatchObject(SCHEMA);
    const { name, parameters } = await client.extract.generateSchema({
      file_id: file,
      data_schema: { type: 'object', properties: { captain: { type: 'string' } } },
    });
    expect(name).toBe('invoice');
    const { data_schema } = parameters as unknown as { data_schema: { properties: Record<string, object> } };
    expect(Object.keys(data_schema.properties)).toEqual([
      'captain',
      'invoice_number',
      'invoice_date',
      'total',
    ]);
    expect(data_schema.properties['total']).toMatchObject({ anyOf: [{ type: 'number' }, { type: 'null' }] });
    await client.configurations.create({ name, parameters });
  });

  test('of words alone there is none without a model', async () => {
    const refused = client.extract.generateSchema({ prompt: 'what is owed' });
    await expect(refused).rejects.toThrow(/SHEAF_MODEL_BASE_URL/);
    await expect(client.extract.generateSchema({})).rejects.toThrow(UnprocessableEntityError);
  });
});

describe('options that there are none of', () => {
  test('are refused where they stand, in a job and in a saved configuration', async () => {
    const job = client.extract.create({
      file_input: file,
      configuration: { ...CONFIGURATION, cite_source: true } as never,
    });
    await expect(job).rejects.toThrow(UnprocessableEntityError);
    await expect(job).rejects.toThrow(/did you mean cite_sources\?/);
    await expect(job).rejects.toMatchObject({
      error: { detail: [{ type: 'extra_forbidden', loc: ['body', 'configuration', 'cite_source'] }] },
    });
    const saved = client.configurations.create({
      name: 'red',
      parameters: { product_type: 'extract_v2', ...CONFIGURATION, colour: 'red' } as never,
    });
    await expect(saved).rejects.toMatchObject({
      error: { detail: [{ type: 'extra_forbidden', loc: ['body', 'parameters', 'colour'] }] },
    });
  });

  test('what a saved configuration holds may be passed as it is, but for its webhooks', async () => {
    const { parameters } = await client.configurations.create({
      name: 'kept',
      parameters: { product_type: 'extract_v2', ...CONFIGURATION },
    });
    const job = await client.extract.create({ file_input: file, configuration: parameters as never });
    expect(job.configuration).toMatchObject(CONFIGURATION);
    const webhook_configurations = [{ webhook_url: `${site.origin}/hook` }];
    const configuration = { ...CONFIGURATION, webhook_configurations } as never;
    const told = client.extract.create({ file_input: file, configuration });
    await expect(told).rejects.toThrow(/webhook_configurations belongs beside configuration/);
    await client.extract.waitForCompletion(job.id, {}, QUICK);
  });
});

test('sheet_names: only these sheets of a workbook are read, whatever pages are named', async () => {
  const year = (total: number) => sheetData([['Total', total]]);
  const sheets = [
    { name: 'Costs 2030', xml: year(41) },
    { name: 'Costs 2031', xml: year(52) },
    { name: 'Plan', xml: year(63), state: 'hidden' as const },
  ];
  const { id } = await client.files.create({
    file: new File([new Uint8Array(writeWorkbook({ sheets }))], 'costs.xlsx'),
    purpose: 'extract',
  });
  const data_schema = { type: 'object', properties: { total: { type: 'number' } } };
  const read = async (options: object) => {
    const configuration = { data_schema, ...options };
    const job = await client.extract.run({ file_input: id, configuration }, QUICK);
    return client.extract.get(job.id, { expand: ['metadata'] });
  };
  expect((await read({ sheet_names: ['Costs 2031'], target_pages: '1' })).extract_result).toEqual({
    total: 52,
  });
  const pages = { extraction_target: 'per_page', sheet_names: ['Costs 2031', 'Costs 2030'] };
  expect((await read(pages)).extract_result).toEqual([{ total: 41 }, { total: 52 }]);
  const cells = { tier: 'agentic_plus', spreadsheet_mode: true, sheet_names: ['Costs 2030'] };
  expect((await read(cells)).extract_result).toEqual({ total: 41 });
  const missing = await read({ sheet_names: ['costs 2031', 'Plan'] });
  expect(missing.extract_result).toEqual({ total: null });
  expect(missing.metadata?.['warnings']).toEqual([
    'The document has no sheet named "costs 2031".',
    'The document has no sheet named "Plan".',
  ]);
});

test('a batch of extractions leads to its jobs, of which webhooks hear', async () => {
  const webhook = { webhook_url: `${site.origin}/hook`, webhook_output_format: 'json' };
  const { id } = await client.configurations.create({
    name: 'told',
    parameters: { product_type: 'extract_v2', ...CONFIGURATION, webhook_configurations: [webhook] } as never,
  });
  const directory = await client.beta.directories.create({ name: 'batch' });
  await client.beta.directories.files.add(directory.id, { file_id: file });
  const batch = await client.batches.create({
    source_directory_id: directory.id,
    config: { job: { type: 'extract_v2', configuration_id: id } },
  });
  const ended = async (): Promise<boolean> => (await client.batches.get(batch.id)).status === 'COMPLETED';
  await waitUntil(ended, 60_000, 'the batch to be COMPLETED');
  const { results } = await client.batches.get(batch.id, { expand: ['results'] });
  const reference = results?.[0]?.job_reference;
  expect(reference?.type).toBe('extract_v2');
  const job = await client.extract.get(reference?.id ?? '');
  expect(job.extract_result).toMatchObject({ invoice_number: 'QX-40917' });
  const told = (): string[] =>
    site.events.filter(({ data }) => data.id === job.id).map((event) => event.event_type);
  await waitUntil(() => told().length >= 2, 30_000, 'the events of the job');
  expect(told().toSorted()).toEqual(['extract.pending', 'extract.success']);
  const points = await client.jobDataPoints.list({ job_type: 'extract' });
  expect(points.items.map((point) => point.id)).toContain(job.id);
});
