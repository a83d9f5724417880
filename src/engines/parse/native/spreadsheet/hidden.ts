import type { CellRange, SheetCell, SheetRow } from './sheet.ts';

/** Rows or columns that follow each other, ends included. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is hidden on a sheet. */
export interface HiddenParts {
  readonly rows: readonly Span[];
  readonly columns: readonly Span[];
}

export const NOTHING_HIDDEN: HiddenParts = { rows: [], columns: [] };

/** What is said of a document whose hidden parts show content. */
export const LEFT_OUT =
  'Hidden rows and columns were left out. They are read with input_options.spreadsheet.include_hidden_sheets.';

export interface VisibleSheet {
  /** Whether anything that shows content was hidden. */
  readonly leftOut: boolean;
  readonly rows: SheetRow[];
  readonly merges: CellRange[];
}

/**
 * Takes hidden rows and columns out of a sheet and moves what is behind them up, so that they leave no gap. Merged cells
 * that begin in a hidden row or column show their content in the first place that is visible.
 */
export function withoutHidden(
  rows: readonly SheetRow[],
  merges: readonly CellRange[],
  hidden: HiddenParts,
): VisibleSheet {
  if (hidden.rows.length === 0 && hidden.columns.length === 0)
    return { leftOut: false, rows: [...rows], merges: [...merges] };
  const rowAxis = axisOf(hidden.rows);
  const columnAxis = axisOf(hidden.columns);
  const visible = new Map<number, SheetCell[]>();
  let leftOut = false;
  for (const row of rows) {
    if (rowAxis.isHidden(row.index)) {
      leftOut = true;
      continue;
    }
    const cells = row.cells
      .filter((cell) => !columnAxis.isHidden(cell.column))
      .map((cell) => ({ ...cell, column: columnAxis.rank(cell.column) }));
    leftOut ||= cells.length < row.cells.length;
    if (cells.length > 0) visible.set(rowAxis.rank(row.index), cells);
  }
  const byIndex = new Map(rows.map((row) => [row.index, row.cells]));
  const kept: CellRange[] = [];
  for (const { top, left, bottom, right } of merges) {
    const shown = {
      top: rowAxis.rank(top),
      left: columnAxis.rank(left),
      bottom: rowAxis.rank(bottom + 1) - 1,
      right: columnAxis.rank(right + 1) - 1,
    };
    if (shown.bottom < shown.top || shown.right < shown.left) continue;
    kept.push(shown);
    if (!rowAxis.isHidden(top) && !columnAxis.isHidden(left)) continue;
    const anchor = byIndex.get(top)?.find((cell) => cell.column === left);
    if (anchor) addCell(visible, shown.top, { ...anchor, column: shown.left });
  }
  return {
    leftOut,
    rows: Array.from(visible, ([index, cells]) => ({ index, cells })).toSorted((a, b) => a.index - b.index),
    merges: kept,
  };
}

function addCell(rows: Map<number, SheetCell[]>, index: number, cell: SheetCell): void {
  const cells = (rows.get(index) ?? []).filter((one) => one.column !== cell.column);
  rows.set(
    index,
    [...cells, cell].toSorted((a, b) => a.column - b.column),
  );
}

interface Axis {
  isHidden(place: number): boolean;
  /** How many visible places stand before one. */
  rank(place: number): number;
}

/** @param spans may touch and overlap */
function axisOf(spans: readonly Span[]): Axis {
  const starts: number[] = [];
  const ends: number[] = [];
  const hiddenBefore: number[] = [];
  let hidden = 0;
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    const start = Math.max(from, (ends.at(-1) ?? -1) + 1);
    if (to < start) continue;
    starts.push(start);
    ends.push(to);
    hiddenBefore.push(hidden);
    hidden += to - start + 1;
  }
  /** The last span that begins at a place or before it. */
  const spanAt = (place: number): number => {
    let low = 0;
    let high = starts.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((starts[middle] ?? 0) <= place) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  };
  return {
    isHidden: (place) => (ends[spanAt(place)] ?? -1) >= place,
    rank(place) {
      const span = spanAt(place);
      if (span < 0) return place;
      const inside = Math.min(place, (ends[span] ?? 0) + 1) - (starts[span] ?? 0);
      return place - (hiddenBefore[span] ?? 0) - inside;
    },
  };
}

/** Adds a span to others in ascending order, joined to the last where it goes on. */
export function addSpan(spans: Span[], span: Span): void {
  const last = spans.at(-1);
  if (last && last.to + 1 === span.from) spans[spans.length - 1] = { from: last.from, to: span.to };
  else spans.push(span);
}
