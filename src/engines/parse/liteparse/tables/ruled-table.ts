import { groupIntoLines, holdsCentre } from '../geometry.ts';
import { compact, type FoundTable, type GridCell } from './grid.ts';
import type { Lattice, LatticeCell } from './lattice.ts';
import { isCaption, isNote, isValue } from './row-kinds.ts';
import { splitRows } from './split-rows.ts';
import { middleX, middleY, rightOf, segmentsOf, textOf, type Word } from './words.ts';

/** More words than this in one field make it a frame around text, not a cell. */
const MOST_CELL_WORDS = 160;
/** From this share of words that cross lines on, the lines are a drawing's. */
const CROSSING_SHARE = 0.1;
/** A word crosses a line when this share of it stands behind it. */
const CROSSING_PART = 0.3;
/** Share of places that must hold text. */
const FILLED_SHARE = 0.3;
/** Words this far apart, in line heights, are two values in one field. */
const VALUE_GAP = 1.5;

/**
 * Reads a grid of ruling lines as a table.
 * @returns undefined when the lines are a chart's, a form's frame or a page's, or rule only part of the columns
 */
export function ruledTable(lattice: Lattice, words: readonly Word[]): FoundTable | undefined {
  const inside = words.filter((word) => holdsCentre(lattice.rect, word, 0));
  const filled = fill(lattice, inside);
  if (!filled || holdsColumns(filled)) return undefined;
  const cells = compact(splitRows(withoutCaption(filled)));
  if (!isTable(cells)) return undefined;
  return { cells, headerRows: headerRowsOf(cells), rect: lattice.rect };
}

function fill(lattice: Lattice, words: readonly Word[]): GridCell[] | undefined {
  const at: LatticeCell[] = [];
  for (const cell of lattice.cells)
    for (let y = cell.row; y < cell.row + cell.rowSpan; y += 1)
      for (let x = cell.column; x < cell.column + cell.colSpan; x += 1) at[y * lattice.columns + x] = cell;
  const wordsOf = new Map<LatticeCell, Word[]>(lattice.cells.map((cell) => [cell, []]));
  let crossing = 0;
  for (const word of words) {
    const cell =
      at[fieldAt(lattice.ys, middleY(word)) * lattice.columns + fieldAt(lattice.xs, middleX(word))];
    if (!cell) continue;
    wordsOf.get(cell)?.push(word);
    const over = Math.max(cell.x - word.x, rightOf(word) - rightOf(cell));
    if (over > CROSSING_PART * word.width) crossing += 1;
  }
  const cells = lattice.cells.flatMap((cell): GridCell[] => {
    const { row, column, rowSpan, colSpan } = cell;
    const filled = { row, column, rowSpan, colSpan, words: wordsOf.get(cell) ?? [] };
    return colSpan > 1 ? unjoined(filled, lattice.xs) : [filled];
  });
  if (crossing > CROSSING_SHARE * words.length) return undefined;
  return cells.some((cell) => cell.words.length > MOST_CELL_WORDS) ? undefined : cells;
}

/** A field over several columns whose words keep to the columns is a row in which the lines were left out. */
function unjoined(cell: GridCell, xs: readonly number[]): GridCell[] {
  const segments = groupIntoLines([...cell.words]).flatMap((line) => segmentsOf(line));
  const columns = segments.map((segment) => {
    for (let column = cell.column; column < cell.column + cell.colSpan; column += 1)
      if (segment.x >= (xs[column] ?? 0) - 1 && rightOf(segment) <= (xs[column + 1] ?? 0) + 1) return column;
    return -1;
  });
  if (columns.includes(-1) || new Set(columns).size < 2) return [cell];
  return Array.from({ length: cell.colSpan }, (_, index) => {
    const column = cell.column + index;
    const words = segments.flatMap((segment, at) => (columns[at] === column ? segment.words : []));
    return { ...cell, column, colSpan: 1, words };
  });
}

/** The field between two of `edges` in which a coordinate lies. */
function fieldAt(edges: readonly number[], value: number): number {
  let field = 0;
  while (field < edges.length - 2 && value >= (edges[field + 1] ?? 0)) field += 1;
  return field;
}

/** Whether fields hold columns that no line divides: several lines with values far apart. */
function holdsColumns(cells: readonly GridCell[]): boolean {
  let wide = 0;
  let filled = 0;
  for (const { words, colSpan } of cells) {
    if (words.length === 0 || colSpan > 1) continue;
    filled += 1;
    const lines = groupIntoLines([...words]);
    const apart = lines.filter((line) => segmentsOf(line, VALUE_GAP).filter(hasValue).length > 1);
    if (apart.length > 2 && apart.length > lines.length / 2) return true;
    if (apart.length > 0) wide += 1;
  }
  return wide > 2 && wide > filled / 3;
}

function hasValue(segment: { readonly words: readonly Word[] }): boolean {
  return segment.words.some((word) => isValue(word.text) || /\p{L}{2}/u.test(word.text));
}

/** A title above and a source below the table are often put into fields of their own. */
function withoutCaption(cells: readonly GridCell[]): GridCell[] {
  const width = cells.reduce((most, cell) => Math.max(most, cell.column + cell.colSpan), 0);
  const height = cells.reduce((most, cell) => Math.max(most, cell.row + cell.rowSpan), 0);
  return cells.filter((cell) => {
    if (cell.colSpan < width) return true;
    const text = textOf(cell.words);
    return !(cell.row === 0 && isCaption(text)) && !(cell.row + cell.rowSpan === height && isNote(text));
  });
}

/** At least two rows and two columns with text, and not mostly empty. */
function isTable(cells: readonly GridCell[]): boolean {
  const filled = cells.filter((cell) => cell.words.length > 0);
  const full = filled.filter(({ row }) => filled.some((other) => other.row === row && other.column > 0));
  const rows = new Set(full.map((cell) => cell.row));
  const columns = new Set(filled.map((cell) => cell.column));
  return rows.size > 1 && columns.size > 1 && filled.length >= FILLED_SHARE * cells.length;
}

/** The first row, those that its cells reach down into, and the one below cells that it joins. */
function headerRowsOf(cells: readonly GridCell[]): number {
  const first = cells.filter((cell) => cell.row === 0);
  const reach = first.reduce((most, cell) => Math.max(most, cell.rowSpan), 1);
  const joins = first.some((cell) => cell.colSpan > 1);
  const height = cells.reduce((most, cell) => Math.max(most, cell.row + cell.rowSpan), 0);
  return Math.min(height - 1, joins ? Math.max(reach, 2) : reach);
}
