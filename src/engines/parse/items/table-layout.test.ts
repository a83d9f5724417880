import { expect, test } from 'vitest';
import { layOut } from './table-layout.ts';
import { tableItem } from './table.ts';

const style = { compact: false, lineSeparator: '<br>' };
const cell = (md: string, colSpan?: number, rowSpan?: number) => ({
  md,
  ...(colSpan !== undefined && { colSpan }),
  ...(rowSpan !== undefined && { rowSpan }),
});

test('columns in which no cell begins are left out, and spans with them', () => {
  const item = tableItem(
    [[cell('Item', 3), cell('Price', 2)], [cell('Pears', 3), cell('2', 2)], [cell('All of them', 5)]],
    1,
    style,
  );
  expect(item?.rows).toEqual([
    ['Item', 'Price'],
    ['Pears', '2'],
    ['All of them', null],
  ]);
  expect(item?.html).toBe(
    '<table>\n<thead>\n<tr><th>Item</th><th>Price</th></tr>\n</thead>\n<tbody>\n' +
      '<tr><td>Pears</td><td>2</td></tr>\n<tr><td colspan="2">All of them</td></tr>\n</tbody>\n</table>',
  );
});

test('spans keep the columns that any row begins', () => {
  const { grid, rows } = layOut([
    [cell('Year', 1, 2), cell('Sales', 2)],
    [cell('North'), cell('South')],
  ]);
  expect(grid.map((row) => row.map((place) => ('cell' in place ? place.cell.md : null)))).toEqual([
    ['Year', 'Sales', null],
    [null, 'North', 'South'],
  ]);
  expect(rows[0]).toEqual([cell('Year', undefined, 2), cell('Sales', 2)]);
});

test('a span beyond all reason is the width of the table', () => {
  const rows = Array.from({ length: 5_000 }, (_, index) =>
    index % 2 === 0 ? [cell('a'), cell('b'), cell('c')] : [cell('line', 1_000_000_000)],
  );
  const { grid, rows: laidOut } = layOut(rows);
  expect(grid[1]).toHaveLength(3);
  expect(laidOut[1]).toEqual([cell('line', 3)]);
});

test('tables that no memory holds are refused before they fill it', () => {
  const bomb = Array.from({ length: 1_000 }, () => Array.from({ length: 20 }, () => cell('x', 1_000, 1_000)));
  const ragged = [
    Array.from({ length: 50_000 }, () => cell('x')),
    ...Array.from({ length: 50_000 }, () => [cell('x')]),
  ];
  for (const rows of [bomb, ragged])
    expect(() => layOut(rows)).toThrow(
      expect.objectContaining({ code: 'DOCUMENT_TOO_LARGE', message: expect.stringContaining('merged') }),
    );
});
