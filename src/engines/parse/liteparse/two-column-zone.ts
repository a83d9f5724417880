import type { Rect, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, unionRect } from './geometry.ts';

/** A zone has at least so many full lines in both of its columns. */
const FEWEST_LINES = 4;
/** Share of a column's width that a full line of prose takes; cells of a table take less. */
const FULL = 0.65;
/** Points between the columns. */
const NARROWEST_GUTTER = 8;
/** Full lines of one column are at most so many line heights apart, paragraphs included. */
const FURTHEST_APART = 3;
/** Pages with more pieces of text are no pages of prose. */
const MOST_SEGMENTS = 3_000;
/** A table has at least so many rows on both sides of the gutter, with at most so many others among them. */
const FEWEST_ROWS = 3;
const ROWS_LOOKED_AT = 7;
/** Points by which what both columns begin a row with is set in, where it is prose or a list and no table. */
const SAME_INDENT = 3;
/** Bullets and numbers of a list are no cells. */
const MARKER = /^[^\p{L}\p{N}]*[\p{L}\p{N}]{0,2}[.)]?$/u;

/** A run of words on one line without a wide gap. */
interface Piece extends Rect {
  readonly text: string;
}

/** Two columns of prose, in points from the page's top, with what goes over both columns above and below them. */
export interface Zone {
  readonly top: number;
  readonly bottom: number;
  readonly rows: readonly Row[];
  readonly above: readonly Piece[];
  readonly below: readonly Piece[];
}

interface Row {
  readonly top: number;
  readonly bottom: number;
  readonly left: readonly Piece[];
  readonly right: readonly Piece[];
  /** Pieces that cross the gutter. */
  readonly across: readonly Piece[];
  /** Whether one side has a full line. */
  readonly isFull: boolean;
  /** Whether it may be a row of a table that goes over both columns. */
  readonly hasCells: boolean;
}

interface Extent {
  readonly top: number;
  readonly bottom: number;
}

export function middle({ y, height }: Rect): number {
  return y + height / 2;
}

/** The first zone of two columns on a page, up to what goes over both of them; undefined for most pages. */
export function findZone(items: readonly TextItem[]): Zone | undefined {
  const extent = unionRect(items);
  // Most pages have one column, and nothing else is looked at.
  if (!extent || columnStarts(items, extent).length === 0) return undefined;
  const lines = runsOf(items);
  const pieces = lines.flatMap(piecesOf);
  if (pieces.length < 2 * FEWEST_LINES || pieces.length > MOST_SEGMENTS) return undefined;
  const whole = unionRect(pieces);
  if (!whole) return undefined;
  for (const start of columnStarts(pieces, whole)) {
    const core = coreBefore(start, pieces, whole);
    if (!core) continue;
    const rows = lines.map((line) => piecesOf(line.flatMap((run) => cutAt(run, start))));
    return grown(
      core,
      rows.map((row) => asRow(row, start, whole)),
    );
  }
  return undefined;
}

function runsOf(items: readonly TextItem[]): TextItem[][][] {
  return groupIntoLines(items).map((line) => {
    const runs: TextItem[][] = [];
    for (const item of line) {
      const last = runs.at(-1)?.at(-1);
      if (last && item.x - (last.x + last.width) < Math.max(NARROWEST_GUTTER, 0.9 * item.height))
        runs.at(-1)?.push(item);
      else runs.push([item]);
    }
    return runs;
  });
}

function piecesOf(runs: readonly (readonly TextItem[])[]): Piece[] {
  const pieces: Piece[] = [];
  for (const run of runs) {
    const [first] = run;
    // Most runs are one item, which is its piece: there are many.
    if (first && run.length === 1) {
      pieces.push(first);
      continue;
    }
    const rect = unionRect(run);
    if (rect) {
      const { x, y, width, height } = rect;
      pieces.push({ x, y, width, height, text: run.map(({ text }) => text).join(' ') });
    }
  }
  return pieces;
}

/** Pieces on both sides of a gutter, and across it. */
function parted<One extends Rect>(
  pieces: readonly One[],
  start: number,
): Record<'left' | 'right' | 'across', One[]> {
  const sides: Record<'left' | 'right' | 'across', One[]> = { left: [], right: [], across: [] };
  for (const one of pieces) {
    if (isLeftOf(one, start)) sides.left.push(one);
    else if (isRightOf(one, start)) sides.right.push(one);
    else sides.across.push(one);
  }
  return sides;
}

/** Lines that share a row across a narrow gutter are one run until it is known where the second column begins. */
function cutAt(run: readonly TextItem[], start: number): (readonly TextItem[])[] {
  const index = run.findIndex((item, at) => {
    const before = run[at - 1];
    return before !== undefined && Math.abs(item.x - start) <= 2 && isLeftOf(before, start);
  });
  return index === -1 ? [run] : [run.slice(0, index), run.slice(index)];
}

