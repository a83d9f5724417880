import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

test.each([
  ['SHEAF_HSOT', ['SHEAF_PORT', 'SHEAF_HOST'], 'SHEAF_HOST'],
  ['invoces', ['Default', 'invoices', 'invoice'], 'invoices'],
  ['x', ['abc'], undefined],
  ['ab', ['b'], undefined],
  ['anything', [], undefined],
])('%s of %j means %s', (word, candidates, meant) => {
  expect(nearest(word, candidates)).toBe(meant);
});
