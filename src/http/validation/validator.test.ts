import { Type } from 'typebox';
import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';

import { BatchCreateBody } from '../schemas/batch.ts';
import { ConfigurationCreateBody, ConfigurationUpdateBody } from '../schemas/configuration.ts';
import { DirectoryCreateBody } from '../schemas/directory.ts';
import { DirectoryFileCreateBody } from '../schemas/directory-file.ts';
import { DateTime, Maybe, OneOf } from '../schemas/fields.ts';
import { createValidator } from './validator.ts';

function issues(schema: TSchema, value: unknown) {
  const validated = createValidator(schema, 'body')(value);
  return validated.ok ? [] : validated.issues;
}

const batch = (job: object) => ({ source_directory_id: 'dir-1', config: { job } });
const parse = (options: object) => ({
  name: 'n',
  parameters: { product_type: 'parse_v2', tier: 'fast', version: 'latest', ...options },
});

test('what conforms passes as it is', () => {
  const body = batch({ type: 'parse_v2', configuration_id: 'cfg-1' });
  expect(createValidator(BatchCreateBody, 'body')(body)).toEqual({ ok: true, value: body });
  expect(issues(DirectoryCreateBody, { name: 'a', unknown: 1 })).toEqual([]);
});

test('every problem is named at its exact place', () => {
  const found = issues(BatchCreateBody, {
    config: { job: { type: 'split_v1', configuration_id: 7 } },
    webhook_configuration_ids: ['a', 'b', 'c', 'd', 'e'],
  });
  expect(found).toEqual([
    {
      type: 'missing',
      loc: ['body', 'source_directory_id'],
      msg: 'Field required',
      input: expect.anything(),
    },
    {
      type: 'enum',
      loc: ['body', 'config', 'job', 'type'],
      msg: "Input should be 'parse_v2' or 'extract_v2'",
      input: 'split_v1',
      ctx: { expected: "'parse_v2' or 'extract_v2'" },
    },
    {
      type: 'string_type',
      loc: ['body', 'config', 'job', 'configuration_id'],
      msg: 'Input should be a valid string',
      input: 7,
    },
    {
      type: 'too_long',
      loc: ['body', 'webhook_configuration_ids'],
      msg: 'List should have at most 4 items, not 5',
      input: ['a', 'b', 'c', 'd', 'e'],
      ctx: { field_type: 'List', max_length: 4, actual_length: 5 },
    },
  ]);
});

test.each([
  ['unknown option', { crop_box: { tpo: 1 } }, 'extra_forbidden', ['crop_box', 'tpo']],
  ['number above its bound', { crop_box: { top: 1.5 } }, 'less_than_equal', ['crop_box', 'top']],
  ['number below its bound', { crop_box: { top: -1 } }, 'greater_than_equal', ['crop_box', 'top']],
  [
    'exclusive bound',
    { processing_control: { timeouts: { base_in_seconds: 0 } } },
    'greater_than',
    ['processing_control', 'timeouts', 'base_in_seconds'],
  ],
  [
    'fraction for an integer',
    { page_ranges: { max_pages: 1.5 } },
    'int_from_float',
    ['page_ranges', 'max_pages'],
  ],
  ['text for an integer', { page_ranges: { max_pages: '3' } }, 'int_type', ['page_ranges', 'max_pages']],
  ['text for a flag', { disable_cache: 'yes' }, 'bool_type', ['disable_cache']],
  [
    'wrong literal',
    { processing_options: { confidence_score_effort: 'low' } },
    'literal_error',
    ['processing_options', 'confidence_score_effort'],
  ],
  [
    'not a list',
    { output_options: { granular_bboxes: 'word' } },
    'list_type',
    ['output_options', 'granular_bboxes'],
  ],
  [
    'wrong list item',
    { output_options: { images_to_save: ['layout', 'x'] } },
    'enum',
    ['output_options', 'images_to_save', 1],
  ],
  ['null where none is allowed', { crop_box: null }, 'model_attributes_type', ['crop_box']],
  [
    'not a link',
    { webhook_configurations: [{ webhook_url: 'ftp://x' }] },
    'string_pattern_mismatch',
    ['webhook_configurations', 0, 'webhook_url'],
  ],
  [
    'neither integer nor text',
    {
      processing_options: { auto_mode_configuration: [{ parsing_conf: {}, page_longer_than_n_chars: true }] },
    },
    'int_type',
    ['processing_options', 'auto_mode_configuration', 0, 'page_longer_than_n_chars'],
  ],
])('%s', (_, options, type, place) => {
  const found = issues(ConfigurationCreateBody, parse(options));
  expect(found).toMatchObject([{ type, loc: ['body', 'parameters', ...place] }]);
});

