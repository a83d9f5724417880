import type { Box, Item, ReadPage, Word } from '../../../model/document.ts';
import { encodeItem } from '../../../model/parse-wire.ts';
import { escapeMarkdown } from '../items/markup.ts';
import { groupIntoLines, roundPoint, unionRect } from '../liteparse/geometry.ts';

type Wire = { readonly [key: string]: unknown };

/** A word with its place spelled out, as lines are gathered by it. */
interface PlacedWord {
  readonly text: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * A page's items with the places of their lines, words and cells (contract 8.3, `grounded_items`). `span` is where a
 * word or line stands in the item's markdown, in UTF-16 units; a word that is not found there is left out.
 * @param levels what was asked for: `line`, `word`, `cell`
 */
export function encodeGroundedItems(page: ReadPage, levels: ReadonlySet<string>): string {
  const words = (page.words ?? []).map(({ text, box }) => {
    return { text, x: box.x, y: box.y, width: box.w, height: box.h };
  });
  const taken = new Set<PlacedWord>();
  const items = page.items.map((item) => groundItem(item, words, taken, levels));
  return JSON.stringify({
    page_number: page.pageNumber,
    page_width: page.width,
    page_height: page.height,
    success: true,
    items,
  });
}

function groundItem(
  item: Item,
  words: readonly PlacedWord[],
  taken: Set<PlacedWord>,
  levels: ReadonlySet<string>,
): Wire {
  const wire = encodeItem(item);
  if (item.type === 'table') {
    const rows = item.cellBoxes?.map((row) => row.map((box) => (box ? { bbox: box } : null)));
    return levels.has('cell') && rows ? { ...wire, grounding: { source: 'md', rows } } : wire;
  }
  if (item.type === 'link' || item.type === 'image' || !(levels.has('line') || levels.has('word'))) {
    return wire;
  }
  const own = words.filter((word) => !taken.has(word) && item.boxes.some((box) => holds(box, word)));
  for (const word of own) taken.add(word);
  const lines = groundLines(item.md, own, levels);
  return lines.length === 0 ? wire : { ...wire, grounding: { source: 'md', lines } };
}

/** A word stands no further than this behind the one before it; what does not is not searched for on and on. */
const LONGEST_GAP = 300;

function groundLines(md: string, words: readonly PlacedWord[], levels: ReadonlySet<string>): Wire[] {
  let from = 0;
  return groupIntoLines(words).flatMap((line) => {
    const found = line.flatMap((word) => {
      const span = spanOf(word.text, md, from);
      if (!span) return [];
      from = span[1];
      return [{ span, bbox: boxAround([word]) }];
    });
    const [first] = found;
    const last = found.at(-1);
    if (!first || !last) return [];
    const span = [first.span[0], last.span[1]];
    return [{ span, bbox: boxAround(line), ...(levels.has('word') && { words: found }) }];
  });
}

function spanOf(text: string, md: string, from: number): readonly [start: number, end: number] | undefined {
  const window = md.slice(from, from + LONGEST_GAP + text.length);
  for (const written of new Set([text, escapeMarkdown(text)])) {
    const at = window.indexOf(written);
    if (at >= 0) return [from + at, from + at + written.length];
  }
  return undefined;
}

function holds(box: Box, word: PlacedWord): boolean {
  const x = word.x + word.width / 2;
  const y = word.y + word.height / 2;
  return x >= box.x - 1 && x <= box.x + box.w + 1 && y >= box.y - 1 && y <= box.y + box.h + 1;
}

function boxAround(words: readonly PlacedWord[]): Box {
  const { x, y, width, height } = unionRect(words) ?? { x: 0, y: 0, width: 0, height: 0 };
  return { x: roundPoint(x), y: roundPoint(y), w: roundPoint(width), h: roundPoint(height) };
}

/** One word of `raw_words`: a JSON object with its page and place, and of OCR how sure it was. */
export function encodeWord(pageNumber: number, { text, box, confidence }: Word): string {
  return JSON.stringify({
    page_number: pageNumber,
    text,
    x: box.x,
    y: box.y,
    w: box.w,
    h: box.h,
    confidence,
  });
}
