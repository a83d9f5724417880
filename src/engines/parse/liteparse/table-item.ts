import type { LayoutBlock } from '@llamaindex/liteparse';
import type { TableItem } from '../../../model/document.ts';
import { tableItem, type TableCell, type TableStyle } from '../items/table.ts';
import { toBoxes } from './geometry.ts';

/** Turns a table block into an item; undefined when no cell holds any text. */
export function blockTable(block: LayoutBlock, style: TableStyle): TableItem | undefined {
  const header = block.header?.map((cell) => cell.text);
  const body = (block.rows ?? []).map((row) => row.map((cell) => cell.text));
  const all = header ? [header, ...body] : body;
  const width = all.reduce((widest, row) => Math.max(widest, row.length), 0);
  const rows = all.map((row) => squareOff(row, width).map((md): TableCell => ({ md })));
  return tableItem(rows, header ? 1 : 0, style, toBoxes(block.bbox));
}

function squareOff(row: readonly string[], width: number): readonly string[] {
  return row.length === width ? row : [...row, ...Array<string>(width - row.length).fill('')];
}
