import { expect, test } from 'vitest';
import { readOrderBy } from './order-by.ts';

test.each([
  ['name', [['name', false]]],
  ['created_at desc', [['created_at', true]]],
  [' id   ASC ', [['id', false]]],
  [
    'name,created_at DESC , id',
    [
      ['name', false],
      ['created_at', true],
      ['id', false],
    ],
  ],
])('%j', (text, expected) => {
  expect(readOrderBy(text).map(({ field, descending }) => [field, descending])).toEqual(expected);
});

test.each(['size', 'name down', 'name asc asc', 'name,', ',', '-name', 'Name', 'name;drop table files'])(
  '%j is refused',
  (text) => {
    expect(() => readOrderBy(text)).toThrow(/order_by takes name, id, created_at/);
  },
);
