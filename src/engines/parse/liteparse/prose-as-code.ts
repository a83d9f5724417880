import type { LayoutBlock, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { escapeMarkdown } from '../items/markup.ts';
import { groupIntoLines, holdsCentre, unionRect } from './geometry.ts';
import { lineText } from './line-text.ts';
import { joinLines } from './marked-up-text.ts';
import { bottomOf, median, rightOf } from './tables/words.ts';

const FEWEST_LINES = 4;
const FEWEST_WORDS = 5;
/** Lines with fewer signs say little about the width of a sign. */
const LONG_LINE = 20;
/** In a font of one width, the signs of any two lines differ by less than this share. */
const LEAST_SPREAD = 0.05;
const MOST_CODE_SIGNS = 0.02;
/** A line that ends before this share of the width is the last of its paragraph. */
const SHORT_LINE = 0.85;
/** Lines that begin so many line heights further right begin a paragraph. */
const INDENT = 0.6;
const WIDE_GAP = 1.7;

/**
 * Turns running text that LiteParse took for code into paragraphs. The text layers of scanned books name a font of one
 * width and stretch it over each printed line, so the signs of their lines differ in width, which those of code do not.
 */
export function proseInsteadOfCode(page: ParsedPage): ParsedPage {
  const blocks = (page.blocks ?? []).flatMap((block) => {
    if (block.kind !== 'code' || (block.lines?.length ?? 0) < FEWEST_LINES) return [block];
    const { bbox } = block;
    const items = page.textItems.filter((item) => bbox && item.text.trim() !== '' && holdsCentre(bbox, item));
    const lines = groupIntoLines(items);
    return isProse(lines) ? paragraphs(lines) : [block];
  });
  return blocks.length === (page.blocks?.length ?? 0) ? page : { ...page, blocks };
}

type Line = readonly TextItem[];

function isProse(lines: readonly Line[]): boolean {
  const texts = lines.map(lineText);
  const whole = texts.join('');
  const codeSigns = whole.match(/[{}[\]<>=_;|\\#$@]/g)?.length ?? 0;
  if (codeSigns > whole.length * MOST_CODE_SIGNS) return false;
  if (median(texts.map((text) => text.split(/\s+/).length)) < FEWEST_WORDS) return false;
  const widths = lines
    .flat()
    .filter((item) => item.text.length >= LONG_LINE)
    .map((item) => item.width / item.text.length)
    .toSorted((a, b) => a - b);
  if (widths.length < FEWEST_LINES) return false;
  const at = (share: number) => widths[Math.floor(share * (widths.length - 1))] ?? 0;
  return at(0.9) - at(0.1) > LEAST_SPREAD * at(0.5);
}

function paragraphs(lines: readonly Line[]): LayoutBlock[] {
  const rects = lines.map((line) => unionRect(line) ?? { x: 0, y: 0, width: 0, height: 0 });
  const height = median(rects.map((rect) => rect.height));
  const left = median(rects.map((rect) => rect.x));
  const right = rects.map(rightOf).toSorted((a, b) => a - b)[Math.floor(0.9 * (rects.length - 1))] ?? 0;
  const pitch = median(rects.slice(1).map((rect, index) => rect.y - (rects[index]?.y ?? 0)));
  const groups: number[][] = [];
  for (const [index, rect] of rects.entries()) {
    const before = rects[index - 1];
    const begins =
      !before ||
      rect.x - left > INDENT * height ||
      bottomOf(rect) - bottomOf(before) > WIDE_GAP * pitch ||
      rightOf(before) - left < SHORT_LINE * (right - left);
    if (begins) groups.push([index]);
    else groups.at(-1)?.push(index);
  }
  return groups.flatMap((group): LayoutBlock[] => {
    const bbox = unionRect(group.flatMap((index) => rects[index] ?? []));
    const text = joinLines(group.map((index) => lineText(lines[index] ?? [])));
    return bbox ? [{ kind: 'paragraph', text: escapeMarkdown(text), bbox }] : [];
  });
}
