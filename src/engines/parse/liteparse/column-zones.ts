import type { LayoutBlock, ParsedPage, Rect, TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { groupIntoLines, unionRect } from './geometry.ts';
import { layOutParts } from './lay-out-words.ts';

/** A zone has at least so many full lines in both of its columns. */
const FEWEST_LINES = 4;
/** Share of a column's width that a full line of prose takes; cells of a table take less. */
const FULL = 0.65;
/** Points between the columns. */
const NARROWEST_GUTTER = 8;
/** Full lines of one column are at most so many line heights apart, paragraphs included. */
const FURTHEST_APART = 3;
/** Pages with more pieces of text are no pages of prose. */
const MOST_SEGMENTS = 3_000;
/** Points between the middles of what stands in one row. */
const ROW_SLACK = 1.5;
/** Rows of one column alone, of all that are outside a zone, where these are rows of the whole width. */
const MOST_ALONE = 0.25;
/** Boxes of neighbouring lines overlap by so many points. */
const SAME_LINE = 3;

/**
 * Lays a page out again in bands where a zone of two columns stands between text of the whole width and LiteParse has not
 * kept it apart: it then reads a table below the columns column by column, or the columns across. Pages whose blocks
 * follow their zones come back as they are.
 */
export function withColumnZones(page: ParsedPage, options: ParseOptions): ParsedPage {
  const items = page.textItems.filter((item) => item.text.trim() !== '' && (item.rotation ?? 0) === 0);
  const zone = findZone(items);
  if (!zone || follows(page.blocks ?? [], zone, items)) return page;
  const bands = [
    items.filter((item) => middle(item) < zone.top),
    items.filter((item) => middle(item) >= zone.top && middle(item) <= zone.bottom),
    items.filter((item) => middle(item) > zone.bottom),
  ];
  const parts = bands.filter((band) => band.length > 0);
  const blocks = layOutParts(page, parts, options).flatMap((part) =>
    part.blocks.filter(({ kind }) => kind !== 'figure' && kind !== 'rule'),
  );
  const figures = (page.blocks ?? []).filter(({ kind }) => kind === 'figure');
  return { ...page, blocks: [...evenLevels(blocks), ...figures] };
}

/** Headings of bands that were laid out apart get their levels by the height of their letters, over all of the page. */
function evenLevels(blocks: readonly LayoutBlock[]): LayoutBlock[] {
  const heights: number[] = [];
  const sizes = blocks
    .flatMap(({ kind, bbox }) => (kind === 'heading' && bbox ? [bbox.height] : []))
    .toSorted((a, b) => b - a);
  for (const size of sizes) if ((heights.at(-1) ?? Infinity) - size > 1) heights.push(size);
  return blocks.map((block) => {
    const { kind, bbox } = block;
    if (kind !== 'heading' || !bbox) return block;
    const rank = heights.findIndex((height) => height - bbox.height <= 1);
    return { ...block, level: Math.min(6, rank + 1) };
  });
}

interface Zone {
  readonly top: number;
  readonly bottom: number;
  /** Between the columns. */
  readonly gutter: number;
}

function middle({ y, height }: Rect): number {
  return y + height / 2;
}

/**
 * Whether no block lies over both columns of the zone, and, where rows of the whole width stand above or below it, blocks
 * come in the order above, inside, below. Where the columns themselves go on, each to its own end, they are read to it.
 */
function follows(blocks: readonly LayoutBlock[], zone: Zone, items: readonly TextItem[]): boolean {
  const isBetweenRows = spansGutter(items, zone);
  let reached = 0;
  for (const { bbox, kind } of blocks) {
    if (!bbox || kind === 'figure' || kind === 'rule') continue;
    const part = middle(bbox) < zone.top ? 0 : middle(bbox) > zone.bottom ? 2 : 1;
    if (isBetweenRows && part < reached) return false;
    reached = part;
    const isAcross = bbox.x < zone.gutter - SAME_LINE && bbox.x + bbox.width > zone.gutter + SAME_LINE;
    const inside = Math.min(bbox.y + bbox.height, zone.bottom) - Math.max(bbox.y, zone.top);
    if (isAcross && inside > SAME_LINE * 2) return false;
  }
  return true;
}

/** Whether what is outside the zone goes over both of its columns: pieces that cross the gutter, or rows on both sides of it. */
function spansGutter(items: readonly TextItem[], zone: Zone): boolean {
  const outside = segmentsOf(items).filter((one) => middle(one) < zone.top || middle(one) > zone.bottom);
  const left = outside.filter(({ x, width }) => x + width <= zone.gutter);
  const right = outside.filter(({ x }) => x >= zone.gutter);
  const alone = rowsOf(withoutPartner(left, right)) + rowsOf(withoutPartner(right, left));
  return alone <= MOST_ALONE * rowsOf(outside);
}

function withoutPartner(these: readonly Rect[], those: readonly Rect[]): Rect[] {
  return these.filter((one) => !those.some((other) => Math.abs(middle(one) - middle(other)) < ROW_SLACK));
}

/** Rows, not pieces: a table has several columns on one side of the gutter. */
function rowsOf(pieces: readonly Rect[]): number {
  return new Set(pieces.map((one) => Math.round(middle(one)))).size;
}

function findZone(items: readonly TextItem[]): Zone | undefined {
  const extent = unionRect(items);
  // Most pages have one column, and nothing else is looked at.
  if (!extent || columnStarts(items, extent).length === 0) return undefined;
  const segments = segmentsOf(items);
  if (segments.length < 2 * FEWEST_LINES || segments.length > MOST_SEGMENTS) return undefined;
  const whole = unionRect(segments);
  if (!whole) return undefined;
  for (const start of columnStarts(segments, whole)) {
    const zone = zoneBefore(start, segments, whole);
    if (zone) return zone;
  }
  return undefined;
}

/** Runs of words on one line without a wide gap. */
function segmentsOf(items: readonly TextItem[]): Rect[] {
  return groupIntoLines(items).flatMap((line) => {
    const runs: TextItem[][] = [];
    for (const item of line) {
      const last = runs.at(-1)?.at(-1);
      if (last && item.x - (last.x + last.width) < Math.max(NARROWEST_GUTTER, 0.9 * item.height))
        runs.at(-1)?.push(item);
      else runs.push([item]);
    }
    return runs.flatMap((run) => unionRect(run) ?? []);
  });
}

/** Where a second column may begin: left edges that several lines share, in the middle part of the text. */
function columnStarts(segments: readonly Rect[], whole: Rect): number[] {
  const counts = new Map<number, number>();
  for (const { x } of segments) {
    const share = (x - whole.x) / whole.width;
    if (share > 0.3 && share < 0.7) counts.set(Math.round(x), (counts.get(Math.round(x)) ?? 0) + 1);
  }
  return [...counts]
    .filter(([, count]) => count >= FEWEST_LINES)
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 4)
    .map(([x]) => x);
}

