import type { LayoutBlock, TextItem } from '@llamaindex/liteparse';
import { brokenUp, isHanging } from './broken-passages.ts';
import { joinedUp } from './joined-passages.ts';
import { isFull } from './line-ends.ts';
import { lettersOf } from './marked-up-text.ts';
import { type Passage, passagesOf, SAME_LEFT, sidesOf, usualPitch } from './passages.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/**
 * LiteParse ends a paragraph where one and a half lines are empty, and an entry of a list where the next one begins: what
 * stands behind a list becomes part of its last entry, and paragraphs that are a few points apart become one. Here they
 * come apart again, by what tells readers where one ends: the space between them, lines that end before they are full,
 * and lines of a list that begin further left than its text.
 */

/** Print in bold or in italics before other print. Stars that are print themselves are escaped. */
const WHOLE_LINE = /(?<!\\)(\*{1,3})([^*\n]+)(?<!\\)\1(?= \S)/g;

/** A passage, or another block. */
type MaybePassage = Passage | { readonly block: LayoutBlock; readonly lines?: undefined };

/** Blocks of a page with paragraphs and entries of lists ended where they end; the same array where all do. */
export function withParagraphBreaks(
  blocks: readonly DraftBlock[],
  items: readonly TextItem[],
): readonly DraftBlock[] {
  const passages = passagesOf(blocks, items);
  if (!passages) return blocks;
  const all = [...passages.values()];
  const usual = usualPitch(all);
  const hangs = all.some(isHanging);
  const out: MaybePassage[] = [];
  for (const block of blocks) {
    const passage = passages.get(block);
    const [first, ...more]: MaybePassage[] = passage ? brokenUp(passage, usual, hangs) : [{ block }];
    const before = out.at(-1);
    const whole = before?.lines && first?.lines && joinedUp(before, first, usual);
    if (whole) out[out.length - 1] = whole;
    else if (first) out.push(first);
    for (const one of more) out.push(one);
  }
  const mended = out
    .map((one) => withoutWholeLines(one))
    .map((one, index, plain) => asEntry(one, plain[index - 1], plain[index + 1]));
  const isSame = mended.length === blocks.length && mended.every((block, index) => block === blocks[index]);
  return isSame ? blocks : mended;
}

/**
 * Takes the style off lines whose sentence goes on without it in the next one. LiteParse joins runs of text to lines and
 * gives them the style of the first, so a word in bold at a line's beginning makes all of the line bold.
 */
function withoutWholeLines<One extends MaybePassage>(one: One): One {
  const { block, lines = [] } = one;
  const { text = '' } = block;
  if (lines.length < 2 || !text.includes('*')) return one;
  const { right } = sidesOf(lines);
  const full = lines.filter((line, index) => isFull(line, lines[index + 1], right));
  const whole = new Set(full.map((line) => lettersOf(line.text)));
  const plain = text.replaceAll(WHOLE_LINE, (found, _marks: string, inner: string) =>
    whole.has(lettersOf(inner)) ? inner : found,
  );
  return plain === text ? one : { ...one, block: { ...block, text: plain } };
}

/** A paragraph that begins with the bullet of the entry before or behind it is an entry of the same list. */
function asEntry(one: MaybePassage, ...neighbours: readonly (MaybePassage | undefined)[]): LayoutBlock {
  const { block, lines: [first] = [] } = one;
  const marker = block.kind === 'paragraph' ? first?.bullet : undefined;
  if (!first || marker === undefined) return block;
  const isListed = neighbours.some((other) => {
    const [line] = other?.lines ?? [];
    return line?.bullet === marker && Math.abs(line.x - first.x) <= SAME_LEFT;
  });
  const text = isListed ? textBehind(marker, block.text ?? '') : undefined;
  return text === undefined ? block : { ...block, kind: 'list_item', ordered: false, marker, level: 0, text };
}

/** Undefined where the block's text has no such bullet: its lines tell of other print in the same place. */
function textBehind(marker: string, text: string): string | undefined {
  const plain = text.replace(/^\\/, '');
  return plain.startsWith(marker) ? plain.slice(marker.length).trimStart() : undefined;
}
