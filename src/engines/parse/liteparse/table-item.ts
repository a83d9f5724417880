import type { LayoutCell } from '@llamaindex/liteparse';
import type { TableItem } from '../../../model/document.ts';
import { tableItem, type TableCell, type TableStyle } from '../items/table.ts';
import { toBox, toBoxes } from './geometry.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** Turns a table block into an item; undefined when no cell holds any text. */
export function blockTable(block: DraftBlock, style: TableStyle): TableItem | undefined {
  if ('grid' in block) return tableItem(block.grid, block.headerRows, style, toBoxes(block.bbox));
  const { header, rows: body = [] } = block;
  const all = header ? [header, ...body] : body;
  const width = all.reduce((widest, row) => Math.max(widest, row.length), 0);
  const rows = all.map((row) => squareOff(row.map(toCell), width));
  return tableItem(rows, header ? 1 : 0, style, toBoxes(block.bbox));
}

function toCell({ text, bbox }: LayoutCell): TableCell {
  return { md: text, box: bbox && toBox(bbox) };
}

function squareOff(row: readonly TableCell[], width: number): readonly TableCell[] {
  return row.length === width ? row : Array.from({ length: width }, (_, at) => row[at] ?? { md: '' });
}
