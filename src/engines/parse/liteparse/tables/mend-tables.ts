import type { LayoutBlock, ParsedPage, Rect } from '@llamaindex/liteparse';
import { holdsCentre } from '../geometry.ts';
import { alignedSeeds } from './aligned-seeds.ts';
import type { FoundTable } from './grid.ts';
import { findLattices } from './lattice.ts';
import { type DraftBlock, replaceBlocks } from './replace-blocks.ts';
import { ruledRowSeeds, strokeRuns } from './ruled-rows.ts';
import { ruledTable } from './ruled-table.ts';
import { tableLines } from './region.ts';
import { readRulings, type Rulings } from './rulings.ts';
import { soundTables } from './sound-tables.ts';
import { isPartOfStripes, stripesOf } from './stripes.ts';
import { type UnruledTables, unruledTables } from './unruled-tables.ts';
import { bottomOf, middleX, overlaps, pageWords, rightOf, type Word } from './words.ts';

/** Letters that are written from the right: LiteParse's own tables of such pages stay. */
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;
/** Pages with more words are no pages of a report. */
const MOST_WORDS = 8_000;

/**
 * The page's blocks with its tables read again from ruling lines and from the places of the words.
 * @param everywhere whether tables are looked for where LiteParse found none, too
 */
export function mendTables(page: ParsedPage, everywhere = false): readonly DraftBlock[] {
  const blocks = page.blocks ?? [];
  const strokes = readRulings(page.vectorGraphics);
  const tablesOfLite = blocks.filter((block) => block.kind === 'table');
  const runs = strokeRuns(strokes, tablesOfLite);
  const hasLines = (strokes.horizontal.length > 1 && strokes.vertical.length > 0) || runs.length > 0;
  if ((!hasLines && tablesOfLite.length === 0 && !everywhere) || RTL_LETTER.test(page.text)) return blocks;
  const sound = soundTables(page, tablesOfLite, strokes);
  const isSettled = (rect: Rect) => sound.some(({ bbox }) => bbox && overlaps(bbox, rect));
  const ofLite = tablesOfLite.filter((table) => !sound.includes(table));
  const open = findLattices(sound.length > 0 ? rulingsOutside(strokes, sound) : strokes);
  if (ofLite.length + open.length + runs.length === 0 && !everywhere) return blocks;
  const words = pageWords(page.textItems).filter((word) => !isSettled(word));
  if (words.length > MOST_WORDS) return blocks;
  const stripes = stripesOf(page.vectorGraphics).filter(({ rect }) => !isSettled(rect));
  const rulings = { ...strokes, stripes };
  const boxes = ofLite.flatMap(({ bbox }) => bbox ?? []);
  const grids = open.filter((lattice) => !isPartOfStripes(lattice, stripes, boxes));
  const found: FoundTable[] = grids.flatMap((lattice) => ruledTable(lattice, words) ?? []);
  const isNew = ({ bbox }: LayoutBlock) =>
    bbox &&
    ![...tablesOfLite.map((table) => table.bbox), ...found.map((table) => table.rect)].some(
      (rect) => rect && overlaps(rect, bbox),
    );
  const seeds = [...ofLite, ...ruledRowSeeds(runs, words).filter(isNew)];
  const whole = found.filter((table) => !isPartOf(table, seeds, words));
  const places = everywhere ? [...seeds, ...newSeeds(found, tablesOfLite, words)] : seeds;
  const first = withUnruled(whole, { seeds: places, words, rulings });
  // What was read without the lines must not know fewer columns than the lines.
  const kept = found.filter(
    (table) =>
      whole.includes(table) ||
      !first.tables.some((other) => overlaps(other.rect, table.rect) && columnsOf(other) >= columnsOf(table)),
  );
  const { tables, prose } =
    kept.length === whole.length ? first : withUnruled(kept, { seeds: places, words, rulings });
  const dissolved = new Set(prose);
  if (tables.length + dissolved.size === 0) return blocks;
  const mended = replaceBlocks(blocks, tables, words, dissolved);
  return signsIn(mended) >= signsIn(blocks) * LEAST_KEPT ? mended : blocks;
}

