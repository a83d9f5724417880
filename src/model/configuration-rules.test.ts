import { expect, test } from 'vitest';
import { configurationViolations } from './configuration-rules.ts';

const places = (productType: string, parameters: object) =>
  configurationViolations(productType, { ...parameters }).map(({ path, type }) => [path.join('.'), type]);

const parse = (options: object) => places('parse_v2', { tier: 'agentic', version: 'latest', ...options });

test.each<[string, object]>([
  ['nothing but the release', {}],
  ['nulls everywhere', { fast_options: null, agentic_options: null, page_ranges: { target_pages: null } }],
  ['options of its tier', { tier: 'fast', fast_options: {}, processing_options: { forms: 'default' } }],
  [
    'a cheaper tier for simple pages',
    { processing_options: { cost_optimizer: { enable: true }, forms: 'enrich' } },
  ],
  ['an optimizer that is off', { tier: 'fast', processing_options: { cost_optimizer: { enable: false } } }],
  ['a prompt', { tier: 'cost_effective', agentic_options: { custom_prompt: 'p' } }],
  ['pages', { page_ranges: { target_pages: '1,3,5-8', max_pages: 2 } }],
  ['no pages in particular', { page_ranges: { target_pages: ' ' } }],
  ['the upper half', { crop_box: { bottom: 0.5, left: null } }],
  [
    'a rule with a release of its own',
    {
      processing_options: {
        auto_mode_configuration: [
          { trigger_mode: 'or', parsing_conf: { tier: 'fast', version: '2026-06-15' } },
          { parsing_conf: { tier: null, version: null, custom_prompt: 'p' } },
        ],
      },
    },
  ],
])('parse takes %s', (_, options) => expect(parse(options)).toEqual([]));

test.each<[string, object, string, string]>([
  ['a release that the tier never had', { version: '2026-08-20' }, 'version', 'value_error'],
  ["another tier's release", { tier: 'fast', version: '2026-09-07' }, 'version', 'value_error'],
  ['fast_options above fast', { fast_options: {} }, 'fast_options', 'value_error'],
  ['a prompt with fast', { tier: 'fast', agentic_options: {} }, 'agentic_options', 'value_error'],
  [
    'forms with fast',
    { tier: 'fast', processing_options: { forms: 'enrich' } },
    'processing_options.forms',
    'value_error',
  ],
  [
    'an optimizer below agentic',
    { tier: 'cost_effective', processing_options: { cost_optimizer: { enable: true } } },
    'processing_options.cost_optimizer.enable',
    'value_error',
  ],
  ['a page twice', { page_ranges: { target_pages: '1-3,2' } }, 'page_ranges.target_pages', 'value_error'],
  ['page 0', { page_ranges: { target_pages: '0' } }, 'page_ranges.target_pages', 'value_error'],
  ['nothing left above', { crop_box: { top: 0.5, bottom: 0.5 } }, 'crop_box.bottom', 'value_error'],
  ['nothing left beside', { crop_box: { left: 1 } }, 'crop_box.right', 'value_error'],
  [
    'a rule that neither ands nor ors',
    { processing_options: { auto_mode_configuration: [{ parsing_conf: {}, trigger_mode: 'xor' }] } },
    'processing_options.auto_mode_configuration.0.trigger_mode',
    'enum',
  ],
  [
    'a rule with half a release',
    { processing_options: { auto_mode_configuration: [{ parsing_conf: { tier: 'fast' } }] } },
    'processing_options.auto_mode_configuration.0.parsing_conf.version',
    'missing',
  ],
  [
    'a rule with a wrong release',
    {
      processing_options: {
        auto_mode_configuration: [{ parsing_conf: {} }, { parsing_conf: { tier: 'fast', version: 'x' } }],
      },
    },
    'processing_options.auto_mode_configuration.1.parsing_conf.version',
    'value_error',
  ],
])('parse refuses %s', (_, options, path, type) => expect(parse(options)).toEqual([[path, type]]));

const data_schema = { type: 'object', properties: { a: { type: 'string' } } };
const extract = (options: object) => places('extract_v2', { data_schema, ...options });

test.each<[string, object]>([
  ['a schema alone', {}],
  ['a day', { version: '2026-02-28' }],
  ['a parse before', { parse_tier: 'fast', parse_config_id: 'cfg-1', target_pages: '1-3' }],
  ['cells', { tier: 'agentic_plus', spreadsheet_mode: true, sheet_names: ['A'] }],
  ['turbo', { tier: 'turbo', parse_tier: null, cite_sources: true }],
  ['the product and webhooks', { product_type: 'extract_v2', webhook_configuration_ids: ['whc-1'] }],
])('extract takes %s', (_, options) => expect(extract(options)).toEqual([]));

test.each<[string, object, string, string]>([
  ['a bad schema', { data_schema: {} }, 'data_schema.type', 'missing'],
  ['no day', { version: '2026-02-30' }, 'version', 'value_error'],
  ['a word for a version', { version: 'newest' }, 'version', 'value_error'],
  ['pages in words', { target_pages: 'all' }, 'target_pages', 'value_error'],
  ['an unknown tier before', { parse_tier: 'best' }, 'parse_tier', 'enum'],
  ['a parse before turbo', { tier: 'turbo', parse_config_id: 'cfg-1' }, 'parse_config_id', 'value_error'],
  ['a parse tier before turbo', { tier: 'turbo', parse_tier: 'fast' }, 'parse_tier', 'value_error'],
  ['an option that is none', { colour: 'red' }, 'colour', 'extra_forbidden'],
  ['cells with the default tier', { spreadsheet_mode: true }, 'spreadsheet_mode', 'value_error'],
])('extract refuses %s', (_, options, path, type) => expect(extract(options)).toEqual([[path, type]]));

test('a misspelt option of an extraction is answered with the right one', () => {
  expect(configurationViolations('extract_v2', { data_schema, cite_source: true })).toEqual([
    {
      path: ['cite_source'],
      type: 'extra_forbidden',
      message: 'Extra inputs are not permitted: did you mean cite_sources?',
      input: true,
    },
  ]);
});

test('classify refuses pages that are none; products without rules take everything', () => {
  const classify = { rules: [], parsing_configuration: { target_pages: '0' } };
  expect(places('classify_v2', classify)).toEqual([['parsing_configuration.target_pages', 'value_error']]);
  expect(places('classify_v2', { rules: [], parsing_configuration: null })).toEqual([]);
  for (const product of ['split_v1', 'spreadsheet_v1', 'unknown'])
    expect(places(product, classify)).toEqual([]);
});
