import { groupIntoLines } from '../geometry.ts';
import type { GridCell } from './grid.ts';
import { isValue } from './row-kinds.ts';
import { middleY, textOf, type Word } from './words.ts';

/** Share of a row's lines that must run through its columns, and of its texts that must be values. */
const THROUGH_SHARE = 0.7;
const VALUE_SHARE = 0.6;

/**
 * Cuts rows between whose ruling lines several rows of values stand: tables often rule columns and heads only.
 * A row of wrapped texts stays whole, because its texts are no values.
 */
export function splitRows(cells: readonly GridCell[]): GridCell[] {
  const rows = byRow(cells);
  const out: GridCell[] = [];
  let shift = 0;
  for (const [row, own] of rows) {
    const covered = cells.some(
      (cell) => cell.rowSpan > 1 && cell.row <= row && row < cell.row + cell.rowSpan,
    );
    const lines = covered ? [] : linesToSplit(own);
    if (lines.length < 2) {
      for (const cell of own) out.push({ ...cell, row: row + shift });
      continue;
    }
    for (const cell of own)
      for (const [index, line] of lines.entries())
        out.push({
          ...cell,
          row: row + shift + index,
          words: cell.words.filter((word) => line.includes(word)),
        });
    shift += lines.length - 1;
  }
  return out;
}

function byRow(cells: readonly GridCell[]): Map<number, GridCell[]> {
  const rows = new Map<number, GridCell[]>();
  for (const cell of cells.toSorted((a, b) => a.row - b.row)) {
    const row = rows.get(cell.row);
    if (row) row.push(cell);
    else rows.set(cell.row, [cell]);
  }
  return rows;
}

/** The lines of a row that are rows of their own; none when the row is one. */
function linesToSplit(cells: readonly GridCell[]): Word[][] {
  const filled = cells.filter((cell) => cell.words.length > 0);
  if (filled.length < 2) return [];
  const lines = groupIntoLines(filled.flatMap((cell) => cell.words));
  if (lines.length < 2) return [];
  let through = 0;
  let values = 0;
  let texts = 0;
  for (const line of lines) {
    const parts = filled.map((cell) => cell.words.filter((word) => line.includes(word)));
    const present = parts.filter((part) => part.length > 0);
    if (present.length > 1 && present.length >= filled.length / 2) through += 1;
    for (const part of parts.slice(1)) {
      if (part.length === 0) continue;
      texts += 1;
      if (isValue(textOf(part))) values += 1;
    }
  }
  const isRows = through >= THROUGH_SHARE * lines.length && values >= VALUE_SHARE * texts;
  return isRows ? lines.toSorted((a, b) => middleY(a[0] ?? ZERO) - middleY(b[0] ?? ZERO)) : [];
}

const ZERO = { x: 0, y: 0, width: 0, height: 0 };
