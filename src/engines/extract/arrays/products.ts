import type { FieldSpec } from '../fields/field-spec.ts';
import { namesSame } from '../vocabulary/synonyms.ts';
import type { TableHead } from './columns.ts';
import type { ReadRows } from './read-rows.ts';

/** The share of rows in which quantity times price must make the amount. */
const MOST_ROWS = 0.7;
const CLOSE = 0.011;

/**
 * A table whose head does not say which column holds the lines' amounts: it is the one that is quantity times unit price.
 * Fills the rows in place. Needs quantity and price.
 */
export function fillProducts(
  { rows, unnamed }: ReadRows,
  specs: readonly FieldSpec[],
  amount: FieldSpec,
): void {
  const [quantity, price] = ['quantity', 'unit price'].map((wanted) => named(specs, wanted));
  if (!quantity || !price) return;
  const priced = rows.filter((row) => row.has(quantity) && row.has(price));
  const columns = new Set([...unnamed.values()].flatMap((cells) => [...cells.keys()]));
  for (const column of columns) {
    const right = priced.filter((row) => {
      const value = Number(unnamed.get(row)?.get(column)?.value);
      return Math.abs(Number(row.get(quantity)?.value) * Number(row.get(price)?.value) - value) < CLOSE;
    });
    if (priced.length === 0 || right.length < priced.length * MOST_ROWS) continue;
    for (const row of rows) {
      const found = unnamed.get(row)?.get(column);
      if (found) row.set(amount, found);
    }
    return;
  }
}

/** The field for the lines' amounts, when the table's head does not name its column. */
export function missingAmount(specs: readonly FieldSpec[], head: TableHead): FieldSpec | undefined {
  const amount = named(specs, 'line total');
  return amount && !head.specs.has(amount) ? amount : undefined;
}

function named(specs: readonly FieldSpec[], wanted: string): FieldSpec | undefined {
  return specs.find(({ schema, phrases }) => {
    return (schema.type === 'number' || schema.type === 'integer') && namesSame(phrases, wanted, true);
  });
}
