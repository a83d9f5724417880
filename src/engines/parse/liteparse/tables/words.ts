import type { Rect, TextItem } from '@llamaindex/liteparse';
import { escapeMarkdown } from '../../items/markup.ts';
import { groupIntoLines, unionRect } from '../geometry.ts';

/** A word with its place on the page, in points from the top left. */
export interface Word extends Rect {
  readonly text: string;
  /** Whether the word is read from left to right. */
  readonly upright: boolean;
}

/** Words of one line that stand closer together than columns do. */
export interface Segment extends Rect {
  readonly words: readonly Word[];
}

/** Words further apart than this share of the line's height belong to different cells, or to nothing in common. */
const CELL_GAP = 0.6;
/** Glyphs closer than this share of their height were set as one word (raised numbers, kerning). */
const WORD_GAP = 0.1;

/** Sizes below this are scaled by the text matrix and say nothing. */
const SMALLEST_FONT = 4;
const TALL_BOX = 1.8;
const LINE_HEIGHT = 1.2;

/** The words of a page; a text item that spans columns comes apart into its words, a turned one stays whole. */
export function pageWords(items: readonly TextItem[]): Word[] {
  const found: Word[] = [];
  for (const item of items) {
    const whole = item.text.trim();
    if (whole === '') continue;
    if ((item.rotation ?? 0) !== 0) {
      const { x, y, width, height } = item;
      found.push({ text: whole, x, y, width, height, upright: false });
      continue;
    }
    const { y, height } = lineBox(item);
    const words = item.words && item.words.length > 0 ? item.words : estimated(item);
    for (const { text, x, width } of words) {
      const word = text.trim();
      if (word !== '') found.push({ text: word, x, y, width, height, upright: true });
    }
  }
  return found;
}

/** Widest space between the words of one item, as a share of its height: where a gap is wider, LiteParse ends the item. */
const WIDEST_SPACE = 0.3;

/** Where the words of an item stand, by their share of its letters. */
function estimated(item: TextItem): readonly { text: string; x: number; width: number }[] {
  const { text, x, width, height } = item;
  if (!text.includes(' ')) return [{ text, x, width }];
  const words = text.split(' ');
  const spaces = words.length - 1;
  const space = Math.min(width / text.length, WIDEST_SPACE * height);
  const letter = (width - spaces * space) / Math.max(1, text.length - spaces);
  let left = x;
  return words.map((word) => {
    const place = { text: word, x: left, width: word.length * letter };
    left += place.width + space;
    return place;
  });
}

/** The item's line: some fonts claim a box twice as high as their letters, which stand at its foot. */
function lineBox({ y, height, fontSize = 0 }: TextItem): { y: number; height: number } {
  if (fontSize < SMALLEST_FONT || height < TALL_BOX * fontSize) return { y, height };
  return { y: y + height - LINE_HEIGHT * fontSize, height: LINE_HEIGHT * fontSize };
}

/** Cuts the words of one line, which stand from left to right, into segments. */
export function segmentsOf(line: readonly Word[], gap = CELL_GAP): Segment[] {
  const groups: Word[][] = [];
  let right = 0;
  for (const word of line) {
    const group = groups.at(-1);
    if (group && word.x - right <= gap * word.height) group.push(word);
    else groups.push([word]);
    right = group && groups.at(-1) === group ? Math.max(right, word.x + word.width) : word.x + word.width;
  }
  const segments: Segment[] = [];
  for (const words of groups) {
    const rect = unionRect(words);
    if (!rect) continue;
    // Named one by one: V8 takes many times as long for a spread, and a page has hundreds of these.
    const { x, y, width, height } = rect;
    segments.push({ x, y, width, height, words });
  }
  return segments;
}

/** Words as text, line by line, with the signs escaped that markdown gives a meaning to. */
export function textOf(words: readonly Word[]): string {
  return escapeMarkdown(groupIntoLines(words).map(lineText).join(' '));
}

function lineText(line: readonly Word[]): string {
  let text = '';
  let right = Number.POSITIVE_INFINITY;
  for (const word of line) {
    text += (text !== '' && word.x - right > WORD_GAP * word.height ? ' ' : '') + word.text;
    right = word.x + word.width;
  }
  return text;
}

export function rightOf(rect: Rect): number {
  return rect.x + rect.width;
}

export function bottomOf(rect: Rect): number {
  return rect.y + rect.height;
}

export function middleX(rect: Rect): number {
  return rect.x + rect.width / 2;
}

export function middleY(rect: Rect): number {
  return rect.y + rect.height / 2;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

/** Whether half of the smaller lies in the other. */
export function overlaps(a: Rect, b: Rect): boolean {
  const width = Math.min(rightOf(a), rightOf(b)) - Math.max(a.x, b.x);
  const height = Math.min(bottomOf(a), bottomOf(b)) - Math.max(a.y, b.y);
  if (width <= 0 || height <= 0) return false;
  return width * height > 0.5 * Math.min(a.width * a.height, b.width * b.height);
}
