import type { Rect } from '@llamaindex/liteparse';
import { cluster, LINE_THICKNESS, type Ruling, type Rulings } from './rulings.ts';

/** A field of a grid of ruling lines: the rows and columns it covers, and its place. */
export interface LatticeCell extends Rect {
  readonly row: number;
  readonly column: number;
  readonly rowSpan: number;
  readonly colSpan: number;
}

export interface Lattice {
  readonly rows: number;
  readonly columns: number;
  /** The columns' edges, one more than columns. */
  readonly xs: readonly number[];
  /** The rows' edges, one more than rows. */
  readonly ys: readonly number[];
  readonly cells: readonly LatticeCell[];
  readonly rect: Rect;
}

/** Lines that end this near to another still meet it. */
const REACH = 4;
/** A side of a field counts as ruled when this share of it is. */
const RULED_SHARE = 0.6;
/** Lines that go on further than this past the last crossing enclose one more row or column. */
const OPEN_SIDE = 12;
/** No table has more rows or columns than this on one page. */
const MOST_LINES = 300;

/** Finds the grids that ruling lines make, with the fields between them. */
export function findLattices(rulings: Rulings): Lattice[] {
  if (rulings.horizontal.length < 2 || rulings.vertical.length === 0) return [];
  return connected(rulings).flatMap((group) => {
    const lattice = latticeOf(group);
    return lattice ? [lattice] : [];
  });
}

/** Groups of lines that cross or touch each other. */
function connected({ horizontal, vertical }: Rulings): Rulings[] {
  const parent = [...horizontal, ...vertical].map((_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while ((parent[at] ?? at) !== at) at = parent[at] = parent[parent[at] ?? at] ?? at;
    return at;
  };
  for (const [h, line] of horizontal.entries())
    for (const [v, other] of vertical.entries())
      if (meets(line, other)) parent[root(h)] = root(horizontal.length + v);
  const groups = new Map<number, { horizontal: Ruling[]; vertical: Ruling[] }>();
  const groupOf = (index: number) => {
    const key = root(index);
    const group = groups.get(key) ?? { horizontal: [], vertical: [] };
    groups.set(key, group);
    return group;
  };
  for (const [h, line] of horizontal.entries()) groupOf(h).horizontal.push(line);
  for (const [v, line] of vertical.entries()) groupOf(horizontal.length + v).vertical.push(line);
  return [...groups.values()].filter((group) => group.horizontal.length > 1 && group.vertical.length > 0);
}

function meets(horizontal: Ruling, vertical: Ruling): boolean {
  return (
    vertical.at >= horizontal.from - REACH &&
    vertical.at <= horizontal.to + REACH &&
    horizontal.at >= vertical.from - REACH &&
    horizontal.at <= vertical.to + REACH
  );
}

function latticeOf({ horizontal, vertical }: Rulings): Lattice | undefined {
  const xs = edges(vertical, horizontal);
  const ys = edges(horizontal, vertical);
  const [columns, rows] = [xs.length - 1, ys.length - 1];
  if (columns < 2 || rows < 2 || columns > MOST_LINES || rows > MOST_LINES) return undefined;
  const parent = Array.from({ length: rows * columns }, (_, index) => index);
  const root = (index: number): number => {
    let at = index;
    while ((parent[at] ?? at) !== at) at = parent[at] = parent[parent[at] ?? at] ?? at;
    return at;
  };
  const join = (a: number, b: number) => (parent[root(a)] = root(b));
  const upright = xs.map((x) => linesAt(vertical, x));
  const level = ys.map((y) => linesAt(horizontal, y));
  for (let y = 0; y < rows; y += 1) {
    const [top, bottom] = [ys[y] ?? 0, ys[y + 1] ?? 0];
    for (let x = 0; x < columns; x += 1) {
      const field = y * columns + x;
      if (x + 1 < columns && !isRuled(upright[x + 1], top, bottom)) join(field, field + 1);
      if (y + 1 < rows && !isRuled(level[y + 1], xs[x] ?? 0, xs[x + 1] ?? 0)) join(field, field + columns);
    }
  }
  // Without spreading the span, which takes V8 as long as all the rest.
  const cells = rectangles(rows, columns, root).map(({ row, column, rowSpan, colSpan }) => {
    const [x, y] = [xs[column] ?? 0, ys[row] ?? 0];
    const right = xs[column + colSpan] ?? x;
    const bottom = ys[row + rowSpan] ?? y;
    return { row, column, rowSpan, colSpan, x, y, width: right - x, height: bottom - y };
  });
  const [x, y] = [xs[0] ?? 0, ys[0] ?? 0];
  return {
    rows,
    columns,
    xs,
    ys,
    cells,
    rect: { x, y, width: (xs.at(-1) ?? x) - x, height: (ys.at(-1) ?? y) - y },
  };
}

/** Where lines of one direction stand, and the open sides to which the lines across go on. */
function edges(lines: readonly Ruling[], across: readonly Ruling[]): number[] {
  const at = cluster(
    lines.map((line) => line.at),
    LINE_THICKNESS,
  );
  const [first = 0, last = 0] = [at[0], at.at(-1)];
  const from = across.reduce((lowest, line) => Math.min(lowest, line.from), Number.POSITIVE_INFINITY);
  const to = across.reduce((most, line) => Math.max(most, line.to), Number.NEGATIVE_INFINITY);
  return [...(first - from > OPEN_SIDE ? [from] : []), ...at, ...(to - last > OPEN_SIDE ? [to] : [])];
}

function linesAt(lines: readonly Ruling[], at: number): Ruling[] {
  return lines.filter((line) => Math.abs(line.at - at) <= LINE_THICKNESS);
}

function isRuled(lines: readonly Ruling[] = [], from: number, to: number): boolean {
  let covered = 0;
  for (const line of lines) covered += Math.max(0, Math.min(line.to, to) - Math.max(line.from, from));
  return covered >= RULED_SHARE * (to - from);
}

type Span = Pick<LatticeCell, 'row' | 'column' | 'rowSpan' | 'colSpan'>;

/** The joined fields as rectangles. Where they make another shape, nothing can be said, and they stay single. */
function rectangles(rows: number, columns: number, root: (index: number) => number): Span[] {
  const groups = new Map<number, number[]>();
  for (let index = 0; index < rows * columns; index += 1) {
    const key = root(index);
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  }
  return [...groups.values()].flatMap((fields): Span[] => {
    const single = (field: number): Span => ({
      row: Math.floor(field / columns),
      column: field % columns,
      rowSpan: 1,
      colSpan: 1,
    });
    // Nearly all.
    if (fields.length === 1) return fields.map(single);
    // Fields come row by row.
    const row = Math.floor((fields[0] ?? 0) / columns);
    const rowSpan = Math.floor((fields.at(-1) ?? 0) / columns) - row + 1;
    let column = columns;
    let last = 0;
    for (const field of fields) {
      column = Math.min(column, field % columns);
      last = Math.max(last, field % columns);
    }
    const colSpan = last - column + 1;
    return rowSpan * colSpan === fields.length ? [{ row, column, rowSpan, colSpan }] : fields.map(single);
  });
}
