import { expect, test } from 'vitest';
import { createRandom } from './random.ts';

const firstDraws = (seed: number): number[] => Array.from({ length: 5 }, createRandom(seed).next);

test('a seed fixes the sequence', () => {
  expect(firstDraws(42)).toEqual(firstDraws(42));
  expect(firstDraws(42)).not.toEqual(firstDraws(43));
});

test('draws stay in their range and fill it', () => {
  const random = createRandom(1);
  const integers = Array.from({ length: 2_000 }, () => random.integer(3, 7));
  expect([...new Set(integers)].toSorted((one, other) => one - other)).toEqual([3, 4, 5, 6, 7]);
  const uniform = Array.from({ length: 2_000 }, random.next);
  expect(Math.min(...uniform)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...uniform)).toBeLessThan(1);
});

test('normal draws have mean 0 and deviation 1', () => {
  const random = createRandom(2);
  const draws = Array.from({ length: 5_000 }, random.normal);
  const mean = draws.reduce((sum, draw) => sum + draw, 0) / draws.length;
  const variance = draws.reduce((sum, draw) => sum + (draw - mean) ** 2, 0) / draws.length;
  expect(mean).toBeCloseTo(0, 1);
  expect(variance).toBeGreaterThan(0.9);
  expect(variance).toBeLessThan(1.1);
});

test('there is nothing to pick from an empty list', () => {
  expect(() => createRandom(1).pick([])).toThrow(RangeError);
});
