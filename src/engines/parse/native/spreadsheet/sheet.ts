/** Cells that are read of one document; what is beyond is a database, not a document. */
export const MOST_CELLS = 2_000_000;

/** One cell that shows something, or a place that a merged neighbour covers. Columns count from 0. */
export interface SheetCell {
  readonly column: number;
  /** What the cell shows. */
  readonly text: string;
  /** The number behind the text, where the text is one. */
  readonly number?: number;
  readonly url?: string;
  /** Columns and rows that the cell covers; 1 by default. */
  readonly colSpan?: number;
  readonly rowSpan?: number;
  readonly covered?: true;
}

/** A row that has cells, by ascending column. Rows count from 0. */
export interface SheetRow {
  readonly index: number;
  readonly cells: readonly SheetCell[];
}

/** A rectangle of cells, ends included. */
export interface CellRange {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/** Reads a reference such as `B7`, `$B$7` or `A1:C3` (ECMA-376 part 1, 18.17.2.3.1). */
export function cellRange(reference: string): CellRange | undefined {
  const [first = '', second = first] = reference.split(':', 2);
  const from = cellPlace(first);
  const to = cellPlace(second);
  if (!from || !to) return undefined;
  return {
    top: Math.min(from.row, to.row),
    left: Math.min(from.column, to.column),
    bottom: Math.max(from.row, to.row),
    right: Math.max(from.column, to.column),
  };
}

/** How a cell is called, such as `AB7`; row and column count from 0. */
export function cellName(row: number, column: number): string {
  let letters = '';
  for (let left = column + 1; left > 0; left = Math.floor((left - 1) / 26))
    letters = String.fromCharCode(65 + ((left - 1) % 26)) + letters;
  return `${letters}${row + 1}`;
}

/** Rows and columns that a sheet can have (ECMA-376 part 1, 18.17.2.3.1). */
export const MOST_ROWS = 1_048_576;
export const MOST_COLUMNS = 16_384;

/** The row and column of a reference to one cell, from 0. */
export function cellPlace(reference: string): { row: number; column: number } | undefined {
  let column = 0;
  let row = 0;
  for (let index = 0; index < reference.length; index += 1) {
    const code = reference.charCodeAt(index);
    if (code >= 48 && code <= 57) row = row * 10 + (code - 48);
    else if (code !== 36 && row === 0) {
      const letter = (code | 32) - 96;
      if (letter < 1 || letter > 26) return undefined;
      column = column * 26 + letter;
    } else if (code !== 36) return undefined;
    if (column > MOST_COLUMNS || row > MOST_ROWS) return undefined;
  }
  return row === 0 || column === 0 ? undefined : { row: row - 1, column: column - 1 };
}

/** Places that merged cells of one sheet may cover together. */
const MOST_COVERED = 500_000;

/**
 * Gives merged cells their spans and marks the places that they cover, so that an area that is merged is not taken for
 * empty. Areas are cut to what the sheet uses.
 */
export function mergeCells(rows: readonly SheetRow[], merges: readonly CellRange[]): SheetRow[] {
  if (merges.length === 0) return [...rows];
  const last = rows.at(-1)?.index ?? -1;
  const widest = rows.reduce((most, row) => Math.max(most, row.cells.at(-1)?.column ?? -1), -1);
  const byIndex = new Map(
    rows.map((row) => [row.index, new Map(row.cells.map((cell) => [cell.column, cell]))]),
  );
  let covered = 0;
  for (const merge of merges) {
    const bottom = Math.min(merge.bottom, last);
    const right = Math.min(merge.right, widest);
    const anchor = byIndex.get(merge.top)?.get(merge.left);
    if (!anchor || anchor.covered || right < merge.left || bottom < merge.top) continue;
    covered += (bottom - merge.top + 1) * (right - merge.left + 1);
    if (covered > MOST_COVERED) break;
    for (let row = merge.top; row <= bottom; row += 1) {
      const cells = byIndex.get(row) ?? new Map<number, SheetCell>();
      byIndex.set(row, cells);
      for (let column = merge.left; column <= right; column += 1)
        cells.set(column, { column, text: '', covered: true });
    }
    byIndex.get(merge.top)?.set(merge.left, {
      ...anchor,
      colSpan: right - merge.left + 1,
      rowSpan: bottom - merge.top + 1,
    });
  }
  return Array.from(byIndex, ([index, cells]): SheetRow => ({
    index,
    cells: Array.from(cells.values()).toSorted((a, b) => a.column - b.column),
  })).toSorted((a, b) => a.index - b.index);
}