/** Where a second column may begin: left edges that several lines share, in the middle part of the text. */
function columnStarts(pieces: readonly Rect[], whole: Rect): number[] {
  const counts = new Map<number, number>();
  for (const { x } of pieces) {
    const share = (x - whole.x) / whole.width;
    if (share > 0.3 && share < 0.7) counts.set(Math.round(x), (counts.get(Math.round(x)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= FEWEST_LINES)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([x]) => x);
}

function isLeftOf({ x, width }: Rect, start: number): boolean {
  return x + width <= start - NARROWEST_GUTTER + 1;
}

function isRightOf({ x }: Rect, start: number): boolean {
  return x >= start - 2;
}

/** Full lines of both columns beside each other, with nothing across. */
function coreBefore(start: number, pieces: readonly Piece[], whole: Rect): Extent | undefined {
  const { left, right, across } = parted(pieces, start);
  const ofRight = fullRuns(right, whole.x + whole.width - start);
  if (ofRight.length === 0) return undefined;
  const ofLeft = fullRuns(left, start - NARROWEST_GUTTER - whole.x);
  for (const one of ofRight)
    for (const other of ofLeft) {
      const shared = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (shared < 0.6 * Math.min(one.bottom - one.top, other.bottom - other.top)) continue;
      const core = { top: Math.min(one.top, other.top), bottom: Math.max(one.bottom, other.bottom) };
      if (!across.some((line) => middle(line) > core.top && middle(line) < core.bottom)) return core;
    }
  return undefined;
}

/** Lines that fill the column, several in a row, with the short lines between and right below them. */
function fullRuns(column: readonly Rect[], width: number): Extent[] {
  const isFull = (line: Rect): boolean => line.width >= FULL * width;
  if (column.filter(isFull).length < FEWEST_LINES) return [];
  const lines = column.toSorted((a, b) => a.y - b.y);
  const runs: { top: number; bottom: number; full: number; end: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    const isNear = last !== undefined && line.y - last.end <= FURTHEST_APART * line.height;
    if (!isFull(line)) {
      // The last line of a paragraph belongs to it.
      if (last && line.y - last.end <= line.height) last.bottom = Math.max(last.bottom, line.y + line.height);
      continue;
    }
    const bottom = line.y + line.height;
    if (isNear) Object.assign(last, { bottom, end: bottom, full: last.full + 1 });
    else runs.push({ top: line.y, bottom, full: 1, end: bottom });
  }
  return runs.filter(({ full }) => full >= FEWEST_LINES);
}

function asRow(pieces: readonly Piece[], start: number, whole: Rect): Row {
  const { left, right, across } = parted(pieces, start);
  const isFull =
    left.some(({ width }) => width >= FULL * (start - NARROWEST_GUTTER - whole.x)) ||
    right.some(({ width }) => width >= FULL * (whole.x + whole.width - start));
  const cells = pieces.filter(({ text }) => !MARKER.test(text)).length;
  const indent = Math.abs((left[0]?.x ?? 0) - whole.x - ((right[0]?.x ?? 0) - start));
  return {
    top: Math.min(...pieces.map(({ y }) => y)),
    bottom: Math.max(...pieces.map(({ y, height }) => y + height)),
    left,
    right,
    across,
    isFull,
    hasCells:
      left.length > 0 &&
      right.length > 0 &&
      (isFull ? cells > FEWEST_ROWS : cells > 2 || indent > SAME_INDENT),
  };
}

/**
 * The zone from its core to where something goes over both columns: columns go on past headings, lists and short
 * paragraphs, whose rows stand side by side where both columns have the same line spacing.
 */
function grown(core: Extent, rows: readonly Row[]): Zone {
  const upper = rows.filter(({ top, bottom }) => (top + bottom) / 2 < core.top).toReversed();
  const lower = rows.filter(({ top, bottom }) => (top + bottom) / 2 > core.bottom);
  const up = untilAcross(upper);
  const down = untilAcross(lower);
  const top = topOf(core.top, up);
  const bottom = bottomOf(core.bottom, down);
  return {
    top,
    bottom,
    rows: rows.filter((row) => (row.top + row.bottom) / 2 >= top && (row.top + row.bottom) / 2 <= bottom),
    above: upper.slice(up.length).flatMap(piecesOver),
    below: lower.slice(down.length).flatMap(piecesOver),
  };
}

/** Rows on both sides of the gutter, and pieces that cross it: what stands on one side alone tells nothing of the order. */
function piecesOver({ left, right, across }: Row): readonly Piece[] {
  return left.length > 0 && right.length > 0 ? [...left, ...across, ...right] : across;
}

function untilAcross(rows: readonly Row[]): readonly Row[] {
  const end = rows.findIndex((row, index) => {
    if (row.across.length > 0) return true;
    if (!row.hasCells) return false;
    const near = rows.slice(index, index + ROWS_LOOKED_AT);
    return near.filter(({ hasCells }) => hasCells).length >= FEWEST_ROWS;
  });
  return end === -1 ? rows : rows.slice(0, end);
}

/** What stands alone above the columns is a title of both. */
function topOf(start: number, rows: readonly Row[]): number {
  let top = start;
  for (const [index, row] of rows.entries()) {
    const isNear = top - row.bottom <= FURTHEST_APART * (row.bottom - row.top);
    if (row.isFull || (isNear && isOnBothSides(row, rows[index + 1], rows[index - 1])))
      top = Math.min(top, row.top);
  }
  return top;
}

/** Lines of columns with other line spacings are rows of their own, less than a line apart. */
function isOnBothSides(row: Row, ...neighbours: readonly (Row | undefined)[]): boolean {
  const beside = [row, ...neighbours.filter((one) => one && one.top < row.bottom && one.bottom > row.top)];
  return (
    beside.some((one) => one && one.left.length > 0) && beside.some((one) => one && one.right.length > 0)
  );
}

/** Short lines that stand alone below the columns are a heading or a list below both. */
function bottomOf(start: number, rows: readonly Row[]): number {
  let bottom = start;
  let seen = start;
  for (const [index, row] of rows.entries()) {
    if (!row.isFull && row.top - seen > FURTHEST_APART * (row.bottom - row.top)) continue;
    seen = Math.max(seen, row.bottom);
    if (row.isFull || isOnBothSides(row, rows[index - 1], rows[index + 1])) bottom = seen;
  }
  return bottom;
}
