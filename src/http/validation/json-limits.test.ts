import { expect, test } from 'vitest';
import { jsonLimitIssue, MAX_JSON_DEPTH } from './json-limits.ts';

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

test('values may be nested so deep and no deeper', () => {
  expect(jsonLimitIssue(nested(MAX_JSON_DEPTH), ['body'])).toBeUndefined();
  const refused = {
    type: 'too_deep',
    loc: ['body', 'a', 0, 'a', 0, 'a', 0, 'a'],
    msg: expect.stringContaining(String(MAX_JSON_DEPTH)),
  };
  expect(jsonLimitIssue(nested(MAX_JSON_DEPTH + 1), ['body'])).toMatchObject(refused);
  expect(jsonLimitIssue(nested(1_000_001), ['body'])).toMatchObject(refused);
});

test('numbers beyond the machine are found where they stand', () => {
  const body: unknown = JSON.parse('{"a":[1e308,null,"1e999",{"b":1e999}]}');
  expect(jsonLimitIssue(body, ['body'])).toMatchObject({ type: 'finite_number', loc: ['body', 'a', 3, 'b'] });
});
