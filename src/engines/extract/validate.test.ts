import { expect, test } from 'vitest';
import { schemaOf } from './fixtures/placed-pages.ts';
import { validateData } from './validate.ts';

const SCHEMA = schemaOf(
  {
    number: { type: 'string', pattern: '^\\d+$', maxLength: 4 },
    paid_on: { anyOf: [{ type: 'string', format: 'date' }, { type: 'null' }] },
    kind: { enum: ['a', 'b'] },
    lines: {
      type: 'array',
      maxItems: 2,
      items: { type: 'object', properties: { amount: { type: 'number', minimum: 0, multipleOf: 0.01 } } },
    },
  },
  ['number'],
);

const problems = (data: unknown) =>
  validateData(data, SCHEMA).map(({ path, message }) => `${path.join('.')} ${message}`);

test('data that keeps to its schema has no problems; null stands for what was not found', () => {
  const data = {
    number: '12',
    paid_on: '2031-02-03',
    kind: 'a',
    lines: [{ amount: 0.07 }, { amount: null }],
  };
  expect(problems(data)).toEqual([]);
  expect(problems({ number: null, paid_on: null, kind: null, lines: null })).toEqual([]);
  expect(problems({ number: null })).toEqual([]);
});

test('each problem is told with its place', () => {
  expect(problems({ number: 'x12345', kind: 'c', more: 1 })).toEqual([
    'number must have at most 4 characters',
    'kind must be one of "a", "b"',
    'more is not in the schema',
  ]);
  expect(
    problems({ paid_on: '2031-02-30', lines: [{ amount: -1 }, { amount: '1' }, { amount: 0.005 }] }),
  ).toEqual([
    'number is required',
    'paid_on must be a date',
    'lines must have at most 2 items',
    'lines.0.amount must be at least 0',
    'lines.1.amount must be of type number',
    'lines.2.amount must be a multiple of 0.01',
  ]);
  expect(problems([])).toEqual([' must be an object']);
});
