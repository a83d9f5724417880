import { columnsUnder, nearestColumn, type Column } from './columns.ts';
import type { GridCell } from './grid.ts';
import type { Region, TableLine } from './region.ts';
import type { Ruling } from './rulings.ts';
import { bottomOf, middleX, middleY, rightOf, type Segment, type Word } from './words.ts';

/** A piece of the head with the columns it stands over. */
interface HeadPiece {
  words: readonly Word[];
  first: number;
  last: number;
  readonly top: number;
  bottom: number;
  readonly line: number;
}

/** Gaps in a head's text, in line heights, from which it may be two texts above two columns. */
const CUT_GAP = 0.32;
/** …and how much wider than the other gaps of the text they must be. */
const CUT_WIDER = 1.25;
/** How far text may stand from the middle of its columns, as a share of its width. */
const CENTRED_SHARE = 0.2;

/** Cells of the head: texts that stand over each other are one, texts over several columns span them. */
export function headCells(region: Region): { cells: GridCell[]; rows: number } {
  const { columns, rules, headLines } = region;
  const lines = region.lines.slice(0, headLines);
  const strokes = rules.filter((rule) => lines.some((line) => middleY(line) < rule.at));
  const pieces = lines.flatMap((line, index) => linePieces(line, index, columns, strokes));
  spread(pieces, columns, headLines);
  const stacked = stack(pieces, strokes);
  return levels(stacked);
}

function linePieces(
  line: TableLine,
  index: number,
  columns: readonly Column[],
  rules: readonly Ruling[],
): HeadPiece[] {
  return line.segments
    .flatMap((segment) => cut(segment, columns))
    .map((segment): HeadPiece => {
      const under = columnsUnder(segment, columns);
      const ruled = ruledSpan(segment, columns, rules);
      const [first, last] = ruled ?? under;
      return { words: segment.words, first, last, top: segment.y, bottom: bottomOf(segment), line: index };
    });
}

/** Cuts text at a wide gap that lies between two columns. */
function cut(segment: Segment, columns: readonly Column[]): Segment[] {
  const gaps = segment.words.slice(1).map((word, index) => word.x - rightOf(segment.words[index] ?? word));
  const usual = Math.min(...gaps);
  const groups: Word[][] = [[]];
  for (const [index, word] of segment.words.entries()) {
    const before = segment.words[index - 1];
    if (before) {
      const gap = gaps[index - 1] ?? 0;
      const apart = nearestColumn(middleX(before), columns) !== nearestColumn(middleX(word), columns);
      const isWide = gap >= CUT_GAP * word.height && (gaps.length === 1 || gap >= CUT_WIDER * usual);
      if (apart && isWide) groups.push([]);
    }
    groups.at(-1)?.push(word);
  }
  return groups.map((words) => {
    const [a, b] = [words[0] ?? segment, words.at(-1) ?? segment];
    return { words, x: a.x, y: segment.y, width: rightOf(b) - a.x, height: segment.height };
  });
}

/** A stroke under part of the head joins the columns below it under the text above it. */
function ruledSpan(
  segment: Segment,
  columns: readonly Column[],
  rules: readonly Ruling[],
): [number, number] | undefined {
  const width = (columns.at(-1)?.to ?? 0) - (columns[0]?.from ?? 0);
  const rule = rules
    .filter((one) => one.at > middleY(segment) && one.at < bottomOf(segment) + 1.5 * segment.height)
    .toSorted((a, b) => a.at - b.at)[0];
  if (!rule || rule.to - rule.from > 0.8 * width) return undefined;
  const mine = rules.find(
    (one) =>
      Math.abs(one.at - rule.at) < 3 && middleX(segment) >= one.from - 2 && middleX(segment) <= one.to + 2,
  );
  if (!mine) return undefined;
  const over = [...columns.keys()].filter((index) => {
    const column = columns[index];
    return (
      column && (column.from + column.to) / 2 > mine.from - 2 && (column.from + column.to) / 2 < mine.to + 2
    );
  });
  const [first, last] = [over[0], over.at(-1)];
  return first === undefined || last === undefined ? undefined : [first, last];
}

