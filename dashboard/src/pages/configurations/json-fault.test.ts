import { expect, test } from 'vitest';
import { jsonFault } from './json-fault.ts';

test.each(['{}', ' [1, -2.5e3, "a\\u00e9\\n", true, null, {"b": []}] ', '"x"', '0'])('%s is JSON', (text) => {
  expect(() => void JSON.parse(text)).not.toThrow();
  expect(jsonFault(text)).toBeUndefined();
});

test.each([
  ['', 0],
  ['{', 1],
  ['{"a" 1}', 5],
  ['{"a": 1,}', 8],
  ['[1 2]', 3],
  ['[01]', 2],
  ['["a\n"]', 1],
  ['{"a": tru}', 6],
  ['{} x', 3],
])('%s is not from character %i on', (text, at) => {
  expect(() => void JSON.parse(text)).toThrow();
  expect(jsonFault(text)).toBe(at);
});
