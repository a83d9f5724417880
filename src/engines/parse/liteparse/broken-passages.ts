import type { LayoutBlock } from '@llamaindex/liteparse';
import { unionRect } from './geometry.ts';
import { endOf, endsEntry, endsParagraph } from './line-ends.ts';
import { cutAfterLetters, lettersOf } from './marked-up-text.ts';
import { BULLET, type Line, type Passage, SAME_LEFT, sidesOf, type UsualPitch } from './passages.ts';
import { middleY } from './tables/words.ts';

/** More than the usual distance of lines by fewer points is none. */
const LEAST_MORE = 2;

/** Whether the entry's second line begins where the text of the first does, and not below the bullet. */
export function isHanging({ block, lines: [first, second] }: Passage): boolean {
  if (block.kind !== 'list_item' || !first || !second || first.textLeft - first.x < SAME_LEFT) return false;
  return Math.abs(second.x - first.textLeft) <= SAME_LEFT;
}

/** The passages that one is, by where its lines end. */
export function brokenUp(passage: Passage, usual: UsualPitch, hangs: boolean): Passage[] {
  const { block, lines } = passage;
  if (lines.length === 1 || block.kind === 'heading') return [passage];
  const { left, right } = sidesOf(lines);
  const groups: Line[][] = [];
  let entry = block.kind === 'list_item' ? lines[0] : undefined;
  for (const [index, line] of lines.entries()) {
    const before = lines[index - 1];
    if (!before) {
      groups.push([line]);
      continue;
    }
    const pitch = usual(before);
    const more = pitch === undefined ? 0 : middleY(line) - middleY(before) - pitch;
    const ratio = pitch === undefined || more < LEAST_MORE ? 1 : 1 + more / pitch;
    const gap = { ratio, ...endOf(before, line, left, right) };
    const isBullet = BULLET.test(line.text);
    const ends =
      (gap.isShort && isBullet) || (entry ? endsEntry(entry, line, gap, hangs) : endsParagraph(gap));
    if (ends) {
      groups.push([line]);
      entry = isBullet ? line : undefined;
    } else groups.at(-1)?.push(line);
  }
  return groups.length > 1 ? (split(block, groups) ?? [passage]) : [passage];
}

/** The block's text cut where its lines part; undefined where they do not tell where that is. */
function split(block: LayoutBlock, groups: readonly (readonly Line[])[]): Passage[] | undefined {
  const { kind, marker = '', bold, italic } = block;
  let text = block.text ?? '';
  const marked = kind === 'list_item' ? lettersOf(marker) : '';
  const drawn = groups.map((group) => lettersOf(group.map((line) => line.text).join(' ')));
  const written = drawn.join('').startsWith(marked + lettersOf(text)) ? marked : '';
  if (drawn.join('') !== written + lettersOf(text)) return undefined;
  const parts: Passage[] = [];
  for (const [index, group] of groups.entries()) {
    const bbox = unionRect(group);
    if (!bbox) return undefined;
    const letters = (drawn[index]?.length ?? 0) - (index === 0 ? written.length : 0);
    const isLast = index === groups.length - 1;
    const cut = isLast ? { head: text, tail: '' } : cutAfterLetters(text, letters);
    if (!cut || cut.head === '') return undefined;
    text = cut.tail;
    const own = { text: cut.head, bbox };
    const style = { ...(bold !== undefined && { bold }), ...(italic !== undefined && { italic }) };
    const part: LayoutBlock = index === 0 ? { ...block, ...own } : { kind: 'paragraph', ...own, ...style };
    parts.push({ block: part, lines: group });
  }
  return parts;
}
