import { expect, test } from 'vitest';

import { createLookupQueue } from './lookup-queue.ts';

/** A look-up whose answers the test gives. */
function answerable() {
  const begun: string[] = [];
  const ends = new Map<string, { resolve: (addresses: string[]) => void; reject: (error: Error) => void }>();
  const lookup = (name: string): Promise<string[]> =>
    new Promise((resolve, reject) => {
      begun.push(name);
      ends.set(name, { resolve, reject });
    });
  return { lookup, begun, ends };
}

/** Lets everything happen that waits for nothing outside. */
const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('so many run at once; the others follow in order as places come free', async () => {
  const { lookup, begun, ends } = answerable();
  const find = createLookupQueue(lookup, 2);
  const found = ['a', 'b', 'c', 'd'].map((name) => find(name).catch((error: unknown) => error));
  await settle();
  expect(begun).toEqual(['a', 'b']);
  ends.get('b')?.resolve(['192.0.2.2']);
  await settle();
  expect(begun).toEqual(['a', 'b', 'c']);
  // A failure frees its place, too.
  ends.get('a')?.reject(new Error('no such name'));
  await settle();
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
  ends.get('c')?.resolve(['192.0.2.3']);
  ends.get('d')?.resolve([]);
  expect(await Promise.all(found)).toEqual([
    expect.objectContaining({ message: 'no such name' }),
    ['192.0.2.2'],
    ['192.0.2.3'],
    [],
  ]);
});

test('who gives up while waiting leaves, and is never looked up', async () => {
  const { lookup, begun, ends } = answerable();
  const find = createLookupQueue(lookup, 1);
  const slow = find('slow');
  const controller = new AbortController();
  const impatient = find('impatient', controller.signal).catch((error: unknown) => error);
  const last = find('last');
  const reason = new Error('time is up');
  controller.abort(reason);
  expect(await impatient).toBe(reason);
  ends.get('slow')?.resolve(['192.0.2.1']);
  expect(await slow).toEqual(['192.0.2.1']);
  await settle();
  expect(begun).toEqual(['slow', 'last']);
  ends.get('last')?.resolve(['192.0.2.9']);
  expect(await last).toEqual(['192.0.2.9']);
  await expect(find('late', AbortSignal.abort(reason))).rejects.toBe(reason);
  expect(begun).toEqual(['slow', 'last']);
});

test('a name that is being looked up is not looked up twice, and keeps its place until it ends', async () => {
  const { lookup, begun, ends } = answerable();
  const find = createLookupQueue(lookup, 1);
  const controller = new AbortController();
  const left = find('slow', controller.signal).catch((error: unknown) => error);
  await settle();
  controller.abort(new Error('time is up'));
  expect(await left).toMatchObject({ message: 'time is up' });
  const other = find('other');
  const again = find('slow');
  await settle();
  expect(begun).toEqual(['slow']);
  ends.get('slow')?.resolve(['192.0.2.1']);
  expect(await again).toEqual(['192.0.2.1']);
  await settle();
  ends.get('other')?.resolve(['192.0.2.2']);
  expect(await other).toEqual(['192.0.2.2']);
  // Not remembered: the next one asks anew.
  const anew = find('slow');
  await settle();
  expect(begun).toEqual(['slow', 'other', 'slow']);
  ends.get('slow')?.resolve([]);
  expect(await anew).toEqual([]);
});
