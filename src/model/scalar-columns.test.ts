import { expect, test } from 'vitest';
import { scalarColumns, valueAt } from './scalar-columns.ts';

test('columns are the single values of a schema, inner ones too, in its order', () => {
  const schema = {
    type: 'object',
    properties: {
      total: { type: 'number' },
      lines: { type: 'array', items: { type: 'string' } },
      vendor: { anyOf: [{ type: 'object', properties: { name: { type: 'string' } } }, { type: 'null' }] },
      due: { type: ['string', 'null'] },
      tags: { anyOf: [{ type: 'array', items: {} }, { type: 'null' }] },
    },
  };
  expect(scalarColumns(schema)).toEqual([['total'], ['vendor', 'name'], ['due']]);
  expect(scalarColumns(undefined)).toEqual([]);
});

test('a value that is not there is undefined, also where objects have such a key of their own', () => {
  expect(valueAt({ vendor: { name: 'x' } }, ['vendor', 'name'])).toBe('x');
  expect(valueAt({ vendor: null }, ['vendor', 'name'])).toBeUndefined();
  expect(valueAt({}, ['constructor'])).toBeUndefined();
});
