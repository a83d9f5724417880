import { expect, test } from 'vitest';
import { readJsonObject } from './read-json.ts';

test('an object is read', () => {
  expect(readJsonObject('{"a": [1]}')).toEqual({ ok: true, value: { a: [1] } });
});

test.each(['[]', '1', 'null', '"x"'])('%s is no object', (text) => {
  expect(readJsonObject(text)).toEqual({ ok: false, problem: 'this must be a JSON object: { … }' });
});

test('a fault is told with its line and column', () => {
  expect(readJsonObject('{\n  "a": 1,\n  "b": }\n}')).toEqual({
    ok: false,
    problem: 'Line 3, column 8: this is not valid JSON',
  });
});
