import type { Rect } from '@llamaindex/liteparse';
import { groupIntoLines, unionRect } from '../geometry.ts';
import { findColumns, columnsUnder, type Column } from './columns.ts';
import { isCaption, isNote, isValue, isYear } from './row-kinds.ts';
import type { Ruling, Rulings } from './rulings.ts';
import { narrowed, stripedColumns } from './stripes.ts';
import { bottomOf, median, middleY, rightOf, type Segment, segmentsOf, textOf, type Word } from './words.ts';

/** A line of a table: its segments from left to right. */
export interface TableLine extends Rect {
  readonly segments: readonly Segment[];
}

/** The place of an unruled table: its lines from the first of its head to its last, and the strokes across it. */
export interface Region {
  readonly lines: readonly TableLine[];
  /** How many of the lines are the head. */
  readonly headLines: number;
  readonly columns: readonly Column[];
  readonly rules: readonly Ruling[];
  /** Whether the columns are those of stripes. */
  readonly striped?: boolean;
}

/** Strokes over this share of the table's width divide all of it. */
const FULL_SHARE = 0.8;
/** Lines further apart, in line heights, belong to different things unless a stroke says otherwise. */
const LOOSE_GAP = 1.2;
const MOST_HEAD_LINES = 9;
/** A line is full with this share of the texts that most lines have. */
const FULL_LINE = 0.6;
/** A line of one piece of text this wide is prose. */
const PROSE_SHARE = 0.6;
const PROSE_WORDS = 8;

export function lineOf(words: readonly Word[]): TableLine | undefined {
  const rect = unionRect(words);
  if (!rect) return undefined;
  const { x, y, width, height } = rect;
  return { x, y, width, height, segments: segmentsOf(words) };
}

/** The lines of words, from top to bottom. */
export function tableLines(words: readonly Word[]): TableLine[] {
  return groupIntoLines([...words]).flatMap((line) => lineOf(line) ?? []);
}

/** Finds where the table of `seed` (LiteParse's finding) begins and ends; undefined when it has no columns. */
export function regionOf(seed: Rect, words: readonly Word[], rulings: Rulings): Region | undefined {
  const rules = rulings.horizontal;
  const [left, right] = sides(seed, words, rules);
  const lines = tableLines(words.filter((word) => word.x >= left - 2 && rightOf(word) <= right + 2));
  const inSeed = (line: TableLine) => middleY(line) >= seed.y - 1 && middleY(line) <= bottomOf(seed) + 1;
  let first = lines.findIndex(inSeed);
  let last = lines.findLastIndex(inSeed);
  if (first < 0) return undefined;
  const isFull = (rule: Ruling) => coverage(rule, left, right) >= FULL_SHARE * (right - left);
  const full = rules.filter(isFull);
  const found = lines.slice(first, last + 1);
  const whiteSpace = bodyColumns(found);
  const guess = stripedColumns(found, whiteSpace, rulings.stripes);
  if (guess.length < 2) return undefined;
  last = grownDown(lines, last, { columns: guess, full });
  while (last > first && !belongs(lines[last], guess)) last -= 1;
  if (guess === whiteSpace)
    first = grownUp(lines, first, { columns: guess, full, width: right - left, last });
  else [first, last] = aroundStripes(lines, [first, last], guess);
  const own = lines.slice(first, last + 1);
  const headLines = headOf(own, full);
  const read = bodyColumns(own.slice(headLines));
  const cells = stripedColumns(own, read, rulings.stripes);
  const columns = cells === read ? read : narrowed(cells, own);
  if (columns.length < 2) return undefined;
  const [top, bottom] = [own[0]?.y ?? 0, bottomOf(own.at(-1) ?? seed)];
  const near = rules.filter(
    (rule) => rule.at > top - 4 && rule.at < bottom + 4 && coverage(rule, left, right) > 0,
  );
  return { lines: own, headLines, columns, rules: near, striped: cells !== read };
}

/** Columns by the fullest lines: sub-heads and notes run across the white space that parts the others. */
export function bodyColumns(lines: readonly TableLine[]): Column[] {
  const counts = lines.map((line) => line.segments.length).toSorted((a, b) => a - b);
  const usual = counts[Math.floor(counts.length * 0.75)] ?? 0;
  const full = lines.filter((line) => line.segments.length >= Math.max(2, FULL_LINE * usual));
  return findColumns(full.map((line) => line.segments));
}

function coverage(rule: Ruling, from: number, to: number): number {
  return Math.max(0, Math.min(rule.to, to) - Math.max(rule.from, from));
}

