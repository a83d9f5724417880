import type { LayoutBlock, Rect, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, holdsCentre, unionRect } from './geometry.ts';
import { lineText } from './line-text.ts';
import { middleY, rightOf } from './tables/words.ts';

/** Lines whose heights differ by more than this share are of different print. */
const SAME_HEIGHT = 0.15;
/** Share of the height by which lines are told apart that have a usual distance each. */
const HEIGHT_STEP = 0.02;
/** Part of the lines' distances that is below the usual one: more than half may be those between paragraphs. */
const USUAL_AT = 0.25;
/** Points by which a line begins where the text of its list does. */
export const SAME_LEFT = 2.5;
/** A bullet before an entry. */
const BULLET = /^([•●▪■◦○‣⁃–-])\s+(?=\S)/u;
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

/** A line of print. */
export interface Line extends Rect {
  readonly text: string;
  /** The bullet that it begins with. */
  readonly bullet: string | undefined;
  /** Width of the first word, guessed from its share of the letters. */
  readonly firstWord: number;
  /** Where the text begins behind a bullet or a number, if the line has one. */
  readonly textLeft: number;
}

/** A paragraph or an entry of a list with the lines that it was made of. */
export interface Passage {
  readonly block: LayoutBlock;
  readonly lines: readonly Line[];
}

/** Headings among them, which may be sentences that begin in bold. */
const KINDS: ReadonlySet<LayoutBlock['kind']> = new Set(['paragraph', 'list_item', 'heading']);

/** Text items that are asked for their block. Pages that need more have blocks on top of one another, and no paragraphs. */
const MOST_ASKED = 1_000_000;

/** The passages of a page by their blocks; undefined where the page has too much on top of itself. */
export function passagesOf(
  blocks: readonly LayoutBlock[],
  items: readonly TextItem[],
): Map<LayoutBlock, Passage> | undefined {
  const written = items.filter((item) => (item.rotation ?? 0) === 0 && item.text.trim() !== '');
  const sorted = written.toSorted((a, b) => middleY(a) - middleY(b));
  const passages = new Map<LayoutBlock, Passage>();
  let asked = 0;
  for (const block of blocks) {
    const beside = KINDS.has(block.kind) && block.bbox ? itemsBeside(block.bbox, sorted) : [];
    asked += beside.length;
    if (asked > MOST_ASKED) return undefined;
    const passage = passageOf(block, beside);
    if (passage) passages.set(block, passage);
  }
  return passages;
}

/** The items at the height of a block, of items from top to bottom. */
function itemsBeside({ y, height }: Rect, items: readonly TextItem[]): readonly TextItem[] {
  const firstBelow = (edge: number): number => {
    let [low, high] = [0, items.length];
    while (low < high) {
      const half = Math.floor((low + high) / 2);
      const item = items[half];
      if (item && middleY(item) < edge) low = half + 1;
      else high = half;
    }
    return low;
  };
  // As far out as a middle may lie and still be the block's.
  return items.slice(firstBelow(y - 2), firstBelow(y + height + 2));
}

function passageOf(block: LayoutBlock, items: readonly TextItem[]): Passage | undefined {
  const { kind, bbox, text = '' } = block;
  if (!bbox || RTL_LETTER.test(text)) return undefined;
  const own = items.filter((item) => holdsCentre(bbox, item));
  const marker = kind === 'list_item' ? (block.marker ?? '').trim() : '';
  const lines = groupIntoLines(own).flatMap((line, index) => lineOf(line, index === 0 ? marker : '') ?? []);
  return lines.length > 0 ? { block, lines } : undefined;
}

function lineOf(items: readonly TextItem[], marker: string): Line | undefined {
  const rect = unionRect(items);
  const [first, second] = items;
  if (!rect || !first) return undefined;
  const { x, y, width, height } = rect;
  const text = lineText(items);
  const start = first.text.trim();
  const bullet = BULLET.exec(text)?.[1];
  const sign = marker === '' ? (bullet ?? '') : marker;
  const blank = start.indexOf(' ');
  const firstWord = blank < 0 ? first.width : (first.width * blank) / start.length;
  let textLeft = x;
  if (sign !== '' && start === sign) textLeft = second?.x ?? x;
  else if (sign !== '' && start.startsWith(sign)) {
    const behind = start.slice(sign.length);
    textLeft = rightOf(first) - (first.width * behind.trimStart().length) / start.length;
  }
  return { x, y, width, height, text, bullet, firstWord, textLeft };
}

/** The distance between lines of one paragraph, by the height of their print. */
export function usualPitch(passages: readonly Passage[]): UsualPitch {
  const pitches: { height: number; pitch: number }[] = [];
  for (const { lines } of passages)
    for (const [index, line] of lines.entries()) {
      const next = lines[index + 1];
      if (!next || !isSamePrint(line, next)) continue;
      const pitch = middleY(next) - middleY(line);
      if (pitch > 0.8 * line.height) pitches.push({ height: line.height, pitch });
    }
  pitches.sort((a, b) => a.pitch - b.pitch);
  const found = new Map<number, number | undefined>();
  return (line) => {
    // Looked for once for print that is about as high: recognised lines have all a height of their own.
    const step = Math.round(Math.log(line.height) / HEIGHT_STEP);
    if (!found.has(step)) {
      const height = Math.exp(step * HEIGHT_STEP);
      const like = pitches.filter((other) => isSamePrint(other, { height }));
      found.set(step, like[Math.floor(like.length * USUAL_AT)]?.pitch);
    }
    return found.get(step);
  };
}

/** The edges of lines. */
export function sidesOf(lines: readonly Line[]): { left: number; right: number } {
  const rect = unionRect(lines);
  return { left: rect?.x ?? 0, right: rect ? rightOf(rect) : 0 };
}

export function isSamePrint(one: { readonly height: number }, other: { readonly height: number }): boolean {
  return Math.abs(one.height - other.height) <= SAME_HEIGHT * Math.max(one.height, other.height);
}

/** The distance from a line of this print to the next one of its paragraph. */
export type UsualPitch = (line: Line) => number | undefined;
