import { expect, test } from 'vitest';
import { JsonStringDecoder } from './json-string.ts';

const TEXT =
  'a "quote", a back\\slash, tab\t, line\n\r, \b\f, bell\u0007, größer 𝒜, half \ud83d, slash /, end\\';

test.each([1, 2, 3, 5, 7, 1000])('gives the text back when its JSON comes %i bytes at a time', (size) => {
  const json = Buffer.from(JSON.stringify(TEXT)).subarray(1, -1);
  const decoder = new JsonStringDecoder();
  const pieces: Buffer[] = [];
  for (let at = 0; at < json.length; at += size) pieces.push(decoder.push(json.subarray(at, at + size)));
  expect(Buffer.concat(pieces).equals(Buffer.from(TEXT))).toBe(true);
});

test('knows the escapes that other writers use', () => {
  expect(new JsonStringDecoder().push(Buffer.from('\\/ \\u00e9 \\u2028')).toString()).toBe('/ é \u2028');
});
