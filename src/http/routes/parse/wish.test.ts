import { expect, test } from 'vitest';
import { notFound, SheafError, validationError } from '../../../errors.ts';
import type { ParseCreateBody } from '../../schemas/parse-parameters.ts';
import { asBadConfiguration, readConfiguration, readSource, readWish } from './wish.ts';

const FILE = '0198c0de-0000-7000-8000-000000000001';

/** What a call throws. */
function thrownBy(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error('nothing was thrown');
}

const places = (error: unknown) => (error as SheafError).issues?.map((issue) => issue.loc.join('.'));

test('a document is a file or an address; a proxy goes with the address only', () => {
  expect(readSource({ file_id: FILE, http_proxy: 'http://proxy.example' })).toEqual({ fileId: FILE });
  expect(readSource({ file_id: null, source_url: 'https://example.com/a' })).toEqual({
    url: 'https://example.com/a',
    proxy: null,
  });
  expect(
    readSource({ source_url: 'https://example.com/a', http_proxy: 'http://proxy.example' }),
  ).toMatchObject({
    proxy: 'http://proxy.example',
  });
});

test.each<[ParseCreateBody, string]>([
  [{}, 'body.file_id'],
  [{ file_id: '' }, 'body.file_id'],
  [{ file_id: FILE, source_url: 'https://example.com' }, 'body.source_url'],
  [{ source_url: 'https://' }, 'body.source_url'],
])('a source like %o is refused', (body, place) => {
  expect(places(thrownBy(() => readSource(body)))).toEqual([place]);
});

test('what is not an option of parsing is taken out', () => {
  const wish = readWish({
    file_id: FILE,
    configuration_id: 'cfg-1',
    user_metadata: { a: 'b' },
    tier: 'fast',
    disable_cache: true,
  });
  expect(wish).toEqual({
    configurationId: 'cfg-1',
    userMetadata: { a: 'b' },
    options: { tier: 'fast', disable_cache: true },
  });
});

test.each<[string, Record<string, string>, string]>([
  [
    'too many',
    Object.fromEntries(Array.from({ length: 51 }, (_, index) => [index, ''])),
    'body.user_metadata',
  ],
  ['too long', { note: 'x'.repeat(1001) }, 'body.user_metadata.note'],
  ['called too long', { ['k'.repeat(101)]: '' }, `body.user_metadata.${'k'.repeat(100)}`],
])('tags that are %s are refused', (_, tags, place) => {
  expect(places(thrownBy(() => readWish({ user_metadata: tags })))).toEqual([place]);
});

test('a configuration is read from text, and its problems are named', () => {
  expect(readConfiguration('{"tier":"fast","version":"latest"}')).toMatchObject({
    options: { tier: 'fast', version: 'latest' },
  });
  expect(places(thrownBy(() => readConfiguration('{"file_id":"x","page_ranges":{"max_pages":0}}')))).toEqual([
    'body.file_id',
    'body.page_ranges.max_pages',
  ]);
  expect(places(thrownBy(() => readConfiguration('{"tier":')))).toEqual(['body']);
});

test('in an upload they are told in words, and other errors stay what they are', () => {
  const issue = (field: string) => ({ type: 'missing', loc: ['body', field], msg: 'Field required' });
  expect(asBadConfiguration(validationError(issue('tier'), issue('version')))).toMatchObject({
    status: 400,
    message: 'Invalid configuration: 2 validation errors\ntier: Field required\nversion: Field required',
  });
  const other = notFound('Configuration');
  expect(asBadConfiguration(other)).toBe(other);
});
