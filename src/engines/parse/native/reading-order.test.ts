import { expect, test } from 'vitest';
import { inReadingOrder } from './reading-order.ts';

const order = (boxes: Readonly<Record<string, readonly [number, number, number, number]>>) =>
  inReadingOrder(Object.entries(boxes).map(([name, [x, y, w, h]]) => ({ name, box: { x, y, w, h } })))
    .map(({ name }) => name)
    .join(' ');

test('parts are read from the top down and from left to right, columns as a whole', () => {
  expect(order({ c: [0, 200, 300, 50], b: [200, 100, 100, 50], a: [0, 100, 100, 50] })).toBe('a b c');
  expect(
    order({ d: [300, 60, 200, 90], b: [0, 60, 200, 90], c: [300, 40, 200, 20], a: [0, 40, 200, 20] }),
  ).toBe('a b c d');
  expect(order({ b: [10, 10, 100, 100], a: [0, 0, 100, 100] })).toBe('a b');
});
