import { expect, test } from 'vitest';
import { extractByRules } from '../extract-by-rules.ts';
import { placedDocument, schemaOf, type Placed } from '../fixtures/placed-pages.ts';

const number = { type: 'number' };

/** Lines whose column of amounts goes on into the sums below it. */
const LINES: readonly Placed[] = [
  [50, 100, 'Description'],
  [300, 100, 'Quantity'],
  [380, 100, 'Unit price'],
  [500, 100, 'Amount'],
  [50, 120, 'Brass lanterns'],
  [300, 120, '12'],
  [380, 120, '£99.50'],
  [490, 120, '£1,194.00'],
  [50, 136, 'Waxed wick'],
  [300, 136, '40'],
  [380, 136, '£1.15'],
  [500, 136, '£46.00'],
];
const SUMS: readonly Placed[] = [
  [50, 160, 'Net total'],
  [490, 160, '£1,240.00'],
  [50, 176, 'VAT 20 %'],
  [500, 176, '£248.00'],
];
const DUE: readonly Placed[] = [
  [50, 192, 'Amount due'],
  [490, 192, '£1,488.00'],
];

function extracted(texts: readonly Placed[], properties: Readonly<Record<string, unknown>>): unknown {
  return extractByRules(placedDocument(texts), schemaOf(properties), {}).data;
}

test.each([
  { total_amount_due: number },
  { amount_due: number },
  { total: number },
  { total: { ...number, title: 'Total amount due' } },
  { invoice_total: { ...number, description: 'Total amount due, with tax' } },
])('what is to be paid is not the net total below the column of amounts: %j', (properties) => {
  expect(Object.values(extracted([...LINES, ...SUMS, ...DUE], properties) as object)).toEqual([1488]);
});

test('the total of a column of net amounts is the net total', () => {
  const net = LINES.map((one) => (one[2] === 'Amount' ? ([500, 100, 'Net amount'] satisfies Placed) : one));
  expect(extracted([...net, ...SUMS, ...DUE], { net_amount: number })).toEqual({ net_amount: 1240 });
});

test('an amount due that net and tax do not make is no total', () => {
  const withBalance: Placed[] = [
    [50, 192, 'Balance of last month'],
    [500, 192, '£77.00'],
    [50, 208, 'Amount due'],
    [490, 208, '£1,565.00'],
  ];
  expect(extracted([...LINES, ...SUMS, ...withBalance], { total: number, amount_due: number })).toEqual({
    total: null,
    amount_due: 1565,
  });
});
