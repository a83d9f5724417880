import { setImmediate } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { createByteBudget } from './byte-budget.ts';

const BLOCK = 1024;

test('tasks run in their order, as many as there is room for', async () => {
  const budget = createByteBudget(2 * BLOCK, BLOCK);
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const run = (task: number, bytes: number): Promise<void> =>
    budget.spend(bytes, (buffer) => {
      expect(buffer).toHaveLength(bytes);
      begun.push(task);
      return new Promise((resolve) => ends.push(resolve));
    });
  const all = [run(0, BLOCK), run(1, BLOCK), run(2, 5 * BLOCK), run(3, 1)];
  await setImmediate();
  expect(begun).toEqual([0, 1]);
  ends[0]?.();
  await setImmediate();
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  await setImmediate();
  expect(begun).toEqual([0, 1, 2]);
  ends[2]?.();
  await setImmediate();
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[3]?.();
  await Promise.all(all);
});

test('tasks that follow one another have the same memory, also after a failure, and none shares it', async () => {
  const budget = createByteBudget(2 * BLOCK, BLOCK);
  const memories = new Map<ArrayBufferLike, number>();
  const held = new Set<ArrayBufferLike>();
  const task = async ({ buffer }: Buffer): Promise<void> => {
    expect(held.has(buffer)).toBe(false);
    held.add(buffer);
    memories.set(buffer, (memories.get(buffer) ?? 0) + 1);
    await setImmediate();
    held.delete(buffer);
    if (memories.size === 2) throw new Error('the store is away');
  };
  const ends = await Promise.allSettled(Array.from({ length: 10 }, (_, n) => budget.spend(BLOCK - n, task)));
  expect(ends.some((end) => end.status === 'rejected')).toBe(true);
  expect([...memories.values()].reduce((sum, uses) => sum + uses, 0)).toBe(10);
  expect(memories.size).toBe(2);
});
