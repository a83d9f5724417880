import type { LayoutBlock } from '@llamaindex/liteparse';
import { unionRect } from './geometry.ts';
import { endOf } from './line-ends.ts';
import { emphasised, joinLines } from './marked-up-text.ts';
import { isSamePrint, type Passage, SAME_LEFT, sidesOf, type UsualPitch } from './passages.ts';
import { middleY } from './tables/words.ts';

/** Lines of a paragraph are at most this part further apart than usual. */
const SLACK = 1.2;
/** Points by which the lines of an entry, such as of a bibliography, are set in. */
const HANGING = { least: 3, most: 60 };
/** More lines than a page's paragraphs have: what grows line by line is copied for each. */
const MOST_LINES = 300;

/**
 * Two passages that are one: LiteParse takes a line that is set in for the beginning of a paragraph, also where all lines
 * but the first of an entry are, and one that is set out for the end of an entry of a list.
 * @returns undefined where they are two
 */
export function joinedUp(one: Passage, other: Passage, usual: UsualPitch): Passage | undefined {
  const [last, next] = [one.lines.at(-1), other.lines[0]];
  if (!last || !next || other.block.kind !== 'paragraph' || !isSamePrint(last, next)) return undefined;
  if (one.lines.length + other.lines.length > MOST_LINES) return undefined;
  const pitch = middleY(next) - middleY(last);
  if (pitch <= 0.5 * last.height || pitch > SLACK * (usual(last) ?? last.height)) return undefined;
  const lines = [...one.lines, ...other.lines];
  const { left, right } = sidesOf(lines);
  const end = endOf(last, next, left, right);
  const indent = next.x - last.x;
  if (end.isShort || Math.abs(indent) > HANGING.most) return undefined;
  const hangs =
    one.lines.length === 1 &&
    other.lines.length > 1 &&
    indent >= HANGING.least &&
    !end.beginsEntry &&
    other.lines.every(({ x }) => Math.abs(x - next.x) <= SAME_LEFT);
  const isHeading = one.block.kind === 'heading';
  const isSame = !isHeading && isSameStyle(one.block, other.block);
  const bbox = unionRect(lines);
  if (!bbox || !(end.isOpen || (hangs && isSame))) return undefined;
  const text = isSame
    ? joinLines([one.block.text ?? '', other.block.text ?? ''])
    : joinLines([styled(one), styled(other)]);
  const block: LayoutBlock = isHeading ? { kind: 'paragraph' } : one.block;
  return { block: { ...block, ...(!isSame && { bold: false, italic: false }), text, bbox }, lines };
}

/** A passage's text with its style; a line whose sentence goes on in another style is styled at its beginning only. */
function styled({ block, lines }: Passage): string {
  return lines.length > 1 ? emphasised(block) : (block.text ?? '');
}

function isSameStyle(one: LayoutBlock, other: LayoutBlock): boolean {
  return (one.bold ?? false) === (other.bold ?? false) && (one.italic ?? false) === (other.italic ?? false);
}