function newSeeds(
  found: readonly FoundTable[],
  known: readonly LayoutBlock[],
  words: readonly Word[],
): readonly LayoutBlock[] {
  const taken = new Set(found.flatMap((table) => table.cells.flatMap((cell) => [...cell.words])));
  const isKnown = (word: Word) => known.some(({ bbox }) => bbox && holdsCentre(bbox, word));
  return alignedSeeds(words.filter((word) => !taken.has(word) && !isKnown(word)));
}

/** Strokes stand at most this far outside the text that they enclose, in points. */
const MARGIN = 12;

/** The strokes that are not part of a table. */
function rulingsOutside({ horizontal, vertical }: Rulings, tables: readonly LayoutBlock[]): Rulings {
  const isFree = (x: number, y: number) =>
    !tables.some(({ bbox }) => bbox && holdsCentre(bbox, { x, y, width: 0, height: 0 }, MARGIN));
  return {
    horizontal: horizontal.filter((line) => isFree((line.from + line.to) / 2, line.at)),
    vertical: vertical.filter((line) => isFree(line.at, (line.from + line.to) / 2)),
  };
}

/**
 * Share of the signs of LiteParse's blocks that must still be there. LiteParse repeats the text of spanning cells, so a few
 * may go; where more are missing, something was misread, and its own tables are the lesser evil.
 */
const LEAST_KEPT = 0.97;

/** Signs of the text; those that mark it up come and go with the kind of block. */
function signsIn(blocks: readonly DraftBlock[]): number {
  let signs = 0;
  for (const block of blocks)
    for (const text of textsOf(block)) {
      // Counted one by one: every page with a table comes through here twice.
      for (let index = 0; index < text.length; index += 1) if (!isMark(text.charCodeAt(index))) signs += 1;
    }
  return signs;
}

/** Blanks, stars, underscores and backslashes. */
function isMark(code: number): boolean {
  return code <= 0x20 || code === 0xa0 || code === 0x2a || code === 0x5f || code === 0x5c;
}

function textsOf(block: DraftBlock): readonly string[] {
  if ('grid' in block) return block.grid.flatMap((row) => row.map((cell) => cell.md));
  const cells = [...(block.header ? [block.header] : []), ...(block.rows ?? [])].flatMap((row) =>
    row.map((cell) => cell.text),
  );
  return [block.text ?? '', ...(block.lines ?? []), ...cells];
}

interface PageParts {
  readonly seeds: readonly LayoutBlock[];
  readonly words: readonly Word[];
  readonly rulings: Rulings;
}

/** Adds the tables that LiteParse found and that have no grid of lines. */
function withUnruled(ruled: readonly FoundTable[], { seeds, words, rulings }: PageParts): UnruledTables {
  const taken = new Set(ruled.flatMap((table) => table.cells.flatMap((cell) => [...cell.words])));
  const free = words.filter((word) => word.upright && !taken.has(word));
  const open = seeds.filter((seed) => !ruled.some((table) => seed.bbox && overlaps(table.rect, seed.bbox)));
  const unruled = unruledTables(open, free, rulings);
  return { tables: [...ruled, ...unruled.tables], prose: unruled.prose };
}

function columnsOf(table: FoundTable): number {
  return table.cells.reduce((most, cell) => Math.max(most, cell.column + cell.colSpan), 0);
}

/** Whether LiteParse found more of the table: rows above or below the grid of lines. */
function isPartOf(table: FoundTable, seeds: readonly LayoutBlock[], words: readonly Word[]): boolean {
  return seeds.some(({ bbox }) => {
    if (!bbox || !overlaps(table.rect, bbox)) return false;
    const outside = words.filter(
      (word) =>
        holdsCentre(bbox, word) &&
        (bottomOf(word) < table.rect.y + 2 || word.y > bottomOf(table.rect) - 2) &&
        middleX(word) > table.rect.x &&
        middleX(word) < rightOf(table.rect),
    );
    const lines = tableLines(outside).filter((line) => line.segments.length > 1);
    return lines.length > 0;
  });
}
