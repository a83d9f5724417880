import type { Rect } from '@llamaindex/liteparse';
import type { Box } from '../../../../model/document.ts';
import type { TableCell } from '../../items/table.ts';
import { toBox, unionRect } from '../geometry.ts';
import type { Word } from './words.ts';
import { textOf } from './words.ts';

/** A cell with the rows and columns that it covers and the words in it. */
export interface GridCell {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly colSpan: number;
  readonly words: readonly Word[];
}

/** A table found on a page. */
export interface FoundTable {
  readonly cells: readonly GridCell[];
  readonly headerRows: number;
  /** Holds every word of the table. */
  readonly rect: Rect;
}

/** The cells as rows for the item; places that no cell covers become empty cells. */
export function tableRows(cells: readonly GridCell[]): TableCell[][] {
  const height = cells.reduce((most, cell) => Math.max(most, cell.row + cell.rowSpan), 0);
  const width = cells.reduce((most, cell) => Math.max(most, cell.column + cell.colSpan), 0);
  const grid: (GridCell | undefined)[][] = Array.from({ length: height }, () =>
    Array<GridCell | undefined>(width).fill(undefined),
  );
  for (const cell of cells)
    for (let y = cell.row; y < cell.row + cell.rowSpan; y += 1)
      for (let x = cell.column; x < cell.column + cell.colSpan; x += 1) (grid[y] ?? [])[x] = cell;
  return grid.map((row, y) =>
    row.flatMap((cell, x): TableCell[] => {
      if (!cell) return [{ md: '' }];
      return cell.row === y && cell.column === x ? [tableCell(cell)] : [];
    }),
  );
}

function tableCell({ words, colSpan, rowSpan }: GridCell): TableCell {
  const cell = { md: textOf(words), box: boxOf(words) };
  if (colSpan === 1 && rowSpan === 1) return cell;
  return { ...cell, ...(colSpan > 1 && { colSpan }), ...(rowSpan > 1 && { rowSpan }) };
}

function boxOf(words: readonly Word[]): Box | undefined {
  const rect = unionRect(words);
  return rect && toBox(rect);
}

/** Drops rows and columns in which no text begins, and draws spans together over them. */
export function compact(cells: readonly GridCell[]): GridCell[] {
  const rows = renumbered(cells, 'row', 'rowSpan');
  const columns = renumbered(cells, 'column', 'colSpan');
  return cells.flatMap((cell) => {
    const [row = 0, below = 0] = [rows[cell.row], rows[cell.row + cell.rowSpan]];
    const [column = 0, beside = 0] = [columns[cell.column], columns[cell.column + cell.colSpan]];
    const [rowSpan, colSpan] = [below - row, beside - column];
    return rowSpan > 0 && colSpan > 0 ? [{ row, column, rowSpan, colSpan, words: cell.words }] : [];
  });
}

/** For every place, and the one after the last, how many places before it hold the beginning of a text. */
function renumbered(cells: readonly GridCell[], at: 'row' | 'column', span: 'rowSpan' | 'colSpan'): number[] {
  const used: boolean[] = [];
  let end = 0;
  for (const cell of cells) {
    if (cell.words.length > 0) used[cell[at]] = true;
    end = Math.max(end, cell[at] + cell[span]);
  }
  const before: number[] = [0];
  for (let place = 0; place < end; place += 1)
    before.push((before[place] ?? 0) + (used[place] === true ? 1 : 0));
  return before;
}
