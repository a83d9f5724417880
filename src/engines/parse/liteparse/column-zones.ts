import type { LayoutBlock, ParsedPage } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { layOutParts } from './lay-out-words.ts';
import { lettersOf } from './marked-up-text.ts';
import { findZone, middle, type Zone } from './two-column-zone.ts';

/** Letters of a line that tell where it was read, and the fewest that can. */
const LETTERS = 24;
const FEWEST_LETTERS = 6;
/** Letters at the end of a left line and at the start of the right one beside it. */
const SEAM = 10;

/**
 * Lays a page out again in bands where a zone of two columns stands between text of the whole width and LiteParse has not
 * kept it apart: it then reads a table below the columns column by column, or the columns across. Pages whose lines
 * come in the order of their zones, and those that bands do not better, come back as they are.
 */
export function withColumnZones(page: ParsedPage, options: ParseOptions): ParsedPage {
  const items = page.textItems.filter((item) => item.text.trim() !== '' && (item.rotation ?? 0) === 0);
  const zone = findZone(items);
  if (!zone) return page;
  const bands = [
    items.filter((item) => middle(item) < zone.top),
    items.filter((item) => middle(item) >= zone.top && middle(item) <= zone.bottom),
    items.filter((item) => middle(item) > zone.bottom),
  ];
  const parts = bands.filter((band) => band.length > 0);
  const before = parts.length > 1 ? faultsOf(page.blocks ?? [], zone) : 0;
  if (before === 0) return page;
  const blocks = layOutParts(page, parts, options).flatMap((part) =>
    part.blocks.filter(({ kind }) => kind !== 'figure' && kind !== 'rule'),
  );
  if (faultsOf(blocks, zone) >= before) return page;
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

/**
 * How often blocks leave the order above, left column, right column, below, and how many rows of the zone they read across.
 * The words decide, for a paragraph that goes on in the next column has a box over both.
 */
function faultsOf(blocks: readonly LayoutBlock[], { above, rows, below }: Zone): number {
  const read = lettersOf(blocks.map(wordsOf).join(' '));
  const left = rows.flatMap((row) => row.left);
  const right = rows.flatMap((row) => row.right);
  const places = [above, left, right, below].flatMap((pieces, part) =>
    pieces.flatMap(({ text }) => {
      const at = onlyPlace(read, lettersOf(text).slice(0, LETTERS));
      return at === undefined ? [] : [{ at, part }];
    }),
  );
  const parts = places.toSorted((a, b) => a.at - b.at).map(({ part }) => part);
  const goneBack = parts.filter((part, index) => part < (parts[index - 1] ?? 0));
  const readAcross = rows.filter((row) => {
    const end = lettersOf(row.left.at(-1)?.text ?? '').slice(-SEAM);
    const start = lettersOf(row.right[0]?.text ?? '').slice(0, SEAM);
    return Math.min(end.length, start.length) >= FEWEST_LETTERS && read.includes(end + start);
  });
  return goneBack.length + readAcross.length;
}

function wordsOf({ text, lines = [], header = [], rows = [] }: LayoutBlock): string {
  const cells = [header, ...rows].flat().map((cell) => cell.text);
  return [text ?? '', ...lines, ...cells].join(' ');
}

/** Where letters stand in what was read, if they are enough and stand there once. */
function onlyPlace(read: string, letters: string): number | undefined {
  const at = letters.length < FEWEST_LETTERS ? -1 : read.indexOf(letters);
  return at === -1 || read.includes(letters, at + 1) ? undefined : at;
}
