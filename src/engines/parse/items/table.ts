import type { Box, TableCell, TableItem } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { escapeHtml, onOneLine, plainText } from './markup.ts';
import { layOut } from './table-layout.ts';

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

/**
 * Makes a table of rows of cells. In `rows` of the item a place that another cell covers is null; in HTML the
 * covering cell has its span; in markdown, which knows none, the place is empty.
 * @param headerRows how many rows from the top are the table's head
 * @returns undefined when no cell holds any text
 * @throws {DocumentFailure} DOCUMENT_TOO_LARGE for one that no memory holds
 */
export function tableItem(
  rows: readonly (readonly TableCell[])[],
  headerRows: number,
  style: TableStyle,
  boxes: readonly Box[] = [],
): TableItem | undefined {
  if (!rows.some((row) => row.some((cell) => cell.md !== ''))) return undefined;
  const { grid, rows: laidOut } = layOut(rows);
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
    html: tableHtml(laidOut, headerRows),
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

/** A markdown table needs a head: without one, the first row is it. */
function tableMarkdown(rows: readonly (readonly string[])[], style: TableStyle): string {
  const pad = style.compact ? '' : ' ';
  const line = (cells: readonly string[]) => `|${cells.map((cell) => pad + cell + pad).join('|')}|`;
  const [head = [], ...body] = rows.map((row) => row.map((cell) => markdownCell(cell, style.lineSeparator)));
  return [line(head), line(head.map(() => '---')), ...body.map(line)].join('\n');
}

function markdownCell(text: string, separator: string): string {
  const oneLine = onOneLine(text, separator);
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
  return span === undefined || span === 1 ? '' : ` ${name}="${span}"`;
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