/** Strokes above and below tell how wide a table is; without them its rows do, as far as labels stand beside. */
function sides(seed: Rect, words: readonly Word[], rules: readonly Ruling[]): [number, number] {
  let [left, right] = [seed.x, rightOf(seed)];
  const near = rules.filter(
    (rule) =>
      rule.at > seed.y - 60 &&
      rule.at < bottomOf(seed) + 20 &&
      coverage(rule, left, right) >= FULL_SHARE * (right - left),
  );
  if (near.length > 1) {
    left = Math.min(left, median(near.map((rule) => rule.from)));
    right = Math.max(right, median(near.map((rule) => rule.to)));
    return [left, right];
  }
  const rows = tableLines(words.filter((word) => middleY(word) > seed.y && middleY(word) < bottomOf(seed)));
  const labels = rows.flatMap((row) => {
    const beside = row.segments.findLast((segment) => rightOf(segment) <= left + 2);
    return beside ? [beside] : [];
  });
  const short = labels.filter(
    (label) => label.words.length < PROSE_WORDS - 2 && left - rightOf(label) < seed.width,
  );
  if (short.length === labels.length && short.length >= 0.6 * rows.length && short.length > 2)
    left = Math.min(left, ...short.map((label) => label.x));
  return [left, right];
}

interface Bounds {
  readonly columns: readonly Column[];
  readonly full: readonly Ruling[];
}

/** Rows that LiteParse left out below, as long as they keep to the columns. */
function grownDown(lines: readonly TableLine[], from: number, { columns, full }: Bounds): number {
  let last = from;
  for (;;) {
    const [line, next] = [lines[last], lines[last + 1]];
    if (!line || !next || next.segments.length < 2) return last;
    const isLoose = next.y - bottomOf(line) > LOOSE_GAP * line.height;
    if (isLoose || !keepsTo(next, columns)) return last;
    if (ruleBetween(line, next, full) && !next.segments.some((segment) => isValue(textOf(segment.words))))
      return last;
    last += 1;
  }
}

/** Share of a line's height over which the cells of one row that are centred in it stand beside each other. */
const BESIDE_SHARE = 0.3;

/** Rows above the first and below the last stripe: lines that keep to the columns, and those beside them. */
function aroundStripes(
  lines: readonly TableLine[],
  [from, to]: readonly [number, number],
  columns: readonly Column[],
): [number, number] {
  let [first, last] = [from, to];
  for (const [step, end] of [
    [-1, -MOST_HEAD_LINES],
    [1, MOST_HEAD_LINES],
  ] as const) {
    let edge = step < 0 ? from : to;
    for (let at = edge + step; at * step <= ((step < 0 ? from : to) + end) * step; at += step) {
      const [line, near] = [lines[at], lines[at - step]];
      if (!line || !near || !(keepsTo(line, columns) || (step > 0 && isTotal(line)))) break;
      const gap = step < 0 ? near.y - bottomOf(line) : line.y - bottomOf(near);
      const isRow = line.segments.length > 1 && gap <= LOOSE_GAP * line.height;
      if (isRow || gap < -BESIDE_SHARE * line.height) edge = at;
      else if (!isBesideNext(line, lines[at + step])) break;
    }
    if (step < 0) first = edge;
    else last = edge;
  }
  return [first, last];
}

/** A label and its value: sums below a table need not keep to its columns. */
export function isTotal({ segments: [label, value, more] }: TableLine): boolean {
  if (!label || !value || more) return false;
  return label.words.length < PROSE_WORDS && isValue(textOf(value.words));
}

/** Whether a line alone may be the first of a cell that is higher than those beside it. */
function isBesideNext(line: TableLine, next: TableLine | undefined): boolean {
  if (!next || next.segments.length < 2) return false;
  const shared = Math.min(bottomOf(line), bottomOf(next)) - Math.max(line.y, next.y);
  return shared > BESIDE_SHARE * line.height;
}

/** Whether each text of a line stands in a column of its own. */
export function keepsTo(line: TableLine, columns: readonly Column[]): boolean {
  const seen = new Set<number>();
  for (const segment of line.segments) {
    const [a, b] = columnsUnder(segment, columns);
    if (a !== b || seen.has(a)) return false;
    seen.add(a);
  }
  return true;
}

