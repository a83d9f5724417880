import type { LayoutBlock, ParsedPage, Rect, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, holdsCentre, unionRect } from './geometry.ts';
import { lineText } from './line-text.ts';
import { cutAfterLetters, emphasised, joinLines, lettersOf } from './marked-up-text.ts';
import { middleY, rightOf } from './tables/words.ts';

/**
 * LiteParse ends a paragraph where one and a half lines are empty, and an entry of a list where the next one begins: what
 * stands behind a list becomes part of its last entry, and paragraphs that are a few points apart become one. Here they
 * come apart again, by what tells readers where one ends: the space between them, lines that end before they are full,
 * and lines of a list that begin further left than its text.
 */

/** Times the usual distance between lines: from here on it may be that of paragraphs, ... */
const WIDE = 1.25;
/** ... and from here on nothing else. */
const WIDEST = 1.6;
/** ... which is so many points more at least. */
const LEAST_MORE = 2;
/** Lines whose heights differ by more than this share are of different print. */
const SAME_HEIGHT = 0.15;
/** Share of the height by which lines are told apart that have a usual distance each. */
const HEIGHT_STEP = 0.02;
/** Share of the width that the last line of a paragraph leaves empty, where nothing but that tells of its end. */
const EMPTY = 0.15;
/** Part of the lines' distances that is below the usual one: more than half may be those between paragraphs. */
const USUAL_AT = 0.25;
/** Points by which a line begins where the text of its list does. */
const SAME_LEFT = 2.5;
/** Numbers, letters and small Roman numerals before entries: `3.`, `[12]`, `10.4`, `(b)`, `iv.` */
const NUMBER = /^(?:[[(]?\d{1,3}(?:\.\d{1,3})*[\]).:]|\d{1,3}(?:\.\d{1,3})+|\(?(?:\p{L}|[ivxl]{1,5})[).])\s/u;
/** Print in bold or in italics before other print. Stars that are print themselves are escaped. */
const WHOLE_LINE = /(?<!\\)(\*{1,3})([^*\n]+)(?<!\\)\1(?= \S)/g;
const BULLET = /^([•●▪■◦○‣⁃–-])\s+(?=\S)/u;
const RTL_LETTER = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/;

interface Line extends Rect {
  readonly text: string;
  /** Width of the first word, guessed from its share of the letters. */
  readonly firstWord: number;
  /** Where the text begins behind a bullet or a number, if the line has one. */
  readonly textLeft: number;
}

/** A paragraph or an entry of a list with the lines that it was made of. */
interface Passage {
  readonly block: LayoutBlock;
  readonly lines: readonly Line[];
}

/** A passage, or another block. */
type MaybePassage = Passage | { readonly block: LayoutBlock; readonly lines?: undefined };

/** The page with paragraphs and entries of lists ended where they end. */
export function withParagraphBreaks<Page extends Pick<ParsedPage, 'blocks' | 'textItems'>>(page: Page): Page {
  const { blocks = [] } = page;
  const passages = passagesOf(blocks, page.textItems);
  if (!passages) return page;
  const all = [...passages.values()];
  const usual = usualPitch(all);
  const hangs = all.some(isHanging);
  const out: MaybePassage[] = [];
  for (const block of blocks) {
    const passage = passages.get(block);
    const [first, ...more]: MaybePassage[] = passage ? broken(passage, usual, hangs) : [{ block }];
    const before = out.at(-1);
    const whole = before?.lines && first?.lines && joined(before, first, usual);
    if (whole) out[out.length - 1] = whole;
    else if (first) out.push(first);
    for (const one of more) out.push(one);
  }
  const mended = out
    .map((one) => withoutWholeLines(one))
    .map((one, index, plain) => asEntry(one, plain[index - 1], plain[index + 1]));
  const isSame = mended.length === blocks.length && mended.every((block, index) => block === blocks[index]);
  return isSame ? page : { ...page, blocks: mended };
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
  const marker = block.kind === 'paragraph' ? bulletOf(first) : undefined;
  if (!first || marker === undefined) return block;
  const isListed = neighbours.some((other) => {
    const [line] = other?.lines ?? [];
    return line && bulletOf(line) === marker && Math.abs(line.x - first.x) <= SAME_LEFT;
  });
  const text = isListed ? textBehind(marker, block.text ?? '') : undefined;
  return text === undefined ? block : { ...block, kind: 'list_item', ordered: false, marker, level: 0, text };
}

function bulletOf(line: Line | undefined): string | undefined {
  return BULLET.exec(line?.text ?? '')?.[1];
}

/** Undefined where the block's text has no such bullet: its lines tell of other print in the same place. */
function textBehind(marker: string, text: string): string | undefined {
  const plain = text.replace(/^\\/, '');
  return plain.startsWith(marker) ? plain.slice(marker.length).trimStart() : undefined;
}

