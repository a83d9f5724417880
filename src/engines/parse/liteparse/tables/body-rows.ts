import { columnsUnder, nearestColumn, type Column } from './columns.ts';
import type { GridCell } from './grid.ts';
import { isTotal, type Region, ruleBetween, type TableLine } from './region.ts';
import { isValue } from './row-kinds.ts';
import type { Ruling } from './rulings.ts';
import { bottomOf, middleX, middleY, rightOf, textOf, type Word } from './words.ts';

/** One line of the body with its words by column. */
interface BodyLine {
  readonly rect: TableLine;
  readonly cells: readonly (readonly Word[])[];
}

/** Lines of one cell stand this near, in line heights. */
const TIGHT_GAP = 0.55;
/** From this many strokes across the body on, they part its rows, and nothing else does. */
const FEWEST_ROW_RULES = 3;

/** Rows of the body: lines that go on with the cells above them are joined to these. */
export function bodyRows(region: Region, firstRow: number): GridCell[] {
  const { columns, rules, striped = false } = region;
  const lines = region.lines.slice(region.headLines).map((line) => bodyLine(line, columns, striped));
  const full = rules.filter((rule) => isAcross(rule, columns));
  const inside = full.filter((rule) =>
    lines.some((line, index) => index > 0 && isBetween(rule, lines[index - 1], line)),
  );
  const isRuled = inside.length >= FEWEST_ROW_RULES && inside.length >= lines.length / 4;
  const rows: BodyLine[][] = [];
  for (const line of lines) {
    const row = rows.at(-1);
    const before = row?.at(-1);
    const goesOn =
      row &&
      before &&
      (isRuled ? sameField(row, line, { full, rules }) : continues(row, before, line, { columns, full }));
    if (row && goesOn) row.push(line);
    else rows.push([line]);
  }
  return rows.flatMap((row, index) =>
    columns.map((_, column): GridCell => ({
      row: firstRow + index,
      column,
      rowSpan: 1,
      colSpan: 1,
      words: row.flatMap((line) => line.cells[column] ?? []),
    })),
  );
}

function bodyLine(line: TableLine, columns: readonly Column[], striped: boolean): BodyLine {
  const cells: Word[][] = columns.map(() => []);
  for (const segment of line.segments) {
    const [first, last] = columnsUnder(segment, columns);
    const isOnly = line.segments.length === 1;
    const isLabel = striped && segment === line.segments[0] && isTotal(line);
    const middle = nearestColumn(middleX(segment), columns);
    for (const word of segment.words) {
      const column =
        first === last ? first : isOnly ? 0 : isLabel ? middle : nearestColumn(middleX(word), columns);
      cells[column]?.push(word);
    }
  }
  return { rect: line, cells };
}

function isAcross(rule: Ruling, columns: readonly Column[]): boolean {
  const [from, to] = [columns[0]?.from ?? 0, columns.at(-1)?.to ?? 0];
  return Math.min(rule.to, to) - Math.max(rule.from, from) >= 0.8 * (to - from);
}

function isBetween(rule: Ruling, above: BodyLine | undefined, below: BodyLine): boolean {
  return above !== undefined && ruleBetween(above.rect, below.rect, [rule]);
}

/** Between the same strokes, and not a second row of values. */
function sameField(
  row: readonly BodyLine[],
  line: BodyLine,
  { full, rules }: { readonly full: readonly Ruling[]; readonly rules: readonly Ruling[] },
): boolean {
  const before = row.at(-1);
  if (!before || ruleBetween(before.rect, line.rect, full)) return false;
  // Totals are often ruled, or filled, over the last columns only.
  const over = rules.filter((rule) => rule.from <= line.rect.x + 1 && rule.to >= rightOf(line.rect) - 1);
  if (ruleBetween(before.rect, line.rect, over)) return false;
  // Below the last stroke nothing encloses a row: a value below another of its column is one of the next row.
  if (!full.some((rule) => rule.at > middleY(line.rect)) && hasValueBelow(row, line)) return false;
  return valuesOf(line) < 2 || row.every((one) => valuesOf(one) === 0);
}

function valuesOf(line: BodyLine): number {
  return line.cells.slice(1).filter((cell) => cell.length > 0 && isValue(textOf(cell))).length;
}

function hasValueBelow(row: readonly BodyLine[], line: BodyLine): boolean {
  return line.cells.some(
    (cell, column) =>
      column > 0 && isValue(textOf(cell)) && row.some((one) => isValue(textOf(one.cells[column] ?? []))),
  );
}

function filledOf(line: BodyLine): number[] {
  return line.cells.flatMap((cell, index) => (cell.length > 0 ? [index] : []));
}

/** Whether a line goes on with the cells of the row above it. */
function continues(
  row: readonly BodyLine[],
  before: BodyLine,
  line: BodyLine,
  { columns, full }: { readonly columns: readonly Column[]; readonly full: readonly Ruling[] },
): boolean {
  if (line.rect.y - bottomOf(before.rect) > TIGHT_GAP * line.rect.height) return false;
  if (ruleBetween(before.rect, line.rect, full)) return false;
  const filled = filledOf(line);
  const above = filledOf(before);
  const wraps = (column: number) =>
    isWrapped(before.cells[column] ?? [], line.cells[column] ?? [], columns[column]);
  // A label whose values stand beside its last line.
  if (above.length === 1 && above[0] === 0 && filled[0] === 0 && filled.length > 1)
    return wraps(0) && isLabelStart(before) && !isIndented(before, line);
  if (filled.length >= columns.length / 2 + 1 || valuesOf(line) > 0) return false;
  // A line that begins in the first column is a row, unless it plainly goes on with the label above it.
  if (filled[0] === 0 && !isBroken(before.cells[0] ?? [], line.cells[0] ?? [])) return false;
  return filled.every((column) => row.some((one) => (one.cells[column] ?? []).length > 0) && wraps(column));
}

/** One word alone is no label that had to be broken. */
function isLabelStart(line: BodyLine): boolean {
  return (line.cells[0] ?? []).length > 1 || /[-,]$/.test(line.cells[0]?.[0]?.text ?? '');
}

function isIndented(above: BodyLine, below: BodyLine): boolean {
  return below.rect.x - above.rect.x > 0.4 * below.rect.height && !startsLower(below.cells[0] ?? []);
}

function startsLower(words: readonly Word[]): boolean {
  return /^[\p{Ll}(]/u.test(words[0]?.text ?? '');
}

/** Text that was broken shows it at the break. */
function isBroken(above: readonly Word[], below: readonly Word[]): boolean {
  return startsLower(below) || /[-,]$/.test(above.at(-1)?.text ?? '');
}

/** Text is broken only where its next word no longer fits; a small letter at the start says the same. */
function isWrapped(above: readonly Word[], below: readonly Word[], column: Column | undefined): boolean {
  const [last, next] = [above.at(-1), below[0]];
  if (!last || !next || !column) return false;
  if (isBroken(above, below)) return true;
  const right = rightOf(last);
  return right <= column.to + 1 && right + 0.25 * last.height + next.width > column.to;
}
