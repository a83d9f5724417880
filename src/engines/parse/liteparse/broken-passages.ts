import type { LayoutBlock } from '@llamaindex/liteparse';
import { unionRect } from './geometry.ts';
import { endOf, endsEntry, endsParagraph } from './line-ends.ts';
import { cutAfterLetters, lettersOf } from './marked-up-text.ts';
import { type Line, type Passage, SAME_LEFT, sidesOf, type UsualPitch } from './passages.ts';
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
    const isBullet = line.bullet !== undefined;
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
  const { kind, text = '', marker = '', bold, italic } = block;
  const drawn = groups.map((group) => group.map((line) => line.text).join(' '));
  const texts = asDrawn(text, marker, drawn) ?? cut(text, kind === 'list_item' ? marker : '', drawn);
  if (!texts) return undefined;
  const style = { ...(bold !== undefined && { bold }), ...(italic !== undefined && { italic }) };
  const parts: Passage[] = [];
  for (const [index, lines] of groups.entries()) {
    const bbox = unionRect(lines);
    if (!bbox) return undefined;
    const own = { text: texts[index] ?? '', bbox };
    const part: LayoutBlock = index === 0 ? { ...block, ...own } : { kind: 'paragraph', ...own, ...style };
    parts.push({ block: part, lines });
  }
  return parts;
}

/** Most texts are just their lines, and nothing needs to be counted. */
function asDrawn(text: string, marker: string, drawn: readonly string[]): readonly string[] | undefined {
  const [first = '', ...more] = drawn;
  const behind = first.startsWith(marker) ? first.slice(marker.length).trimStart() : first;
  const texts = [behind, ...more];
  return behind !== '' && texts.join(' ') === text ? texts : undefined;
}

/** Cuts by the letters of the lines, where the text has signs of markdown or words that lines have divided. */
function cut(text: string, marker: string, drawn: readonly string[]): readonly string[] | undefined {
  const marked = lettersOf(marker);
  const lettersDrawn = drawn.map(lettersOf);
  const whole = lettersDrawn.join('');
  const own = lettersOf(text);
  const written = whole.startsWith(marked + own) ? marked : '';
  if (whole !== written + own) return undefined;
  const texts: string[] = [];
  let rest = text;
  for (const [index, { length }] of lettersDrawn.slice(0, -1).entries()) {
    const parts = cutAfterLetters(rest, index === 0 ? length - written.length : length);
    if (!parts || parts.head === '') return undefined;
    texts.push(parts.head);
    rest = parts.tail;
  }
  return rest === '' ? undefined : [...texts, rest];
}
