import type { Candidate, Evidence } from '../candidates/candidate.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import type { Line, Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { withinBounds } from '../values/bounds.ts';
import { readValue } from '../values/read-value.ts';
import type { Column } from './columns.ts';

/** A row of a table: for each field its value. */
export type Row = Map<FieldSpec, Candidate>;

export const TEXT_KINDS: ReadonlySet<FieldSpec['kind']> = new Set([
  'text',
  'name',
  'address',
  'street',
  'city',
  'country',
  'state',
]);
const SURE = 0.85;
/** A run of words further from every column than this belongs to none, in points. */
const FARTHEST = 90;
/** Columns on either side of a cell's beginning that it can belong to. */
const NEIGHBOURS = 4;

export type Cells = ReadonlyMap<Column, readonly Evidence[]>;

/** What stands in each column of a line. Runs of words that lie below several heads are taken apart. */
export function cellsOf(line: Line, columns: readonly Column[]): Cells {
  const cells = new Map<Column, Evidence[]>();
  for (const segment of line.segments) {
    for (const { left, right, start, end } of partsOf(segment, columns)) {
      const column = nearest(left, right, columns);
      if (column) cells.set(column, [...(cells.get(column) ?? []), { segment, start, end }]);
    }
  }
  return cells;
}

interface Part {
  readonly left: number;
  readonly right: number;
  readonly start: number;
  readonly end: number;
}

function partsOf(segment: Segment, columns: readonly Column[]): Part[] {
  const { box, words, text } = segment;
  const whole = { left: box.x, right: box.x + box.w, start: 0, end: text.length };
  const below = columns.filter((column) => {
    const middle = (column.left + column.right) / 2;
    return middle > whole.left && middle < whole.right;
  });
  if (below.length < 2 || words.length < 2) return [whole];
  const parts: (Part & { column: Column | undefined })[] = [];
  let at = 0;
  for (const word of words) {
    const column = nearest(word.x, word.x + word.w, columns);
    const part = parts.at(-1);
    const end = at + word.text.length;
    if (part && part.column === column) parts[parts.length - 1] = { ...part, right: word.x + word.w, end };
    else parts.push({ left: word.x, right: word.x + word.w, start: at, end, column });
    at = end + 1;
  }
  return parts;
}

/** The few columns whose heads begin nearest: tables of hundreds of columns are not searched for every cell. */
function around(left: number, columns: readonly Column[]): readonly Column[] {
  let [from, to] = [0, columns.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((columns[middle]?.left ?? 0) < left) from = middle + 1;
    else to = middle;
  }
  return columns.slice(Math.max(0, from - NEIGHBOURS), from + NEIGHBOURS);
}

/** The column that a run lies below: the one it overlaps most, or whose edge it keeps. */
function nearest(left: number, right: number, columns: readonly Column[]): Column | undefined {
  let best: Column | undefined;
  let least = Infinity;
  for (const column of around(left, columns)) {
    const overlap = Math.min(right, column.right) - Math.max(left, column.left);
    const edges = Math.min(
      Math.abs(left - column.left),
      Math.abs(right - column.right),
      Math.abs((left + right - column.left - column.right) / 2),
    );
    const distance = overlap > 0 ? Math.min(edges, 40) - overlap * 2 : edges + 5 - Math.min(overlap, 0) * 0.3;
    if (distance < least) [best, least] = [column, distance];
  }
  return least < FARTHEST ? best : undefined;
}

/** The values of the cells below heads that name fields. */
export function readCells(cells: Cells, reading: Reading): Row {
  const row: Row = new Map();
  for (const [{ spec }, parts] of cells) {
    const found = spec && readCell(spec, parts, reading);
    if (spec && found) row.set(spec, found);
  }
  return row;
}

/** What the columns without a field would say of one, by their places. */
export function readUnnamed(cells: Cells, spec: FieldSpec, reading: Reading): Map<Column, Candidate> {
  const found = new Map<Column, Candidate>();
  for (const [column, parts] of cells) {
    const value = column.spec ? undefined : readCell(spec, parts, reading);
    if (value) found.set(column, value);
  }
  return found;
}

function readCell(spec: FieldSpec, parts: readonly Evidence[], { notation }: Reading): Candidate | undefined {
  if (TEXT_KINDS.has(spec.kind)) {
    const value = parts.map(({ segment, start, end }) => segment.text.slice(start, end).trim()).join(' ');
    const fits = /[\p{L}\d]/u.test(value) && withinBounds(value, spec.schema);
    return fits ? { value, evidence: parts, score: SURE } : undefined;
  }
  for (const { segment, start, end } of parts.toReversed()) {
    const read = readValue(spec, segment.text.slice(start, end), notation);
    if (!read || read.fit < 0.6 || !withinBounds(read.value, spec.schema)) continue;
    const from = start + read.index;
    const evidence = [{ segment, start: from, end: from + read.text.length }];
    return { value: read.value, evidence, score: SURE * read.fit };
  }
  return undefined;
}