/** Headings among them, which may be sentences that begin in bold. */
const KINDS: ReadonlySet<LayoutBlock['kind']> = new Set(['paragraph', 'list_item', 'heading']);

/** Text items that are asked for their block. Pages that need more have blocks on top of one another, and no paragraphs. */
const MOST_ASKED = 1_000_000;

/** The passages of a page by their blocks; undefined where the page has too much on top of itself. */
function passagesOf(
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
  const sign = marker === '' ? (BULLET.exec(text)?.[1] ?? '') : marker;
  const word = start.split(' ', 1)[0] ?? '';
  const firstWord = (first.width * word.length) / Math.max(1, start.length);
  let textLeft = x;
  if (sign !== '' && start === sign) textLeft = second?.x ?? x;
  else if (sign !== '' && start.startsWith(sign)) {
    const behind = start.slice(sign.length);
    textLeft = rightOf(first) - (first.width * behind.trimStart().length) / start.length;
  }
  return { x, y, width, height, text, firstWord, textLeft };
}

/** The distance between lines of one paragraph, by the height of their print. */
function usualPitch(passages: readonly Passage[]): UsualPitch {
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
function sidesOf(lines: readonly Line[]): { left: number; right: number } {
  const rect = unionRect(lines);
  return { left: rect?.x ?? 0, right: rect ? rightOf(rect) : 0 };
}

function isSamePrint(one: { readonly height: number }, other: { readonly height: number }): boolean {
  return Math.abs(one.height - other.height) <= SAME_HEIGHT * Math.max(one.height, other.height);
}

/** Whether the entry's second line begins where the text of the first does, and not below the bullet. */
function isHanging({ block, lines: [first, second] }: Passage): boolean {
  if (block.kind !== 'list_item' || !first || !second || first.textLeft - first.x < SAME_LEFT) return false;
  return Math.abs(second.x - first.textLeft) <= SAME_LEFT;
}

/** The distance from a line of this print to the next one of its paragraph. */
type UsualPitch = (line: Line) => number | undefined;

function broken(passage: Passage, usual: UsualPitch, hangs: boolean): Passage[] {
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

/** What the end of a line and the beginning of the next one tell. */
interface LineEnd {
  /** The distance to the next line, by that of the paragraph's. */
  readonly ratio: number;
  /** The next word would have had room. */
  readonly isShort: boolean;
  readonly isMuchShorter: boolean;
  readonly endsSentence: boolean;
  /** The next line does not go on with a small letter. */
  readonly beginsAnew: boolean;
  /** The next line begins with a bullet or a number. */
  readonly beginsEntry: boolean;
  /** The sentence goes on. */
  readonly isOpen: boolean;
}

/** Points that the first word of the next line leaves over on this one. */
function roomFor(next: Line, line: Line, right: number): number {
  return right - rightOf(line) - next.firstWord - line.height / 2;
}

function isFull(line: Line, next: Line | undefined, right: number): boolean {
  return next !== undefined && roomFor(next, line, right) <= 0;
}

function endOf(line: Line, next: Line, left: number, right: number): Omit<LineEnd, 'ratio'> {
  const room = roomFor(next, line, right);
  const endsSentence = /[.!?:;。！？：；]["'”’»)\]]*$/u.test(line.text);
  // Dots and commas that stand lower than their line are lines of their own.
  const goesOn = /^[.,;:!?%)\]}]/.test(next.text);
  const beginsEntry = NUMBER.test(next.text) || BULLET.test(next.text);
  const beginsSmall = !beginsEntry && (goesOn || /^["'“‘«([]*\p{Ll}/u.test(next.text));
  return {
    isShort: room > 0,
    isMuchShorter: room > EMPTY * (right - left),
    endsSentence,
    beginsAnew: !beginsSmall,
    beginsEntry,
    isOpen: beginsSmall && (goesOn || !endsSentence),
  };
}

function endsParagraph(end: LineEnd): boolean {
  if (end.isOpen) return false;
  if (end.ratio >= WIDEST) return true;
  if (end.beginsEntry && end.endsSentence && end.isShort) return true;
  const isSentence = end.endsSentence && end.beginsAnew;
  if (end.ratio >= WIDE) return end.isShort || isSentence;
  return end.isMuchShorter && isSentence;
}

/** Second paragraphs of an entry stay in it: they begin where its text does. */
function endsEntry(entry: Line, line: Line, end: LineEnd, hangs: boolean): boolean {
  const isOutside = line.x < entry.textLeft - SAME_LEFT;
  if (!isOutside || end.isOpen) return false;
  return hangs || end.isShort || end.ratio >= WIDE;
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
function joined(one: Passage, other: Passage, usual: UsualPitch): Passage | undefined {
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