/** Whether a line at the table's lower edge is part of it: notes and text across columns are not. */
function belongs(line: TableLine | undefined, columns: readonly Column[]): boolean {
  if (!line) return false;
  const text = line.segments.map((segment) => textOf(segment.words)).join(' ');
  if (isNote(text)) return false;
  const only = line.segments.length === 1 ? line.segments[0] : undefined;
  if (!only) return true;
  const [a, b] = columnsUnder(only, columns);
  return a === b && !/^(?:[*†‡§¶]|\d{1,2}\s|\(\d)/.test(text);
}

/** The lines of the head that stand above what LiteParse took for the table. */
function grownUp(
  lines: readonly TableLine[],
  from: number,
  { columns, full, width, last }: Bounds & { readonly width: number; readonly last: number },
): number {
  if (isHeadOfRuledRows(lines, from, { columns, full, last })) return from - 1;
  let first = from;
  const ruledFrom = ruledTop(lines.slice(0, last + 1), from, full);
  while (from - first < MOST_HEAD_LINES) {
    const [line, above] = [lines[first], lines[first - 1]];
    if (!line || !above) break;
    const text = above.segments.map((segment) => textOf(segment.words)).join(' ');
    const only = above.segments.length === 1 ? above.segments[0] : undefined;
    const isProse =
      only !== undefined && only.width > PROSE_SHARE * width && only.words.length >= PROSE_WORDS;
    if (isCaption(text) || isProse) break;
    if (ruledFrom !== undefined) {
      if (first <= ruledFrom) break;
    } else {
      if (line.y - bottomOf(above) > LOOSE_GAP * line.height || ruleBetween(above, line, full)) break;
      if (only && columnsUnder(only, columns)[0] === 0) break;
      if (above.segments.some((segment) => segment.words.length >= PROSE_WORDS)) break;
    }
    first -= 1;
  }
  return first;
}

/** Share of the rows that have a stroke below them where all of them are meant to. */
const MOST_RULED = 0.6;

/** Whether rows have a stroke each, as on web pages, and the line above the first names their columns. */
function isHeadOfRuledRows(
  lines: readonly TableLine[],
  from: number,
  { columns, full, last }: Bounds & { readonly last: number },
): boolean {
  const [head, first] = [lines[from - 1], lines[from]];
  if (!head || !first || last - from < 2 || head.segments.length !== columns.length) return false;
  if (valueShare(head) > 0 || valueShare(first) === 0 || !keepsTo(head, columns)) return false;
  const rows = lines.slice(from, last + 1);
  const pairs = rows.slice(1).map((row, index) => [rows[index] ?? row, row] as const);
  const ruled = pairs.filter(([above, below]) => ruleBetween(above, below, full)).length;
  const pitch = median(pairs.map(([above, below]) => below.y - above.y));
  return (
    ruled >= MOST_RULED * pairs.length && ruleBetween(head, first, full) && first.y - head.y <= 1.6 * pitch
  );
}

/** The line below the stroke above the head: the topmost of two strokes with nothing but the head between them. */
function ruledTop(lines: readonly TableLine[], from: number, full: readonly Ruling[]): number | undefined {
  let top: number | undefined;
  let strokes = lines.slice(from, from + MOST_HEAD_LINES).some((line, index, own) => {
    const next = own[index + 1];
    return next !== undefined && ruleBetween(line, next, full);
  })
    ? 1
    : 0;
  for (let index = from; index >= 0 && from - index < MOST_HEAD_LINES; index -= 1) {
    const [above, line] = [lines[index - 1], lines[index]];
    if (!line) break;
    const edge = above ?? { ...line, y: line.y - 3 * line.height };
    if (ruleBetween(edge, line, full)) {
      strokes += 1;
      if (strokes > 1) top = index;
      if (index < from) break;
    }
    if (!above || isCaption(above.segments.map((one) => textOf(one.words)).join(' '))) break;
  }
  return top;
}

export function ruleBetween(above: Rect, below: Rect, rules: readonly Ruling[]): boolean {
  return rules.some((rule) => rule.at > middleY(above) && rule.at < middleY(below));
}

/** How many lines are the head: those above the stroke below it, or above the first row of values. */
function headOf(lines: readonly TableLine[], full: readonly Ruling[]): number {
  const shares = lines.map(valueShare);
  const firstData = shares.findIndex((share) => share >= SOME_VALUES);
  const firstSure = shares.findIndex((share) => share >= MOST_VALUES);
  const most = Math.min(MOST_HEAD_LINES, lines.length - 1);
  let ruled = 0;
  for (let index = 0; index < most; index += 1) {
    const [line, next] = [lines[index], lines[index + 1]];
    if (!line || !next || !ruleBetween(line, next, full)) continue;
    if (ruled === 0 || firstData > index) ruled = index + 1;
  }
  if (ruled > 0 && (firstSure < 0 || ruled <= Math.max(firstSure, 1))) return ruled;
  return Math.max(0, Math.min(firstData, most));
}

/** From this share of values on a line may be a row; from the larger one on it is. */
const SOME_VALUES = 0.5;
const MOST_VALUES = 0.75;

/** Share of values among a line's texts after its first; years may as well be heads of columns. */
function valueShare(line: TableLine): number {
  const rest = line.segments.slice(1).map((segment) => textOf(segment.words));
  if (rest.every(isYear)) return 0;
  return rest.filter(isValue).length / rest.length;
}
