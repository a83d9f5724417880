import type { CellRange, SheetCell, SheetRow } from './sheet.ts';

/** What is hidden on a sheet: row numbers, and ranges of columns, ends included. */
export interface HiddenParts {
  readonly rows: readonly number[];
  readonly columns: readonly { readonly from: number; readonly to: number }[];
}

export interface VisibleSheet {
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
  if (hidden.rows.length === 0 && hidden.columns.length === 0) return { rows: [...rows], merges: [...merges] };
  const rowAxis = axisOf(hidden.rows.toSorted((a, b) => a - b).map((row) => ({ from: row, to: row })));
  const columnAxis = axisOf(hidden.columns.toSorted((a, b) => a.from - b.from));
  const visible = new Map<number, SheetCell[]>();
  for (const row of rows) {
    if (rowAxis.isHidden(row.index)) continue;
    const cells = row.cells
      .filter((cell) => !columnAxis.isHidden(cell.column))
      .map((cell) => ({ ...cell, column: columnAxis.rank(cell.column) }));
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
    rows: Array.from(visible, ([index, cells]) => ({ index, cells })).toSorted((a, b) => a.index - b.index),
    merges: kept,
  };
}

function addCell(rows: Map<number, SheetCell[]>, index: number, cell: SheetCell): void {
  const cells = (rows.get(index) ?? []).filter((one) => one.column !== cell.column);
  rows.set(index, [...cells, cell].toSorted((a, b) => a.column - b.column));
}

interface Axis {
  isHidden(place: number): boolean;
  /** How many visible places stand before one. */
  rank(place: number): number;
}

/** @param spans sorted by their beginning; they may touch and overlap */
function axisOf(spans: readonly { readonly from: number; readonly to: number }[]): Axis {
  const starts: number[] = [];
  const ends: number[] = [];
  const hiddenBefore: number[] = [];
  let hidden = 0;
  for (const { from, to } of spans) {
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
