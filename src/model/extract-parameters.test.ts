import { expect, test } from 'vitest';
import { extractCacheKey } from './extract-cache-key.ts';
import {
  extractParseParameters,
  parseParametersOf,
  storedExtractParameters,
  tellsMetadata,
  toldExtractParameters,
} from './extract-parameters.ts';
import { LATEST_EXTRACT_VERSION, resolveExtractVersion } from './extract-versions.ts';
import { resolveParseVersion } from './parse-versions.ts';

test('a version is the date that it means: the newest, and nothing after it', () => {
  expect(resolveExtractVersion('latest')).toBe(LATEST_EXTRACT_VERSION);
  expect(resolveExtractVersion('2999-01-01')).toBe(LATEST_EXTRACT_VERSION);
  expect(resolveExtractVersion('2026-01-08')).toBe('2026-01-08');
});

test('the parse is of the named tier, of the wanted pages, and keeps places', () => {
  expect(extractParseParameters({ tier: 'agentic', target_pages: '1,3' }, undefined)).toEqual({
    product_type: 'parse_v2',
    tier: 'agentic',
    version: resolveParseVersion('agentic', 'latest'),
    page_ranges: { target_pages: '1,3' },
    output_options: { additional_outputs: ['word_bbox'], granular_bboxes: ['cell'] },
  });
  expect(
    extractParseParameters({ tier: 'agentic', parse_tier: 'fast', max_pages: 2 }, undefined),
  ).toMatchObject({
    tier: 'fast',
    page_ranges: { max_pages: 2 },
  });
  expect(extractParseParameters({ tier: 'turbo' }, undefined)).toMatchObject({ tier: 'cost_effective' });
});

test('a parse configuration holds as it is, but for its webhooks and the pages that are wanted', () => {
  const saved = {
    tier: 'fast',
    version: 'latest',
    crop_box: { top: 0.1 },
    page_ranges: { max_pages: 9 },
    output_options: { additional_outputs: ['stripped_md'] },
    webhook_configurations: [{ webhook_url: 'https://example.com/' }],
  };
  expect(extractParseParameters({ tier: 'agentic', max_pages: 2 }, saved)).toEqual({
    product_type: 'parse_v2',
    tier: 'fast',
    version: resolveParseVersion('fast', 'latest'),
    crop_box: { top: 0.1 },
    page_ranges: { max_pages: 2 },
    output_options: { additional_outputs: ['stripped_md', 'word_bbox'], granular_bboxes: ['cell'] },
  });
  expect(extractParseParameters({}, saved)).toMatchObject({ page_ranges: { max_pages: 9 } });
});

test('names of sheets need the whole workbook', () => {
  const parameters = extractParseParameters({ sheet_names: ['Costs'], target_pages: '1' }, undefined);
  expect(parameters['page_ranges']).toEqual({});
});

test('what is stored tells the whole configuration and nothing else', () => {
  const stored = storedExtractParameters({ data_schema: { type: 'object' }, extra: 1 }, '2026-01-08', {
    tier: 'fast',
  });
  expect(parseParametersOf(stored)).toEqual({ tier: 'fast' });
  const told = toldExtractParameters(stored);
  expect(told).toMatchObject({ version: '2026-01-08', tier: 'cost_effective', cite_sources: false });
  expect(told).not.toHaveProperty('extra');
  expect(told).not.toHaveProperty('parse_parameters');
  expect([{ cite_sources: true }, { confidence_scores: true }, {}].map(tellsMetadata)).toEqual([
    true,
    true,
    false,
  ]);
});

test('extractions are equal when nothing that counts differs, the order of the fields included', () => {
  const input = {
    projectId: 'p',
    parse: 'results/a',
    fileName: 'a.pdf',
    parameters: storedExtractParameters({ data_schema: { properties: { a: {}, b: {} } } }, 'v', {}),
    engine: { name: 'local', version: '1' },
  };
  const key = (change: Partial<typeof input>): string =>
    extractCacheKey({ ...input, ...change }).toString('hex');
  expect(key({ parameters: { ...input.parameters, disable_cache: true } })).toBe(key({}));
  const reordered = storedExtractParameters({ data_schema: { properties: { b: {}, a: {} } } }, 'v', {});
  const others = [
    { projectId: 'q' },
    { parse: 'results/b' },
    { fileName: 'b.pdf' },
    { parameters: reordered },
    { engine: { name: 'local', version: '2' } },
  ].map(key);
  expect(new Set([key({}), ...others]).size).toBe(6);
});
