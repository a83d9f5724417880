import { median, rightOf, type Segment } from './words.ts';

/** A column's extent on the page, in points. */
export interface Column {
  readonly from: number;
  readonly to: number;
}

/** Gaps that fewer than this share of lines cross still divide columns. */
const CROSSING_SHARE = 0.08;
/** Narrower gaps, in line heights, are spaces between words. */
const NARROWEST_GAP = 0.3;

/** Columns as the white space that runs down through the lines' segments leaves them. */
export function findColumns(lines: readonly (readonly Segment[])[]): Column[] {
  const segments = lines.flat();
  if (segments.length === 0) return [];
  const height = median(segments.map((segment) => segment.height));
  const allowed = Math.floor(CROSSING_SHARE * lines.length);
  const events = segments
    .flatMap((segment) => [
      { x: segment.x, step: 1 },
      { x: rightOf(segment), step: -1 },
    ])
    .toSorted((a, b) => a.x - b.x || b.step - a.step);
  const columns: { from: number; to: number }[] = [];
  let covering = 0;
  let open: number | undefined;
  for (const { x, step } of events) {
    covering += step;
    if (open === undefined && covering > allowed) open = x;
    else if (open !== undefined && covering <= allowed) {
      const last = columns.at(-1);
      if (last && open - last.to < NARROWEST_GAP * height) last.to = x;
      else columns.push({ from: open, to: x });
      open = undefined;
    }
  }
  return columns;
}

/** The columns that a segment lies over; at least the nearest one. */
export function columnsUnder(
  segment: { x: number; width: number },
  columns: readonly Column[],
): [number, number] {
  const right = segment.x + segment.width;
  let [first, last] = [-1, -1];
  for (const [index, column] of columns.entries()) {
    const overlap = Math.min(right, column.to) - Math.max(segment.x, column.from);
    if (overlap <= 0.15 * Math.min(segment.width, column.to - column.from)) continue;
    if (first < 0) first = index;
    last = index;
  }
  if (first >= 0) return [first, last];
  const nearest = nearestColumn(segment.x + segment.width / 2, columns);
  return [nearest, nearest];
}

export function nearestColumn(x: number, columns: readonly Column[]): number {
  let best = 0;
  let distance = Number.POSITIVE_INFINITY;
  for (const [index, column] of columns.entries()) {
    const away = Math.max(column.from - x, x - column.to);
    if (away < distance) [best, distance] = [index, away];
  }
  return best;
}