function zoneBefore(start: number, segments: readonly Rect[], whole: Rect): Zone | undefined {
  const gutter = start - NARROWEST_GUTTER / 2;
  const left = segments.filter(({ x, width }) => x + width <= start - NARROWEST_GUTTER + 1);
  const right = segments.filter(({ x }) => x >= start - 2);
  const across = segments.filter((one) => !left.includes(one) && !right.includes(one));
  for (const one of fullRuns(right, whole.x + whole.width - start))
    for (const other of fullRuns(left, start - NARROWEST_GUTTER - whole.x)) {
      const shared = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      if (shared < 0.6 * Math.min(one.bottom - one.top, other.bottom - other.top)) continue;
      const zone = {
        top: Math.min(one.top, other.top),
        bottom: Math.max(one.bottom, other.bottom),
        gutter,
      };
      if (!across.some((line) => middle(line) > zone.top && middle(line) < zone.bottom)) return zone;
    }
  return undefined;
}

/** Lines that fill the column, several in a row, with the short lines between and right below them. */
function fullRuns(column: readonly Rect[], width: number): { top: number; bottom: number }[] {
  const lines = column.toSorted((a, b) => a.y - b.y);
  const runs: { top: number; bottom: number; full: number; end: number }[] = [];
  for (const line of lines) {
    const last = runs.at(-1);
    const isNear = last !== undefined && line.y - last.end <= FURTHEST_APART * line.height;
    if (line.width < FULL * width) {
      // The last line of a paragraph belongs to it.
      if (last && line.y - last.end <= line.height) last.bottom = Math.max(last.bottom, line.y + line.height);
      continue;
    }
    const bottom = line.y + line.height;
    if (isNear) Object.assign(last, { bottom, end: bottom, full: last.full + 1 });
    else runs.push({ top: line.y, bottom, full: 1, end: bottom });
  }
  return runs.filter(({ full }) => full >= FEWEST_LINES);
}
