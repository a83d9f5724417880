import type { LayoutBlock, Rect } from '@llamaindex/liteparse';
import { unionRect } from '../geometry.ts';
import { type Column, findColumns } from './columns.ts';
import { keepsTo, type TableLine, tableLines } from './region.ts';
import { isCaption } from './row-kinds.ts';
import type { Ruling, Rulings } from './rulings.ts';
import { bottomOf, median, middleY, overlaps, rightOf, textOf, type Word } from './words.ts';

/** Strokes that begin and end this near to each other, in points, are strokes of one table. */
const SAME_ENDS = 4;
const SHORTEST_STROKE = 100;
/** No row is higher, in points. */
const HIGHEST_ROW = 100;
/** Strokes that part rows: two and one below, or above, them. */
const FEWEST_STROKES = 3;
/** Share of the rows that must have texts in several columns, and of the lines that must keep to these. */
const MOST = 0.8;
/** Texts with as many words on average, or rows of as many lines, are prose in columns. */
const PROSE_WORDS = 6;
const PROSE_LINES = 6;
/** Lines of the head above the topmost stroke, and how far apart they may stand in line heights. */
const MOST_HEAD_LINES = 3;
const HEAD_GAP = 1.5;

/** Strokes of one width below each other. */
export type StrokeRun = readonly Ruling[];

/** Runs of strokes that may part the rows of a table and stand in none that is known. */
export function strokeRuns({ horizontal }: Rulings, known: readonly LayoutBlock[]): StrokeRun[] {
  const runs: Ruling[][] = [];
  const long = horizontal.filter((rule) => rule.to - rule.from >= SHORTEST_STROKE);
  if (long.length < FEWEST_STROKES) return [];
  for (const rule of long.toSorted((a, b) => a.at - b.at)) {
    const run = runs.find((one) => {
      const last = one.at(-1);
      return (
        last &&
        Math.abs(last.from - rule.from) <= SAME_ENDS &&
        Math.abs(last.to - rule.to) <= SAME_ENDS &&
        rule.at - last.at <= HIGHEST_ROW
      );
    });
    if (run) run.push(rule);
    else runs.push([rule]);
  }
  return runs.filter((run) => {
    const rect = rectOf(run);
    return run.length >= FEWEST_STROKES && !known.some(({ bbox }) => bbox && overlaps(bbox, rect));
  });
}

function rectOf(run: StrokeRun): Rect {
  const [first, last] = [run[0], run.at(-1)];
  const x = first?.from ?? 0;
  const y = first?.at ?? 0;
  return { x, y, width: (first?.to ?? x) - x, height: (last?.at ?? y) - y };
}

/**
 * Where strokes part rows whose texts stand in columns, without a stroke between these: places for the finder of unruled
 * tables to look at where LiteParse named none.
 */
export function ruledRowSeeds(runs: readonly StrokeRun[], words: readonly Word[]): LayoutBlock[] {
  if (runs.length === 0) return [];
  const upright = words.filter((word) => word.upright);
  return runs.flatMap((run): LayoutBlock[] => {
    const bbox = placeOf(run, upright);
    return bbox ? [{ kind: 'table', bbox }] : [];
  });
}

function placeOf(run: StrokeRun, words: readonly Word[]): Rect | undefined {
  const from = median(run.map((rule) => rule.from));
  const to = median(run.map((rule) => rule.to));
  const inside = words.filter((word) => word.x >= from - SAME_ENDS && rightOf(word) <= to + SAME_ENDS);
  const bands = run.slice(1).map((rule, index) => {
    const top = run[index]?.at ?? 0;
    return tableLines(inside.filter((word) => middleY(word) > top && middleY(word) < rule.at));
  });
  const columns = columnsOf(bands);
  if (!columns) return undefined;
  const rows = unionRect(bands.flat());
  const head = headAbove(run[0]?.at ?? 0, inside, columns);
  return rows && unionRect([rows, ...head]);
}

/** The columns of rows that strokes part; undefined where they are no rows of a table. */
function columnsOf(bands: readonly (readonly TableLine[])[]): Column[] | undefined {
  const lines = bands.flat();
  const rows = bands.filter((band) => band.some((line) => line.segments.length > 1));
  if (rows.length < FEWEST_STROKES - 1 || rows.length < MOST * bands.length) return undefined;
  if (median(bands.map((band) => band.length)) >= PROSE_LINES || isProse(lines)) return undefined;
  const columns = findColumns(lines.map((line) => line.segments));
  const kept = lines.filter((line) => keepsTo(line, columns)).length;
  return columns.length > 1 && kept >= MOST * lines.length ? columns : undefined;
}

function isProse(lines: readonly TableLine[]): boolean {
  const texts = lines.flatMap((line) => line.segments);
  return texts.reduce((sum, { words }) => sum + words.length, 0) >= PROSE_WORDS * texts.length;
}

/** Lines close above the topmost stroke that name the columns: those up to the last with several texts. */
function headAbove(stroke: number, words: readonly Word[], columns: readonly Column[]): TableLine[] {
  const above = tableLines(words.filter((word) => middleY(word) < stroke)).toReversed();
  const head: TableLine[] = [];
  let named = 0;
  let edge = stroke;
  for (const line of above.slice(0, MOST_HEAD_LINES)) {
    const text = line.segments.map((segment) => textOf(segment.words)).join(' ');
    const isLoose = edge - bottomOf(line) > HEAD_GAP * line.height;
    if (isLoose || isCaption(text) || isProse([line]) || !keepsTo(line, columns)) break;
    head.push(line);
    edge = line.y;
    if (line.segments.length > 1) named = head.length;
  }
  return head.slice(0, named);
}
