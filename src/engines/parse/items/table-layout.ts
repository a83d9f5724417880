import type { TableCell } from '../../../model/document.ts';
import { DocumentFailure } from '../document-failure.ts';

/** A cell's place in the grid: a cell, or one that is covered by the span of another. */
export type Place = { readonly cell: TableCell } | { readonly covered: true };

/** A table as a rectangle. */
export interface TableLayout {
  readonly grid: readonly (readonly Place[])[];
  /** The cells as they were given, with the spans that they have in the grid. */
  readonly rows: readonly (readonly TableCell[])[];
}

/** Places of one table, those that spans cover and those that short rows leave empty included. */
const MOST_PLACES = 4_000_000;
/** Spans that a hostile document may claim; more than this is one. */
const LARGEST_SPAN = 1_000;
/** A larger span means the whole width of the table, whatever that is. */
const LARGEST_EXACT_SPAN = 100;

/**
 * Puts cells into a rectangular grid, each row from the first place that no span from above covers. Columns in which no
 * cell begins show nothing and are left out.
 * @throws {DocumentFailure} DOCUMENT_TOO_LARGE
 */
export function layOut(rows: readonly (readonly TableCell[])[]): TableLayout {
  const { grid, starts } = placeCells(rows);
  const width = grid.reduce((widest, row) => Math.max(widest, row.length), 0);
  const kept = keptColumns(starts);
  if (grid.length * kept.length > MOST_PLACES) throw tooLarge(grid.length, kept.length);
  const empty: Place = { cell: { md: '' } };
  if (kept.length === width)
    return {
      grid: grid.map((row) => kept.map((x) => row[x] ?? empty)),
      rows: withSpans(rows, starts, (x) => x),
    };
  const before = keptBefore(kept, width);
  return {
    grid: grid.map((row) => kept.map((x) => row[x] ?? empty)),
    rows: withSpans(rows, starts, (x) => before[x] ?? kept.length),
  };
}

/** Where a cell begins and how many columns and rows it takes. */
interface Start {
  readonly x: number;
  readonly width: number;
  readonly height: number;
}

function placeCells(rows: readonly (readonly TableCell[])[]): { grid: Place[][]; starts: Start[][] } {
  const grid: Place[][] = rows.map(() => []);
  const widest = rows.reduce((most, row) => Math.max(most, widthOf(row)), 1);
  let places = 0;
  const starts = rows.map((row, y) => {
    let x = 0;
    return row.map((cell): Start => {
      while (grid[y]?.[x]) x += 1;
      const start = {
        x,
        width: columnsOf(cell, widest),
        height: Math.min(spanOf(cell.rowSpan), rows.length - y),
      };
      places += start.width * start.height;
      if (places > MOST_PLACES) throw tooLarge(rows.length, x + start.width);
      cover(grid, y, start, cell);
      x += start.width;
      return start;
    });
  });
  return { grid, starts };
}

function cover(grid: Place[][], y: number, { x, width, height }: Start, cell: TableCell): void {
  for (let dy = 0; dy < height; dy += 1) {
    const line = grid[y + dy];
    for (let dx = 0; line && dx < width; dx += 1)
      line[x + dx] ??= dy + dx === 0 ? { cell } : { covered: true };
  }
}

/** Columns of a row but for cells that only claim to take all there are. */
function widthOf(row: readonly TableCell[]): number {
  return row.reduce((sum, { colSpan }) => {
    const span = spanOf(colSpan);
    return sum + (span > LARGEST_EXACT_SPAN ? 1 : span);
  }, 0);
}

function columnsOf({ colSpan }: TableCell, widest: number): number {
  const span = spanOf(colSpan);
  return span > LARGEST_EXACT_SPAN ? Math.min(span, widest) : span;
}

function spanOf(span: number | undefined): number {
  return Number.isInteger(span) ? Math.min(Math.max(span ?? 1, 1), LARGEST_SPAN) : 1;
}

/** The columns in which cells begin, ascending. */
function keptColumns(starts: readonly (readonly Start[])[]): number[] {
  const kept = new Set<number>();
  for (const row of starts) for (const { x } of row) kept.add(x);
  return [...kept].toSorted((a, b) => a - b);
}

/** For every column how many are kept before it. */
function keptBefore(kept: readonly number[], width: number): number[] {
  const before = Array.from<number>({ length: width + 1 });
  let next = 0;
  for (let x = 0; x <= width; x += 1) {
    before[x] = next;
    if (kept[next] === x) next += 1;
  }
  return before;
}

/** @param place where a column of the full grid stands among those that are kept */
function withSpans(
  rows: readonly (readonly TableCell[])[],
  starts: readonly (readonly Start[])[],
  place: (x: number) => number,
): (readonly TableCell[])[] {
  return rows.map((row, y) =>
    row.map((cell, index) => {
      const start = starts[y]?.[index];
      if (!start || (cell.colSpan === undefined && cell.rowSpan === undefined)) return cell;
      const { colSpan: _columns, rowSpan: _rows, ...rest } = cell;
      const columns = place(start.x + start.width) - place(start.x);
      return {
        ...rest,
        ...(columns > 1 && { colSpan: columns }),
        ...(start.height > 1 && { rowSpan: start.height }),
      };
    }),
  );
}

function tooLarge(rows: number, columns: number): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_TOO_LARGE',
    `A table of the document spans ${rows} rows and ${columns} columns or more with its merged cells, and at most ` +
      `${MOST_PLACES} cells are laid out. Split it and upload the parts.`,
  );
}
