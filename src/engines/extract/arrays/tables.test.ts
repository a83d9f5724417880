import { expect, test } from 'vitest';
import type { Item, TableItem } from '../../../model/document.ts';
import { extractByRules } from '../extract-by-rules.ts';
import { itemDocument, placedDocument, schemaOf, type Placed } from '../fixtures/placed-pages.ts';

const text = { type: 'string' };
const number = { type: 'number' };

function table(rows: TableItem['rows']): Item {
  return { type: 'table', rows, md: '', html: '', csv: '', boxes: [] };
}

test('tables of formats without places: rows by their heads, one object each for per_table_row', () => {
  const schema = schemaOf({ item: text, quantity: { type: 'integer' }, price: number });
  const document = itemDocument([
    table([
      ['Item', 'Quantity', 'Unit price'],
      ['Rope', '3', '4.50'],
      ['Anchor', '1', '120.00'],
      ['Total', '', '133.50'],
    ]),
  ]);
  expect(extractByRules(document, schema, { extraction_target: 'per_table_row' }).data).toEqual([
    { item: 'Rope', quantity: 3, price: 4.5 },
    { item: 'Anchor', quantity: 1, price: 120 },
  ]);
});

test('a table goes on over the page, and quantity times price tells the column of amounts', () => {
  const schema = schemaOf({
    lines: {
      type: 'array',
      items: {
        type: 'object',
        properties: { description: text, quantity: number, unit_price: number, total: number },
      },
    },
  });
  const head: Placed[] = [
    [50, 700, 'Description'],
    [250, 700, 'Qty'],
    [330, 700, 'Unit price'],
    [430, 700, 'Worth'],
  ];
  const row = (y: number, name: string, quantity: string, price: string, total: string): Placed[] => [
    [50, y, name],
    [252, y, quantity],
    [350, y, price],
    [432, y, total],
  ];
  const document = placedDocument(
    [...head, ...row(716, 'Sail', '2', '310.00', '620.00')],
    [...row(40, 'Mast', '1', '95.50', '95.50'), ...row(56, 'Oar', '4', '12.00', '48.00')],
  );
  expect(extractByRules(document, schema, {}).data).toEqual({
    lines: [
      { description: 'Sail', quantity: 2, unit_price: 310, total: 620 },
      { description: 'Mast', quantity: 1, unit_price: 95.5, total: 95.5 },
      { description: 'Oar', quantity: 4, unit_price: 12, total: 48 },
    ],
  });
});

test('sums amid and below a table, and lines without an amount, are no items', () => {
  const schema = schemaOf({
    lines: {
      type: 'array',
      items: { type: 'object', properties: { description: text, quantity: number, amount: number } },
    },
  });
  const row = (y: number, ...[name, quantity, amount]: readonly string[]): Placed[] => [
    [50, y, name ?? ''],
    ...(quantity === undefined || quantity === '' ? [] : [[254, y, quantity] as const]),
    ...(amount === undefined ? [] : [[330, y, amount] as const]),
  ];
  const document = placedDocument([
    ...row(40, 'Description', 'Qty', 'Amount'),
    ...row(56, 'Rope', '3', '13.50'),
    ...row(68, 'hemp, untreated'),
    ...row(84, 'Subtotal', '', '13.50'),
    ...row(100, 'Anchor', '1', '120.00'),
    ...row(116, 'Total', '', '133.50'),
    ...row(132, 'Boxes', '2'),
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({
    lines: [
      { description: 'Rope\nhemp, untreated', quantity: 3, amount: 13.5 },
      { description: 'Anchor', quantity: 1, amount: 120 },
    ],
  });
});

test('a row over two lines whose amount stands on the second is one row', () => {
  const schema = schemaOf({
    lines: {
      type: 'array',
      items: { type: 'object', properties: { description: text, quantity: number, total: number } },
    },
  });
  const row = (y: number, position: string, name: string, quantity: string): Placed[] => [
    [50, y, position],
    [120, y, name],
    [320, y, quantity],
  ];
  const document = placedDocument([
    [50, 40, 'Pos'],
    [120, 40, 'Description'],
    [310, 40, 'Quantity'],
    [430, 40, 'Total'],
    ...row(56, '1', 'Standing rigging, renewed with', '2'),
    ...([
      [120, 67, 'all fittings'],
      [432, 67, '640.00'],
    ] satisfies Placed[]),
    ...row(90, '2', 'Sail cloth', '7'),
    [432, 101, '91.00'],
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({
    lines: [
      { description: 'Standing rigging, renewed with\nall fittings', quantity: 2, total: 640 },
      { description: 'Sail cloth', quantity: 7, total: 91 },
    ],
  });
});

test('items without numbers of their own stay rows, though one lacks what the next one has', () => {
  const schema = schemaOf({
    lines: {
      type: 'array',
      items: { type: 'object', properties: { description: text, quantity: number, total: number } },
    },
  });
  const document = placedDocument([
    [50, 40, 'Description'],
    [310, 40, 'Quantity'],
    [430, 40, 'Total'],
    [50, 56, 'Rope'],
    [320, 56, '3'],
    [432, 56, '13.50'],
    [50, 67, 'Freight'],
    [432, 67, '9.00'],
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({
    lines: [
      { description: 'Rope', quantity: 3, total: 13.5 },
      { description: 'Freight', quantity: null, total: 9 },
    ],
  });
});

test('a list of texts: points below its heading, or what commas part', () => {
  const schema = schemaOf({
    skills: { type: 'array', items: text },
    languages: { type: 'array', items: text },
  });
  const document = placedDocument([
    [50, 40, 'Skills'],
    [50, 54, '• Rigging'],
    [50, 68, '• Sail making'],
    [50, 110, 'Languages: English, Danish'],
  ]);
  expect(extractByRules(document, schema, {}).data).toEqual({
    skills: ['Rigging', 'Sail making'],
    languages: ['English', 'Danish'],
  });
});
