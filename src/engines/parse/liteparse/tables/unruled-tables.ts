import type { LayoutBlock, Rect } from '@llamaindex/liteparse';
import { holdsCentre, unionRect } from '../geometry.ts';
import { bodyRows } from './body-rows.ts';
import { compact, type FoundTable } from './grid.ts';
import { headCells } from './head-cells.ts';
import { bodyColumns, regionOf, tableLines } from './region.ts';
import { isCaption } from './row-kinds.ts';
import type { Rulings } from './rulings.ts';
import { bottomOf, middleY, rightOf, textOf, type Word } from './words.ts';

/** Lines that may stand between two pieces of one table: sub-heads. */
const MOST_LINES_BETWEEN = 3;
/** Lines with as many words are prose. */
const PROSE_WORDS = 7;

export interface UnruledTables {
  readonly tables: readonly FoundTable[];
  /** Blocks that LiteParse took for tables and that are prose. */
  readonly prose: readonly LayoutBlock[];
}

/**
 * Reads tables without a grid of lines from the places of words. LiteParse says where tables are; it often finds
 * them in pieces, without their heads or first columns.
 * @param words those of the page that stand in no other table
 */
export function unruledTables(
  seeds: readonly LayoutBlock[],
  words: readonly Word[],
  rulings: Rulings,
): UnruledTables {
  const tables: FoundTable[] = [];
  const prose: LayoutBlock[] = [];
  let free = [...words];
  for (const group of grouped(seeds, words)) {
    const rect = unionRect(group.flatMap((block) => block.bbox ?? []));
    if (!rect) continue;
    const table = tableOf(rect, free, rulings);
    if (table) {
      tables.push(table);
      const taken = new Set(table.cells.flatMap((cell) => [...cell.words]));
      free = free.filter((word) => !taken.has(word));
    } else prose.push(...group.filter((block) => isProse(block, words)));
  }
  return { tables, prose };
}

function tableOf(rect: Rect, words: readonly Word[], rulings: Rulings): FoundTable | undefined {
  const region = regionOf(rect, words, rulings);
  if (!region) return undefined;
  const head = headCells(region);
  const cells = compact([...head.cells, ...bodyRows(region, head.rows)]);
  const rows = new Set(cells.map((cell) => cell.row));
  const rectOf = unionRect(cells.flatMap((cell) => [...cell.words]));
  if (!rectOf || rows.size < 2) return undefined;
  return { cells, headerRows: Math.min(head.rows, rows.size - 1), rect: rectOf };
}

/** Joins pieces of one table: below each other, with the same columns, and nothing but sub-heads between them. */
function grouped(seeds: readonly LayoutBlock[], words: readonly Word[]): LayoutBlock[][] {
  const groups: LayoutBlock[][] = [];
  const sorted = seeds.filter((seed) => seed.bbox).toSorted((a, b) => (a.bbox?.y ?? 0) - (b.bbox?.y ?? 0));
  for (const seed of sorted) {
    const group = groups.findLast((one) => isSameTable(one, seed, words));
    if (group) group.push(seed);
    else groups.push([seed]);
  }
  return groups;
}

function isSameTable(group: readonly LayoutBlock[], seed: LayoutBlock, words: readonly Word[]): boolean {
  const above = unionRect(group.flatMap((block) => block.bbox ?? []));
  const below = seed.bbox;
  if (!above || !below) return false;
  const shared = Math.min(rightOf(above), rightOf(below)) - Math.max(above.x, below.x);
  if (shared < 0.6 * Math.min(above.width, below.width)) return false;
  const whole = unionRect([above, below]) ?? above;
  const inside = words.filter((word) => word.x >= whole.x - 2 && rightOf(word) <= rightOf(whole) + 2);
  const between = tableLines(
    inside.filter((word) => middleY(word) > bottomOf(above) && middleY(word) < below.y),
  );
  if (between.length > MOST_LINES_BETWEEN) return false;
  const isText = between.some((line) => {
    const count = line.segments.reduce((sum, segment) => sum + segment.words.length, 0);
    const only = line.segments.length === 1 ? line.segments[0] : undefined;
    return (
      isCaption(only ? textOf(only.words) : '') ||
      (only && count >= PROSE_WORDS && only.width > 0.5 * whole.width)
    );
  });
  if (isText || below.y - bottomOf(above) > 8 * (inside[0]?.height ?? 10)) return false;
  const rows = tableLines(inside.filter((word) => holdsCentre(below, word)));
  const lastAbove = tableLines(inside.filter((word) => holdsCentre(above, word))).at(-1);
  const columns = bodyColumns(rows).length;
  return columns > 1 && lastAbove !== undefined && bodyColumns([lastAbove, ...rows]).length >= columns - 1;
}

function isProse(block: LayoutBlock, words: readonly Word[]): boolean {
  const box = block.bbox;
  if (!box) return false;
  const lines = tableLines(words.filter((word) => holdsCentre(box, word)));
  const counts = lines.map((line) => line.segments.reduce((sum, segment) => sum + segment.words.length, 0));
  return lines.length > 2 && counts.reduce((sum, count) => sum + count, 0) >= PROSE_WORDS * lines.length;
}
