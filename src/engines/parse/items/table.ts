import type { Box, TableCell, TableItem } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { escapeHtml, plainText } from './markup.ts';

/** How tables are written into markdown (contract 7.2, `output_options.markdown.tables`). */
export interface TableStyle {
  /** No spaces around cells in markdown. */
  readonly compact: boolean;
  /** Stands for a line break inside a markdown cell. */
  readonly lineSeparator: string;
  /** Items keep what they were made of, so that tables of several pages can be joined. */
  readonly keepsSource?: boolean;
}

export type { TableCell };

export function tableStyle(options: ParseOptions): TableStyle {
  return {
    compact: options.compactMarkdownTables,
    lineSeparator: options.markdownTableMultilineSeparator,
    keepsSource: options.mergeContinuedTables,
  };
}

/** A cell's place in the grid: a cell, or one that is covered by the span of another. */
type Place = { readonly cell: TableCell } | { readonly covered: true };

/**
 * Makes a table of rows of cells. In `rows` of the item a place that another cell covers is null; in HTML the
 * covering cell has its span; in markdown, which knows none, the place is empty.
 * @param headerRows how many rows from the top are the table's head
 * @returns undefined when no cell holds any text
 */
export function tableItem(
  rows: readonly (readonly TableCell[])[],
  headerRows: number,
  style: TableStyle,
  boxes: readonly Box[] = [],
): TableItem | undefined {
  if (!rows.some((row) => row.some((cell) => cell.md !== ''))) return undefined;
  const grid = layOut(rows);
  const values = grid.map((row) => row.map((place) => ('cell' in place ? valueOf(place.cell) : null)));
  const hasPlaces = rows.some((row) => row.some((cell) => cell.box));
  return {
    type: 'table',
    md: tableMarkdown(
      grid.map((row) => row.map((place) => ('cell' in place ? place.cell.md : ''))),
      style,
    ),
    boxes,
    rows: values,
    html: tableHtml(rows, headerRows),
    csv: values.map(csvRow).join('\n'),
    ...(hasPlaces && {
      cellBoxes: grid.map((row) => row.map((place) => ('cell' in place ? place.cell.box : undefined))),
    }),
    ...(style.keepsSource === true && { source: { rows, headerRows } }),
  };
}

function valueOf(cell: TableCell): string | number {
  return cell.value ?? plainText(cell.md);
}

/** A cell as it is shown: of a number, the digits that stand on the page and not the value behind them. */
export function cellText(cell: TableCell): string {
  return typeof cell.value === 'string' ? cell.value : plainText(cell.md);
}

/** Spans that a hostile document may claim; more than this is one. */
const LARGEST_SPAN = 1_000;

/** Puts cells into a rectangular grid, each row from the first place that no span from above covers. */
function layOut(rows: readonly (readonly TableCell[])[]): Place[][] {
  const grid: Place[][] = rows.map(() => []);
  for (const [y, row] of rows.entries()) {
    let x = 0;
    for (const cell of row) {
      while (grid[y]?.[x]) x += 1;
      const width = spanOf(cell.colSpan);
      const height = Math.min(spanOf(cell.rowSpan), rows.length - y);
      for (let dy = 0; dy < height; dy += 1) {
        const line = grid[y + dy];
        for (let dx = 0; line && dx < width; dx += 1)
          line[x + dx] ??= dy + dx === 0 ? { cell } : { covered: true };
      }
      x += width;
    }
  }
  const width = grid.reduce((widest, row) => Math.max(widest, row.length), 0);
  return grid.map((row) => Array.from({ length: width }, (_, x) => row[x] ?? { cell: { md: '' } }));
}

function spanOf(span: number | undefined): number {
  return Number.isInteger(span) ? Math.min(Math.max(span ?? 1, 1), LARGEST_SPAN) : 1;
}

/** A markdown table needs a head: without one, the first row is it. */
function tableMarkdown(rows: readonly (readonly string[])[], style: TableStyle): string {
  const pad = style.compact ? '' : ' ';
  const line = (cells: readonly string[]) => `|${cells.map((cell) => pad + cell + pad).join('|')}|`;
  const [head = [], ...body] = rows.map((row) => row.map((cell) => markdownCell(cell, style.lineSeparator)));
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function markdownCell(text: string, separator: string): string {
  const oneLine = text.includes('\n') ? text.replace(/\s*\n\s*/g, () => separator) : text;
  return oneLine.includes('|') ? oneLine.replace(/(?<!\\)\|/g, '\\|') : oneLine;
}

function tableHtml(rows: readonly (readonly TableCell[])[], headerRows: number): string {
  const head = rows.slice(0, headerRows).map((cells) => htmlRow(cells, 'th'));
  const body = rows.slice(headerRows).map((cells) => htmlRow(cells, 'td'));
  return [
    '<table>',
    ...(head.length > 0 ? ['<thead>', ...head, '</thead>'] : []),
    ...(body.length > 0 ? ['<tbody>', ...body, '</tbody>'] : []),
    '</table>',
  ].join('\n');
}

function htmlRow(cells: readonly TableCell[], tag: 'th' | 'td'): string {
  const html = cells.map((cell) => {
    const spans = `${spanAttribute('colspan', cell.colSpan)}${spanAttribute('rowspan', cell.rowSpan)}`;
    return `<${tag}${spans}>${escapeHtml(cellText(cell))}</${tag}>`;
  });
  return `<tr>${html.join('')}</tr>`;
}

function spanAttribute(name: string, span: number | undefined): string {
  const size = spanOf(span);
  return size === 1 ? '' : ` ${name}="${size}"`;
}

/** RFC 4180 quoting. */
function csvRow(cells: readonly (string | number | null)[]): string {
  return cells
    .map((cell) => {
      const text = cell === null ? '' : String(cell);
      return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    })
    .join(',');
}
