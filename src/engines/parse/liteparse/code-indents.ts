import type { LayoutBlock, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, holdsCentre } from './geometry.ts';
import { lineText } from './line-text.ts';
import { lettersOf } from './marked-up-text.ts';
import { median, middleY } from './tables/words.ts';

/** In a font of one width, a sign's width differs by at most this share from line to line, in so many of them. */
const SPREAD = 0.1;
const EVEN = 0.6;
/** Shorter runs say little about the width of a sign. */
const LONG_RUN = 4;
/** Wider gaps are between columns of the page. */
const MOST_BLANKS = 120;
const MOST_EMPTY_LINES = 3;

type Line = readonly TextItem[];

/**
 * Gives lines of code the blanks back that they begin with, and the empty lines between them: LiteParse leaves them out,
 * and code means something else without, or nothing.
 */
export function withCodeIndents(page: ParsedPage): ParsedPage {
  const { blocks = [] } = page;
  if (!blocks.some(({ kind }) => kind === 'code')) return page;
  return {
    ...page,
    blocks: blocks.map((block) => (block.kind === 'code' ? indented(block, page.textItems) : block)),
  };
}

function indented(block: LayoutBlock, items: readonly TextItem[]): LayoutBlock {
  const { bbox, lines = [] } = block;
  const own = items.filter(
    (item) => bbox && item.text.trim() !== '' && (item.rotation ?? 0) === 0 && holdsCentre(bbox, item),
  );
  const drawn = groupIntoLines(own);
  const isSame =
    drawn.length === lines.length &&
    drawn.every((line, index) => isSameText(lineText(line), lines[index] ?? ''));
  const width = signWidth(own);
  if (!isSame || width === undefined) return block;
  const left = own.reduce((least, { x }) => Math.min(least, x), Number.POSITIVE_INFINITY);
  const pitches = drawn.slice(1).map((line, index) => middleOf(line) - middleOf(drawn[index] ?? []));
  const pitch = median(pitches);
  const out = drawn.flatMap((line, index) => {
    const lead = index > 0 && pitch > 0 ? Math.round((pitches[index - 1] ?? 0) / pitch) - 1 : 0;
    const empty = Math.max(0, Math.min(lead, MOST_EMPTY_LINES));
    return [...Array.from({ length: empty }, () => ''), inColumns(line, left, width)];
  });
  return { ...block, lines: out };
}

/** Whether two lines differ in blanks and signs of markdown only. */
function isSameText(one: string, other: string): boolean {
  return one === other || lettersOf(one) === lettersOf(other);
}

/** The width of a sign in points; undefined where signs differ in it. */
function signWidth(items: readonly TextItem[]): number | undefined {
  const widths = items
    .filter(({ text }) => text.trim().length >= LONG_RUN)
    .map((item) => item.width / item.text.trim().length);
  const middle = median(widths);
  const even = widths.filter((width) => Math.abs(width - middle) <= SPREAD * middle);
  return middle > 0 && even.length >= EVEN * widths.length ? middle : undefined;
}

function inColumns(line: Line, left: number, width: number): string {
  let text = '';
  for (const item of line) {
    const column = Math.round((item.x - left) / width);
    const blanks = Math.min(MOST_BLANKS, Math.max(text === '' ? 0 : 1, column - text.length));
    text += ' '.repeat(blanks) + item.text.trim();
  }
  return text;
}

function middleOf(line: Line): number {
  return median(line.map((item) => middleY(item)));
}
