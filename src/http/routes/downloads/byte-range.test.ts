import { expect, test } from 'vitest';
import { requestedRange } from './byte-range.ts';

test.each([
  ['bytes=0-0', { offset: 0, length: 1 }],
  ['bytes=3-5', { offset: 3, length: 3 }],
  ['bytes=3-', { offset: 3, length: 7 }],
  ['bytes=9-9', { offset: 9, length: 1 }],
  ['bytes=5-500', { offset: 5, length: 5 }],
  ['bytes=-4', { offset: 6, length: 4 }],
  ['bytes=-400', { offset: 0, length: 10 }],
  ['Bytes = 1 - 2', { offset: 1, length: 2 }],
])('of ten bytes, %s is %j', (header, range) => {
  expect(requestedRange(header, 10)).toEqual(range);
});

test.each([[undefined], [''], ['bytes=-'], ['bytes=5-4'], ['bytes=a-b'], ['pages=1-2'], ['bytes=0-1,4-5']])(
  '%s asks for the whole',
  (header) => {
    expect(requestedRange(header, 10)).toBeUndefined();
  },
);

test.each([
  ['bytes=10-', 10],
  ['bytes=500-600', 10],
  ['bytes=-0', 10],
  ['bytes=0-', 0],
  ['bytes=-1', 0],
])('%s of %i bytes cannot be met', (header, size) => {
  expect(requestedRange(header, size)).toBe('unsatisfiable');
});
