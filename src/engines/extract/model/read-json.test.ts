import { expect, test } from 'vitest';
import { readCutOffJson, readJson } from './read-json.ts';

test.each([
  ['plain', '{"a": 1}'],
  ['in a fence', '```json\n{"a": 1}\n```'],
  ['in a fence amid prose with braces', 'Well {so}:\n```\n{"a": 1}\n```\nDone {really}.'],
  ['amid prose', 'Here it is: {"a": 1} – is that all?'],
  ['with a trailing comma', '{"a": 1,}'],
  ['in single quotes', "{'a': 1}"],
  ['without quotes, with a remark', '{a: 1 // the first\n}'],
  ['in the words of Python', '{"a": 1, "b": None, "c": True}'],
])('%s', (_what, text) => {
  expect(readJson(text)).toMatchObject({ a: 1 });
});

test('a list is data as well', () => {
  expect(readJson('[{"a": 1}, {"a": 2}]')).toEqual([{ a: 1 }, { a: 2 }]);
});

test.each(['', 'No.', '42', '"text"', 'null'])('%j holds no data', (text) => {
  expect(readJson(text)).toBeUndefined();
});

test('what is nested deeper than any data is no data, and takes no time', () => {
  expect(readJson('['.repeat(200_000))).toBeUndefined();
  expect(readCutOffJson('{"a":'.repeat(100_000))).toBeUndefined();
});

test.each([
  ['amid a text', '{"a": "one", "b": "tw', { a: 'one' }],
  ['amid a number', '{"a": 1, "b": 20', { a: 1 }],
  ['amid a row', '{"rows": [{"a": 1}, {"a": 2, "b": "x', { rows: [{ a: 1 }, { a: 2 }] }],
  ['behind a row', '{"rows": [{"a": 1}, ', { rows: [{ a: 1 }] }],
  ['with signs in texts', '{"a": "x, {\\"y\\"}", "b": [1, 2', { a: 'x, {"y"}', b: [1] }],
  ['with a text before it', 'Sure: {"a": 1, "b"', { a: 1 }],
])('cut off %s, the complete values are read', (_where, text, data) => {
  expect(readCutOffJson(text)).toEqual(data);
});
