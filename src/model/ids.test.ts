import { expect, test } from 'vitest';
import { idFromUuid, isUuid, newApiKey, newId, newUuid, uuidOf, type PrefixedResource } from './ids.ts';

const PREFIXES: Record<PrefixedResource, string> = {
  batch: 'bat-',
  directory: 'dir-',
  directoryFile: 'dfl-',
  configuration: 'cfg-',
  parseJob: 'pjb-',
  extractJob: 'ext-',
  webhookConfig: 'whc-',
  apiKey: 'key-',
};

test.each(Object.entries(PREFIXES) as [PrefixedResource, string][])(
  'an id of a %s begins with %s',
  (resource, prefix) => {
    const id = newId(resource);
    expect(id.slice(0, prefix.length)).toBe(prefix);
    expect(isUuid(id.slice(prefix.length))).toBe(true);
  },
);

test('an id and the UUID inside it can be turned into each other', () => {
  const id = newId('parseJob');
  expect(isUuid(uuidOf(id))).toBe(true);
  expect(idFromUuid('parseJob', uuidOf(id))).toBe(id);
});

test('ids of one process sort by the order in which they were made, also within a millisecond', () => {
  const ids = Array.from({ length: 5_000 }, () => newId('parseJob'));
  expect(ids.toSorted()).toEqual(ids);
  expect(new Set(ids).size).toBe(ids.length);
});

test('a bare id is a UUID of version 7', () => {
  expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});

test('an API key is llx- and 40 characters that need no escaping anywhere', () => {
  const keys = Array.from({ length: 100 }, newApiKey);
  for (const key of keys) expect(key).toMatch(/^llx-[A-Za-z0-9_-]{40}$/);
  expect(new Set(keys).size).toBe(keys.length);
});
