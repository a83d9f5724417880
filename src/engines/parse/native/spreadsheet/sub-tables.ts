import type { SheetCell, SheetRow } from './sheet.ts';

/** A rectangle of a sheet that stands for itself: rows with cells inside the bounds. */
export interface SheetArea {
  readonly rows: readonly SheetRow[];
  /** Columns of the first and last cell that show something. */
  readonly left: number;
  readonly right: number;
  /** Rows at the top that are sure to be the table's head. */
  readonly headRows?: number;
}

interface Band {
  readonly rows: SheetRow[];
  headRows?: number;
}

/** Splits are nested no deeper than this. */
const DEEPEST = 12;

/**
 * Splits what a sheet shows into its tables, in reading order. Empty rows separate always, except that rows which go on
 * with the same columns below a single gap belong together; empty columns separate tables that stand side by side.
 * @param everywhere every empty row and column separates (`input_options.spreadsheet.detect_sub_tables_in_sheets`)
 */
export function sheetAreas(rows: readonly SheetRow[], everywhere: boolean): SheetArea[] {
  return split(rows, everywhere, 0);
}

function split(rows: readonly SheetRow[], everywhere: boolean, depth: number): SheetArea[] {
  const bands = everywhere ? rowBands(rows) : joinContinued(rowBands(rows));
  return bands.flatMap(({ rows: band, headRows }) => {
    const area = areaOf(band);
    if (!area) return [];
    const parts = depth < DEEPEST ? columnParts(area, everywhere) : [area];
    const whole = headRows === undefined ? area : { ...area, headRows };
    return parts.length < 2 ? [whole] : parts.flatMap((part) => split(part.rows, everywhere, depth + 1));
  });
}

function areaOf(rows: readonly SheetRow[]): SheetArea | undefined {
  let left = Infinity;
  let right = -1;
  for (const { cells } of rows) {
    for (const cell of cells) {
      if (cell.covered) continue;
      left = Math.min(left, cell.column);
      right = Math.max(right, cell.column);
    }
  }
  return right < 0 ? undefined : { rows, left, right };
}

/** Rows that follow each other without a gap. */
function rowBands(rows: readonly SheetRow[]): Band[] {
  const bands: Band[] = [];
  let previous = -2;
  for (const row of rows) {
    if (row.cells.length === 0) continue;
    if (row.index === previous + 1) bands.at(-1)?.rows.push(row);
    else bands.push({ rows: [row] });
    previous = row.index;
  }
  return bands;
}

/** A table often has an empty row above its sums: the same columns go on below one empty row. */
function joinContinued(bands: readonly Band[]): Band[] {
  const joined: Band[] = [];
  let above: SheetArea | undefined;
  for (const { rows } of bands) {
    const area = areaOf(rows);
    const last = joined.at(-1);
    const gap = (rows[0]?.index ?? 0) - (last?.rows.at(-1)?.index ?? 0);
    const isNear = gap === 2 && !startsWithHead(rows);
    if (last && above && area && isNear && isHeadOf(last.rows, above, area)) {
      last.headRows = last.rows.length;
      last.rows.push(...rows);
    } else {
      const isSame = above && area && above.left === area.left && above.right === area.right;
      if (last && isSame && isNear && area.left < area.right) last.rows.push(...rows);
      else joined.push({ rows: [...rows] });
    }
    above = area;
  }
  return joined;
}

/** A new table of the same width has a head again: words only above numbers. */
function startsWithHead(rows: readonly SheetRow[]): boolean {
  const [first, second] = rows;
  return (
    first !== undefined &&
    second !== undefined &&
    first.cells.length > 1 &&
    isWords(first) &&
    second.cells.some((cell) => cell.number !== undefined)
  );
}

/** Levels of names that a head may have. */
const MOST_HEAD_ROWS = 8;

/**
 * Whether rows are the head of the data below one empty row. pandas writes columns with names on several levels so: the
 * empty row is for names of the index, whose columns stand to the left of those that the head names.
 */
function isHeadOf(head: readonly SheetRow[], above: SheetArea, data: SheetArea): boolean {
  const [top] = head;
  const lowest = head.at(-1);
  if (!top || !lowest || head.length < 2 || head.length > MOST_HEAD_ROWS || above.rows.length !== head.length)
    return false;
  const namesAll = above.right === data.right && lowest.cells.length === above.right - above.left + 1;
  const first = data.rows[0]?.cells ?? [];
  if (!namesAll || above.left <= data.left || first[0]?.column !== data.left || !isWords(top)) return false;
  if (top.cells.some((cell) => (cell.colSpan ?? 1) > 1)) return true;
  // Without groups, words beside nothing may as well be an address above a table of words.
  return head.every(isWords) && first.some((cell) => cell.column >= above.left && cell.number !== undefined);
}

function isWords({ cells }: SheetRow): boolean {
  return cells.every((cell) => cell.number === undefined);
}

/** Areas side by side. Narrow ones are columns of one table with air between them, unless every gap separates. */
function columnParts(area: SheetArea, everywhere: boolean): SheetArea[] {
  const used = new Set<number>();
  for (const { cells } of area.rows) for (const cell of cells) used.add(cell.column);
  const starts: number[] = [];
  for (const column of used) if (!used.has(column - 1)) starts.push(column);
  if (starts.length < 2) return [area];
  starts.sort((a, b) => a - b);
  const parts = starts.map((): SheetRow[] => []);
  for (const row of area.rows) {
    for (const [index, cells] of cellsByPart(row.cells, starts))
      parts[index]?.push({ index: row.index, cells });
  }
  const found = parts.flatMap((rows) => areaOf(rows) ?? []);
  const standAlone = found.every(({ left, right, rows }) => right > left && rows.length > 1);
  return everywhere || standAlone ? found : [area];
}

function cellsByPart(cells: readonly SheetCell[], starts: readonly number[]): Map<number, SheetCell[]> {
  const parts = new Map<number, SheetCell[]>();
  let part = 0;
  for (const cell of cells) {
    while ((starts[part + 1] ?? Infinity) <= cell.column) part += 1;
    const own = parts.get(part);
    if (own) own.push(cell);
    else parts.set(part, [cell]);
  }
  return parts;
}
