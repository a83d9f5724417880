import { expect, test } from 'vitest';

import { Metadata } from '../schemas/directory-file.ts';
import { createValidator } from '../validation/validator.ts';
import { readJsonField } from './json-field.ts';

const validator = createValidator(Metadata, 'body');
const loc = ['body', 'metadata'];

test('a field of JSON text is read and checked, with issues at the field', () => {
  expect(readJsonField(validator, '{"a":["b"],"n":1}', loc)).toEqual({ ok: true, value: { a: ['b'], n: 1 } });
  expect(readJsonField(validator, '{"a":{}}', loc)).toMatchObject({
    ok: false,
    issues: [{ type: 'string_type', loc: ['body', 'metadata', 'a'] }],
  });
  expect(readJsonField(validator, '{"a":"\\u0000"}', loc)).toMatchObject({
    ok: false,
    issues: [{ type: 'string_unicode', loc: ['body', 'metadata', 'a'] }],
  });
});

test('a field that is not JSON is a 422 that names it', () => {
  expect(() => readJsonField(validator, '{a: 1}', loc)).toThrow(
    expect.objectContaining({
      status: 422,
      issues: [expect.objectContaining({ type: 'json_invalid', loc })],
    }),
  );
});
