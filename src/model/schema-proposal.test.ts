import { expect, test } from 'vitest';
import { checkExtractSchema } from './extract-schema/check-schema.ts';
import { proposeFields } from './schema-proposal.ts';

const nullable = (schema: object) => ({ anyOf: [schema, { type: 'null' }] });

test('labels with values become fields of the types that the values have', () => {
  const value = [
    'Rechnungs-Nr.: 0042',
    'Fällig am: 31.12.2024',
    'Summe: 1.204,50 €',
    'Seats: 12',
    'Paid: yes',
    'See https://example.com',
    'A sentence that goes on: and on',
  ].join('\n');
  const fields = proposeFields([{ type: 'list', items: [{ type: 'text', value }] }]);
  expect(fields).toMatchObject({
    rechnungs_nr: { title: 'Rechnungs-Nr.', ...nullable({ type: 'string' }) },
    fallig_am: nullable({ type: 'string', format: 'date' }),
    summe: nullable({ type: 'number' }),
    seats: nullable({ type: 'integer' }),
    paid: nullable({ type: 'boolean' }),
  });
  expect(Object.keys(fields)).toHaveLength(6);
});

test('tables become lists under their heading, pairs of label and value fields', () => {
  const fields = proposeFields([
    { type: 'heading', value: 'Line items' },
    {
      type: 'table',
      rows: [
        ['Item', 'Qty', 'Price'],
        ['Bolts', 12, '1.50'],
        ['Nuts', '7', '0.20'],
      ],
    },
    {
      type: 'table',
      rows: [
        ['Buyer:', 'Ann'],
        ['City:', 'Bonn'],
      ],
    },
  ]);
  expect(Object.keys(fields)).toEqual(['buyer', 'city', 'line_items']);
  const columns = { item: nullable({ type: 'string' }), qty: nullable({ type: 'integer' }) };
  expect(fields['line_items']).toMatchObject({ type: 'array', items: { properties: columns } });
});

test('whatever a document shows, the proposal is a schema', () => {
  const labels = ['constructor', 'Toggle', '2024 plan', 'A'.repeat(40)].map((label) => `${label}: x`);
  const rows = [
    ['constructor', 'toString', 'x'],
    ['1', '2', '3'],
  ];
  const many = Array.from({ length: 200 }, (_, index) => `Label ${index}: ${index}`).join('\n');
  const items = [...labels, many].map((value) => ({ type: 'text', value }));
  const tables = Array.from({ length: 30 }, () => ({ type: 'table', rows }));
  const properties = proposeFields([...items, ...tables]);
  expect(checkExtractSchema({ type: 'object', properties })).toMatchObject({ ok: true });
  expect(Object.keys(properties).length).toBeLessThanOrEqual(70);
  expect(proposeFields([{ type: 'text', value: 'Prose without anything.' }])).toEqual({});
});
