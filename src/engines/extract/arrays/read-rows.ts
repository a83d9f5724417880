import type { Candidate } from '../candidates/candidate.ts';
import { looksLikeLabel } from '../candidates/label-index.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import type { Line } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { meaningsOf } from '../vocabulary/words.ts';
import { cellsOf, readCells, readUnnamed, TEXT_KINDS, type Cells, type Row } from './cells.ts';
import type { Column, TableHead } from './columns.ts';

/** Lines without a single value of the table, after which it has ended. */
const MOST_OTHER_LINES = 12;
/** A line further below its row than this does not belong to it, in heights. */
const FARTHEST_CONTINUATION = 2.6;
const CLOSE_LINE = 1.45;

/** The row that following lines may belong to. */
interface LastRow {
  readonly row: Row;
  /** What its first line holds, also in columns that are no field's. */
  readonly cells: Cells;
  /** Where its last line stands. */
  y: number;
}

/** Rows of a table, and where it ended. */
export interface ReadRows {
  readonly rows: readonly Row[];
  /** Numbers of each row in columns whose heads name no field. */
  readonly unnamed: ReadonlyMap<Row, Map<Column, Candidate>>;
  /** The line behind the table. */
  readonly end: number;
  /** Something ended it; otherwise it may go on over the page. */
  readonly closed: boolean;
}

/**
 * Rows below a head, to where the table ends: at its totals, at another part's heading, or where nothing fits any more.
 * @param missing a field of numbers without a column: what other columns would say of it is kept
 */
export function readRows(
  lines: readonly Line[],
  from: number,
  head: TableHead,
  reading: Reading,
  missing?: FieldSpec,
): ReadRows {
  const rows: Row[] = [];
  const unnamed = new Map<Row, Map<Column, Candidate>>();
  const texts = new Map<Row, number>();
  let other = 0;
  let last: LastRow | undefined;
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at];
    if (!line) break;
    if (isTotals(line, head)) {
      if (!rowFollows(lines, at, head, rows, reading)) return { rows, unnamed, end: at, closed: true };
      last = undefined;
      continue;
    }
    if (last && isNewPart(line, last.y)) return { rows, unnamed, end: at, closed: true };
    const cells = cellsOf(line, head.columns);
    const values = readCells(cells, reading);
    const valued = [...values.keys()].filter((spec) => !TEXT_KINDS.has(spec.kind));
    const near = last !== undefined && line.y - last.y <= FARTHEST_CONTINUATION * Math.max(line.height, 7);
    const free = last !== undefined && valued.every((spec) => !last?.row.has(spec));
    if (valued.length > 0 && near && free && last && startsNot(values, last.row, head)) {
      for (const spec of valued) last.row.set(spec, values.get(spec)!);
      last.y = line.y;
      other = 0;
    } else if (valued.length > 0 && free && last && isSecondLine(line, cells, last)) {
      for (const spec of valued) last.row.set(spec, values.get(spec)!);
      continueText(last.row, values, line, texts);
      last.y = line.y;
      other = 0;
    } else if (valued.length > 0 && fits(values, valued, head)) {
      const row: Row = new Map(values);
      rows.push(row);
      texts.set(row, line.y);
      if (missing) unnamed.set(row, readUnnamed(cells, missing, reading));
      last = { row, y: line.y, cells };
      other = 0;
    } else if (near && last && values.size > 0) {
      continueText(last.row, values, line, texts);
      last.y = line.y;
    } else {
      other += 1;
      if (other > MOST_OTHER_LINES) return { rows, unnamed, end: at, closed: true };
    }
  }
  return { rows, unnamed, end: lines.length, closed: false };
}

/** A sum amid a table: the next line but few is as full a row as those before. */
function rowFollows(
  lines: readonly Line[],
  at: number,
  head: TableHead,
  rows: readonly Row[],
  reading: Reading,
): boolean {
  const fullest = Math.max(3, ...rows.map((row) => row.size));
  return lines.slice(at + 1, at + 4).some((line) => {
    return !isTotals(line, head) && readCells(cellsOf(line, head.columns), reading).size >= fullest;
  });
}

/** A line by itself, well below the table: the heading of what comes next. */
function isNewPart(line: Line, y: number): boolean {
  const [only, ...more] = line.segments;
  if (more.length > 0 || only === undefined || line.y - y < 2.4 * Math.max(line.height, 7)) return false;
  const short = only.text.split(' ').length <= 4 && !/\d/.test(only.text);
  return looksLikeLabel(only.text) || (short && line.y - y > 3.2 * Math.max(line.height, 7));
}

/** A line that only adds what the row above still lacks, and names nothing new. */
function startsNot(values: Row, row: Row, head: TableHead): boolean {
  const text = [...head.specs].find((spec) => TEXT_KINDS.has(spec.kind));
  return text === undefined || !values.has(text) || !row.has(text);
}

/**
 * A line right below its row that begins further to the right and fills no column of numbers twice: a text that goes on,
 * and an amount set at the end of it. Where items begin with their text, the second one begins as far to the left.
 */
function isSecondLine(line: Line, cells: Cells, last: LastRow): boolean {
  if (line.y - last.y > CLOSE_LINE * Math.max(line.height, 7)) return false;
  const [above, own] = [leftmost(last.cells), leftmost(cells)];
  return above !== undefined && own !== undefined && above.left < own.left;
}

function leftmost(cells: Cells): Column | undefined {
  return [...cells.keys()].toSorted((a, b) => a.left - b.left)[0];
}

/** Enough of the columns are there: half of those that hold numbers, or the text and one of them. */
function fits(values: Row, valued: readonly FieldSpec[], head: TableHead): boolean {
  const numeric = [...head.specs].filter((spec) => !TEXT_KINDS.has(spec.kind)).length;
  return valued.length * 2 >= numeric || (values.size > valued.length && valued.length * 3 >= numeric);
}

function continueText(row: Row, values: Row, line: Line, texts: Map<Row, number>): void {
  for (const [spec, more] of values) {
    if (!TEXT_KINDS.has(spec.kind)) continue;
    const own = row.get(spec);
    const y = texts.get(row) ?? 0;
    if (!own) row.set(spec, more);
    else if (line.y - y <= CLOSE_LINE * Math.max(line.height, 7)) {
      row.set(spec, {
        value: `${String(own.value)}\n${String(more.value)}`,
        evidence: [...own.evidence, ...more.evidence],
        score: own.score,
      });
    } else continue;
    texts.set(row, line.y);
  }
}

/** Sums end a table: a line that begins with such a word and has a number, but no number in the first columns. */
function isTotals(line: Line, head: TableHead): boolean {
  if (!line.segments.some((segment, index) => namesSum(segment.text, index === 0))) return false;
  const columns = head.columns.filter((column) => column.spec !== undefined);
  const filled = [...cellsOf(line, head.columns).keys()].filter((column) => column.spec).length;
  return filled <= Math.max(1, columns.length / 2) + 1;
}

/** `Total`, `Subtotal`, `Invoice total EUR`; at the line's beginning also `Tax`. */
function namesSum(text: string, first: boolean): boolean {
  if (text.length > 45 || /^\d/.test(text) || !/\p{L}{3}/u.test(text)) return false;
  const meanings = meaningsOf(text).filter((one) => !/^\d+$/.test(one));
  if (meanings.some((one) => one === 'total' || one === 'sub')) return meanings.length <= 4;
  return (
    first && ['net', 'gross', 'balance', 'tax', 'amount'].includes(meanings[0] ?? '') && meanings.length <= 2
  );
}
