import type { Rect, VectorGraphics } from '@llamaindex/liteparse';
import { unionRect } from '../geometry.ts';
import type { Column } from './columns.ts';
import type { Lattice } from './lattice.ts';
import type { TableLine } from './region.ts';
import { cluster, LINE_THICKNESS } from './rulings.ts';
import { bottomOf, middleX, overlaps, rightOf } from './words.ts';

/** Filled rows of one table, each drawn cell by cell, that stand below each other with other rows between them. */
export interface Stripes {
  /** From the first filled row to the last. */
  readonly rect: Rect;
  /** The columns' edges, one more than columns, in points. */
  readonly edges: readonly number[];
}

/** Rows are at least and at most this high, in points; lower fills are lines, higher ones boxes of a layout. */
const LOWEST_ROW = 6;
const HIGHEST_ROW = 100;
/** What lies between two filled rows is no higher than this many of them: a row, whose cells may be broken. */
const MOST_BETWEEN = 6;
/** Pages with more fills are drawings. */
const MOST_FILLS = 5_000;
/** A grid of lines with less than this share of the height of the table is part of it. */
const PART_SHARE = 0.75;

/** The striped tables of a page whose stripes were drawn cell by cell, so that they tell the columns. */
export function stripesOf(graphics: VectorGraphics | undefined): Stripes[] {
  const fills = (graphics?.shapes ?? []).filter(
    ({ fill, stroke, hasCurve, bbox }) =>
      fill && !stroke && !hasCurve && bbox.height >= LOWEST_ROW && bbox.height <= HIGHEST_ROW,
  );
  if (fills.length < 4 || fills.length > MOST_FILLS) return [];
  const groups: { rows: Rect[]; edges: number[] }[] = [];
  for (const cells of filledRows(fills.map(({ bbox }) => bbox))) {
    const row = unionRect(cells);
    if (!row) continue;
    const edges = cluster(
      cells.flatMap((cell) => [cell.x, rightOf(cell)]),
      LINE_THICKNESS,
    );
    if (edges.length < 3) continue;
    const group = groups.find((one) => isSame(one.edges, edges) && isNext(one.rows.at(-1) ?? row, row));
    if (group) group.rows.push(row);
    else groups.push({ rows: [row], edges });
  }
  return groups.flatMap(({ rows, edges }): Stripes[] => {
    const rect = unionRect(rows);
    return rect && rows.length > 1 ? [{ rect, edges }] : [];
  });
}

/** Fills that stand side by side and touch, from top to bottom. */
function filledRows(fills: readonly Rect[]): Rect[][] {
  const rows: Rect[][] = [];
  const sorted = fills.toSorted((a, b) => Math.round(a.y) - Math.round(b.y) || a.x - b.x);
  for (const fill of sorted) {
    const row = rows.at(-1);
    const last = row?.at(-1);
    const touches =
      last &&
      Math.abs(last.y - fill.y) <= 1 &&
      Math.abs(last.height - fill.height) <= 1 &&
      Math.abs(fill.x - rightOf(last)) <= LINE_THICKNESS;
    if (row && touches) row.push(fill);
    else rows.push([fill]);
  }
  return rows;
}

function isSame(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((edge, index) => Math.abs(edge - (b[index] ?? 0)) <= 2);
}

function isNext(above: Rect, below: Rect): boolean {
  const between = below.y - bottomOf(above);
  return between > -1 && between <= MOST_BETWEEN * Math.max(above.height, below.height);
}

/** Whether a grid is made of the edges of stripes and holds only the few rows of the table that touch. */
export function isPartOfStripes(
  { xs, rect }: Lattice,
  stripes: readonly Stripes[],
  tables: readonly Rect[],
): boolean {
  return stripes.some((one) => {
    if (!meets(one.rect, rect)) return false;
    if (!one.edges.every((edge) => xs.some((x) => Math.abs(x - edge) <= LINE_THICKNESS))) return false;
    const whole = unionRect([one.rect, ...tables.filter((table) => overlaps(table, one.rect))]) ?? one.rect;
    return rect.height < PART_SHARE * whole.height;
  });
}

/** Whether one stands over more than a line's thickness beside the other. */
function meets(a: Rect, b: Rect): boolean {
  const width = Math.min(rightOf(a), rightOf(b)) - Math.max(a.x, b.x);
  const height = Math.min(bottomOf(a), bottomOf(b)) - Math.max(a.y, b.y);
  return width > LINE_THICKNESS && height > LINE_THICKNESS;
}

/**
 * The columns of a table as its stripes tell them.
 * @param read the columns as the white space between the texts tells them; more of them are taken to be right
 */
export function stripedColumns(
  lines: readonly Rect[],
  read: readonly Column[],
  stripes: readonly Stripes[] = [],
): readonly Column[] {
  if (stripes.length === 0) return read;
  const rect = unionRect(lines);
  const own = rect && stripes.find((one) => overlaps(one.rect, rect));
  if (!own || own.edges.length - 1 < read.length) return read;
  return own.edges.slice(1).map((to, index) => ({ from: own.edges[index] ?? to, to }));
}

/** The columns, as far as the texts in them reach. */
export function narrowed(columns: readonly Column[], lines: readonly TableLine[]): readonly Column[] {
  const words = lines.flatMap((line) => line.segments.flatMap((segment) => [...segment.words]));
  return columns.map((column) => {
    const { from, to } = column;
    const text = unionRect(words.filter((word) => middleX(word) > from && middleX(word) < to));
    return text ? { from: Math.max(from, text.x), to: Math.min(to, rightOf(text)) } : column;
  });
}