/** Text centred above several columns that hold texts of their own spans them, though it reaches over fewer. */
function spread(pieces: HeadPiece[], columns: readonly Column[], lines: number): void {
  for (const piece of pieces) {
    if (piece.line === lines - 1 || isCentred(piece, pieces, columns)) continue;
    const beside = pieces.filter((other) => other !== piece && other.line === piece.line);
    const isFree = (column: number) =>
      column > 0 &&
      column < columns.length &&
      !beside.some((other) => column >= other.first && column <= other.last) &&
      pieces.some((other) => isBelow(other, piece) && other.first === column && other.last === column);
    let [low, high] = [piece.first, piece.last];
    while (isFree(low - 1)) low -= 1;
    while (isFree(high + 1)) high += 1;
    if (low === piece.first && high === piece.last) continue;
    const x = middleOf(piece.words);
    let best = {
      first: piece.first,
      last: piece.last,
      away: Math.abs(centre(columns, piece.first, piece.last) - x),
    };
    for (let first = low; first <= piece.first; first += 1)
      for (let last = piece.last; last <= high; last += 1) {
        const away = Math.abs(centre(columns, first, last) - x);
        if (away < best.away - 2) best = { first, last, away };
      }
    [piece.first, piece.last] = [best.first, best.last];
  }
}

/** Share of its height by which a text begins below another's top that stands over it, not beside it. */
const BELOW_SHARE = 0.7;

function isBelow(piece: HeadPiece, above: HeadPiece): boolean {
  return piece.line > above.line && piece.top - above.top >= BELOW_SHARE * (above.bottom - above.top);
}

/** Text that stands in the middle of its columns, or above a next line of its own, reaches no further. */
function isCentred(piece: HeadPiece, pieces: readonly HeadPiece[], columns: readonly Column[]): boolean {
  const x = middleOf(piece.words);
  const width = rightOf(piece.words.at(-1) ?? NOWHERE) - (piece.words[0]?.x ?? 0);
  if (Math.abs(centre(columns, piece.first, piece.last) - x) < CENTRED_SHARE * width) return true;
  return pieces.some(
    (other) => other.line === piece.line + 1 && Math.abs(middleOf(other.words) - x) < CENTRED_SHARE * width,
  );
}

const NOWHERE = { x: 0, y: 0, width: 0, height: 0 };

function middleOf(words: readonly Word[]): number {
  return ((words[0]?.x ?? 0) + rightOf(words.at(-1) ?? NOWHERE)) / 2;
}

function centre(columns: readonly Column[], first: number, last: number): number {
  return ((columns[first]?.from ?? 0) + (columns[last]?.to ?? 0)) / 2;
}

/** Joins texts over the same columns that no stroke parts. */
function stack(pieces: readonly HeadPiece[], rules: readonly Ruling[]): HeadPiece[] {
  const out: HeadPiece[] = [];
  for (const piece of pieces) {
    const above = out.findLast(
      (other) => other.line < piece.line && other.first <= piece.last && other.last >= piece.first,
    );
    const isParted =
      above &&
      rules.some(
        (rule) => rule.at > above.bottom - 3 && rule.at < piece.top + 3 && covers(rule, piece.words),
      );
    if (above && above.first === piece.first && above.last === piece.last && !isParted) {
      above.words = [...above.words, ...piece.words];
      above.bottom = piece.bottom;
    } else out.push({ ...piece });
  }
  return out;
}

function covers(rule: Ruling, words: readonly Word[]): boolean {
  const x = middleOf(words);
  return x > rule.from && x < rule.to;
}

/** Puts the pieces into rows: each below what stands above it, and down to what stands below it. */
function levels(pieces: readonly HeadPiece[]): { cells: GridCell[]; rows: number } {
  const meets = (a: HeadPiece, b: HeadPiece) => a.first <= b.last && a.last >= b.first;
  const level = new Map<HeadPiece, number>();
  for (const [index, piece] of pieces.entries()) {
    const above = pieces.slice(0, index).filter((other) => meets(other, piece));
    level.set(
      piece,
      above.reduce((most, other) => Math.max(most, (level.get(other) ?? 0) + 1), 0),
    );
  }
  const rows = pieces.length === 0 ? 0 : Math.max(...level.values()) + 1;
  const cells = pieces.map((piece, index): GridCell => {
    const row = level.get(piece) ?? 0;
    const next = pieces
      .slice(index + 1)
      .find((other) => meets(other, piece) && (level.get(other) ?? 0) > row);
    const rowSpan = (next ? (level.get(next) ?? rows) : rows) - row;
    return { row, column: piece.first, rowSpan, colSpan: piece.last - piece.first + 1, words: piece.words };
  });
  return { cells, rows };
}
