import { randomBytes } from 'node:crypto';
import { expect, test } from 'vitest';
import { createPageTokens } from './page-token.ts';

const POSITION = { createdAt: '2026-03-01T10:20:30.456Z', id: 'bat-0195f8a0-0000-7000-8000-000000000001' };
const FILTERS = { list: 'batches', projectId: 'p', status: 'RUNNING' };

const tokens = createPageTokens(randomBytes(32));

test('a token gives back the position it was made from', () => {
  expect(tokens.decode(tokens.encode(POSITION, FILTERS), FILTERS)).toEqual(POSITION);
});

test.each(['a.pdf', '', 'a|b||.pdf', '表 😀.pdf'])('a position by name keeps the name %j', (name) => {
  const position = { ...POSITION, name };
  expect(tokens.decode(tokens.encode(position, FILTERS), FILTERS)).toEqual(position);
});

test('a token can stand in a URL as it is', () => {
  expect(tokens.encode(POSITION, FILTERS)).toMatch(/^[A-Za-z0-9_-]+$/);
});

test('the order of filters and filters that are absent do not matter', () => {
  const token = tokens.encode(POSITION, { a: 1, b: [2, 3], c: undefined });
  expect(tokens.decode(token, { b: [2, 3], a: 1 })).toEqual(POSITION);
});

test.each([
  ['another value', { ...FILTERS, status: 'FAILED' }],
  ['one filter less', { list: 'batches', projectId: 'p' }],
  ['one filter more', { ...FILTERS, sourceDirectoryId: 'd' }],
  ['another project', { ...FILTERS, projectId: 'q' }],
  ['another list', { ...FILTERS, list: 'directories' }],
])('a token is refused with %s', (_, filters) => {
  expect(tokens.decode(tokens.encode(POSITION, FILTERS), filters)).toBeUndefined();
});

test('a token of another secret is refused; one of the same secret is not', () => {
  const secret = randomBytes(32);
  const token = createPageTokens(secret).encode(POSITION, FILTERS);
  expect(createPageTokens(randomBytes(32)).decode(token, FILTERS)).toBeUndefined();
  expect(createPageTokens(Buffer.from(secret)).decode(token, FILTERS)).toEqual(POSITION);
});

test('a token with any one bit flipped is refused', () => {
  const bytes = Buffer.from(tokens.encode(POSITION, FILTERS), 'base64url');
  for (let bit = 0; bit < bytes.length * 8; bit++) {
    const forged = Buffer.from(bytes);
    forged.writeUInt8(forged.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    expect(tokens.decode(forged.toString('base64url'), FILTERS), `bit ${bit}`).toBeUndefined();
  }
});

test('a token that was cut anywhere, or never was one, is refused', () => {
  const token = tokens.encode(POSITION, FILTERS);
  for (let length = 0; length < token.length; length++) {
    expect(tokens.decode(token.slice(0, length), FILTERS), `${length} characters`).toBeUndefined();
  }
  for (const junk of ['', ' ', 'next', '%00', '🦆', 'A'.repeat(10_000), '*'.repeat(40)]) {
    expect(tokens.decode(junk, FILTERS), junk.slice(0, 10)).toBeUndefined();
  }
});
