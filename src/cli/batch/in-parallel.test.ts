import { expect, test } from 'vitest';
import { createGate } from '../../../test/support/scripted-engine.ts';
import { inParallel } from './in-parallel.ts';

test('results stand in the order of their items, whichever was ready first', async () => {
  const gates = Array.from({ length: 4 }, createGate);
  const working = inParallel([0, 1, 2, 3], 4, async (item, index) => {
    await gates[index]?.opened;
    return item * 10;
  });
  for (const gate of gates.toReversed()) gate.open();
  expect(await working).toEqual([0, 10, 20, 30]);
});

test('never more than the limit are at work, and never fewer while there is work', async () => {
  let active = 0;
  const seen: number[] = [];
  await inParallel(
    Array.from({ length: 30 }, (_, index) => index),
    3,
    async () => {
      active += 1;
      seen.push(active);
      await new Promise((resolve) => setImmediate(resolve));
      active -= 1;
    },
  );
  expect(Math.max(...seen)).toBe(3);
  expect(seen).toHaveLength(30);
});

test('a limit above the number of items, and no items at all, are fine', async () => {
  expect(await inParallel([1], 10, (item) => Promise.resolve(item))).toEqual([1]);
  expect(await inParallel([], 10, (item) => Promise.resolve(item))).toEqual([]);
});

test('the first failure is thrown, and nothing new begins after it', async () => {
  const begun: number[] = [];
  const gate = createGate();
  const working = inParallel([0, 1, 2, 3, 4, 5], 2, async (item) => {
    begun.push(item);
    if (item === 1) throw new Error('item 1 failed');
    await gate.opened;
  });
  await expect(working).rejects.toThrow('item 1 failed');
  gate.open();
  await new Promise((resolve) => setImmediate(resolve));
  expect(begun).toEqual([0, 1]);
});
