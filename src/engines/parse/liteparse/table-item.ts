import type { LayoutBlock } from '@llamaindex/liteparse';
import type { TableItem } from '../../../model/document.ts';
import { toBoxes } from './geometry.ts';
import { escapeHtml, plainText } from './inline-text.ts';

export interface TableStyle {
  /** No spaces around cells in markdown. */
  readonly compact: boolean;
  /** Stands for a line break inside a markdown cell. */
  readonly lineSeparator: string;
}

/** Turns a table block into an item; undefined when no cell holds any text. */
export function tableItem(block: LayoutBlock, style: TableStyle): TableItem | undefined {
  const header = block.header?.map((cell) => cell.text);
  const body = (block.rows ?? []).map((row) => row.map((cell) => cell.text));
  const all = header ? [header, ...body] : body;
  const width = all.reduce((widest, row) => Math.max(widest, row.length), 0);
  if (!all.some((row) => row.some((cell) => cell !== ''))) return undefined;
  const rows = all.map((row) => squareOff(row, width).map(plainText));
  return {
    type: 'table',
    md: tableMarkdown(
      all.map((row) => squareOff(row, width)),
      style,
    ),
    boxes: toBoxes(block.bbox),
    rows,
    html: tableHtml(rows, header !== undefined),
    csv: rows.map(csvRow).join('\n'),
  };
}

function squareOff(row: readonly string[], width: number): readonly string[] {
  return row.length === width ? row : [...row, ...Array<string>(width - row.length).fill('')];
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

function tableHtml(rows: readonly (readonly string[])[], hasHeader: boolean): string {
  const head = hasHeader ? rows.slice(0, 1) : [];
  const body = hasHeader ? rows.slice(1) : rows;
  return [
    '<table>',
    ...(head.length > 0 ? ['<thead>', ...head.map((cells) => htmlRow(cells, 'th')), '</thead>'] : []),
    ...(body.length > 0 ? ['<tbody>', ...body.map((cells) => htmlRow(cells, 'td')), '</tbody>'] : []),
    '</table>',
  ].join('\n');
}

function htmlRow(cells: readonly string[], tag: 'th' | 'td'): string {
  return `<tr>${cells.map((cell) => `<${tag}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
}

/** RFC 4180 quoting. */
function csvRow(cells: readonly string[]): string {
  return cells.map((cell) => (/[",\n\r]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}
