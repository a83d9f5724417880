import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { checkExtractSchema } from '../../../model/extract-schema/check-schema.ts';
import type { DataSchema } from '../../../model/extract-schema/data-schema.ts';
import { extractParseParameters } from '../../../model/extract-parameters.ts';
import type { ExtractOutcome, ExtractRequest } from '../../extract/port.ts';
import { EngineBench, type Success } from '../fixtures/engine-bench.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

/** Extractions in the engine's own processes, on a PDF that the test draws. */

let bench: EngineBench;
let parsed: Success;

beforeAll(async () => {
  bench = new EngineBench();
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(12).text('Invoice number: QX-40917', 72, 100);
      page.text('Invoice date: 2024-03-18', 72, 130);
      page.text('Total: 1,204.50', 72, 160);
    },
  ]);
  parsed = await bench.parseWell(pdf, extractParseParameters({ tier: 'cost_effective' }, undefined));
});
afterAll(() => bench.close());

function schemaOf(properties: Record<string, unknown>): DataSchema {
  const checked = checkExtractSchema({ type: 'object', properties });
  if (!checked.ok) throw new Error(JSON.stringify(checked.violations));
  return checked.schema;
}

const SCHEMA = schemaOf({
  total: { type: 'number' },
  invoice_number: { type: 'string' },
  captain: { type: 'string' },
});

let extractions = 0;
function extract(
  parameters: Record<string, unknown> = {},
  { signal = new AbortController().signal, packPath = parsed.packPath } = {},
): Promise<ExtractOutcome> {
  extractions += 1;
  const outputDir = join(bench.directory, `extraction-${extractions}`);
  mkdirSync(outputDir);
  const { sections, parts } = parsed;
  const request: ExtractRequest = {
    jobId: `ext-${extractions}`,
    source: { packPath, sections, ...(parts && { parts }) },
    fileName: 'invoice.pdf',
    schema: SCHEMA,
    parameters,
    outputDir,
  };
  return bench.engine.extraction.extract(request, signal);
}

function read(outcome: ExtractOutcome): { data: unknown; field_metadata: unknown } {
  if (outcome.kind !== 'success') throw new Error(`Expected a success, got ${JSON.stringify(outcome)}.`);
  const pack = readFileSync(outcome.packPath);
  expect(pack).toHaveLength(outcome.packBytes);
  const section = ({ offset, length }: { offset: number; length: number }): unknown =>
    JSON.parse(pack.subarray(offset, offset + length).toString());
  return { data: section(outcome.sections.data), field_metadata: section(outcome.sections.field_metadata) };
}

test('finds values, in the order of the schema, and says where they stand', async () => {
  const outcome = await extract({ cite_sources: true, confidence_scores: true, system_prompt: 'Be brief.' });
  const { data, field_metadata } = read(outcome);
  expect(data).toEqual({ total: 1204.5, invoice_number: 'QX-40917', captain: null });
  expect(Object.keys(data as object)).toEqual(['total', 'invoice_number', 'captain']);
  expect(field_metadata).toMatchObject({
    document_metadata: {
      invoice_number: {
        found_by: 'rules',
        confidence: expect.any(Number) as number,
        citation: [
          { page: 1, matching_text: 'QX-40917', bounding_boxes: [{ h: expect.any(Number) as number }] },
        ],
      },
      captain: { citation: [], found_by: 'none' },
    },
    page_metadata: null,
  });
  expect(outcome).toMatchObject({
    summary: { pages: 1, fields: { rules: 2, model: 0, none: 1 }, optionsNotApplied: ['system_prompt'] },
  });
});

test('tells neither citations nor confidence that nobody asked for, and pages one by one', async () => {
  const { data, field_metadata } = read(await extract({ extraction_target: 'per_page' }));
  expect(data).toMatchObject([{ invoice_number: 'QX-40917' }]);
  const expected = { document_metadata: null, page_metadata: [{ captain: { found_by: 'none' } }] };
  expect(field_metadata).toMatchObject(expected);
  expect(JSON.stringify(field_metadata)).not.toMatch(/citation|confidence/);
});

test('a parse that is not there is a fault of our own', async () => {
  await expect(extract({}, { packPath: join(bench.directory, 'nothing') })).rejects.toThrow(/ENOENT/);
  // The process goes on.
  expect((await extract()).kind).toBe('success');
});

test('ends at once when it is aborted', async () => {
  const controller = new AbortController();
  const going = extract({}, { signal: controller.signal });
  controller.abort();
  expect(await going).toEqual({ kind: 'cancelled' });
  expect(existsSync(join(bench.directory, `extraction-${extractions}`, 'extraction.pack'))).toBe(false);
});