test.each([
  [
    'empty text',
    ConfigurationCreateBody,
    { name: '', parameters: { product_type: 'unknown' } },
    'string_too_short',
    ['name'],
  ],
  [
    'long text',
    ConfigurationCreateBody,
    { name: 'n'.repeat(256), parameters: { product_type: 'unknown' } },
    'string_too_long',
    ['name'],
  ],
  [
    'no tag',
    ConfigurationCreateBody,
    { name: 'n', parameters: {} },
    'missing',
    ['parameters', 'product_type'],
  ],
  [
    'unknown tag',
    ConfigurationCreateBody,
    { name: 'n', parameters: { product_type: 'x' } },
    'enum',
    ['parameters', 'product_type'],
  ],
  [
    'tag of another branch',
    ConfigurationUpdateBody,
    { parameters: { product_type: 'extract_v2' } },
    'missing',
    ['parameters', 'data_schema'],
  ],
  [
    'map value',
    DirectoryFileCreateBody,
    { file_id: 'f', metadata: { a: { b: 1 } } },
    'string_type',
    ['metadata', 'a'],
  ],
  ['not an object', DirectoryFileCreateBody, { file_id: 'f', metadata: 3 }, 'dict_type', ['metadata']],
  ['not a time', DirectoryCreateBody, { name: 'n', expires_at: 'soon' }, 'datetime_parsing', ['expires_at']],
  ['no body', DirectoryCreateBody, undefined, 'missing', []],
])('%s', (_, schema, body, type, place) => {
  expect(issues(schema, body)).toMatchObject([{ type, loc: ['body', ...place] }]);
});

test('nothing secret and nothing large is echoed', () => {
  const hook = {
    webhook_signing_secret: 42,
    webhook_headers: { Authorization: 7 },
    webhook_url: 5,
    webhook_events: ['x'.repeat(300)],
  };
  const found = issues(BatchCreateBody, { config: {}, webhook_configurations: [hook] });
  const echoed = found.filter((issue) => 'input' in issue).map((issue) => [issue.loc.at(-1), issue.input]);
  expect(echoed).toEqual([
    ['job', {}],
    ['webhook_url', 5],
  ]);
  expect(found).toHaveLength(6);
});

test('the list of problems is bounded', () => {
  const metadata = Object.fromEntries(Array.from({ length: 5000 }, (_, i) => [`k${i}`, {}]));
  expect(issues(DirectoryFileCreateBody, { file_id: 'f', metadata })).toHaveLength(100);
});

const Query = Type.Object({
  page_size: Type.Optional(Type.Integer({ minimum: 1 })),
  ratio: Type.Optional(Type.Number()),
  deleted: Type.Optional(Type.Boolean()),
  expand: Type.Optional(Type.Array(Type.String())),
  types: Type.Optional(Type.Array(OneOf(['user', 'index']))),
  name: Type.Optional(Type.String()),
  after: Type.Optional(DateTime()),
});

test.each([
  [{ page_size: '', name: '', expand: '' }, {}],
  [
    { page_size: '20', ratio: '0.5', deleted: 'True' },
    { page_size: 20, ratio: 0.5, deleted: true },
  ],
  [{ page_size: ['1', '2'] }, { page_size: 2 }],
  [{ expand: ['a', 'b,c'], 'expand[]': 'd' }, { expand: ['a', 'b', 'c', 'd'] }],
  [{ 'types[]': ['user', 'index'] }, { types: ['user', 'index'] }],
  [{ name: 'a,b.pdf', unknown: 'x' }, { name: 'a,b.pdf' }],
  [{ after: '2026-01-02' }, { after: '2026-01-02T00:00:00.000Z' }],
])('query %j is read as %j', (given, value) => {
  expect(createValidator(Query, 'query')(given)).toEqual({ ok: true, value });
});

test.each([
  [{ page_size: 'ten' }, 'int_parsing', 'page_size'],
  [{ page_size: '9'.repeat(40) }, 'int_parsing', 'page_size'],
  [{ page_size: '0' }, 'greater_than_equal', 'page_size'],
  [{ ratio: 'half' }, 'float_parsing', 'ratio'],
  [{ deleted: 'perhaps' }, 'bool_parsing', 'deleted'],
  [{ after: '31.12.2026' }, 'datetime_parsing', 'after'],
  [{ name: 'a\0b' }, 'string_unicode', 'name'],
])('query %j is %s', (given, type, field) => {
  const validated = createValidator(Query, 'query')(given);
  expect(validated).toMatchObject({ ok: false, issues: [{ type, loc: ['query', field] }] });
});

test('a nullable choice names its values', () => {
  expect(issues(Type.Object({ a: Maybe(OneOf(['x', 'y'])) }), { a: 'z' })).toMatchObject([
    { type: 'enum', loc: ['body', 'a'], msg: "Input should be 'x' or 'y'" },
  ]);
});
