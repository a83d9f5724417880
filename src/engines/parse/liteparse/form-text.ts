import type {
  DocumentAnnotation,
  FormField as LiteField,
  ParsedPage,
  Rect,
  TextItem,
} from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { holdsCentre } from './geometry.ts';
import { layOutAgain } from './lay-out-words.ts';

/** Field flag of ISO 32000-1, table 228. */
export const PASSWORD = 1 << 13;

const CHECKED = '☑';
const UNCHECKED = '☐';
/** Sizes of print that a value is taken to have, in points. */
const SMALLEST_PRINT = 6;
const LARGEST_PRINT = 12;
/** In sizes of print: the width of a letter, the height of a line, and how high a box is that holds several. */
const LETTER = 0.5;
const LINE = 1.2;
const SEVERAL_LINES = 2.4;
const PADDING = 2;
const LONGEST_VALUE = 20_000;
/** Of one page: more values than fit on any, and their signs. */
const MOST_SHOWN = 2_000;
const MOST_SIGNS = 200_000;

/** Something that a viewer shows on the page and that its content does not hold. */
export interface ShownText {
  readonly rect: Rect;
  readonly text: string;
  /** The state of a box rather than something that was filled in. */
  readonly isUnchecked?: boolean;
}

/** What viewers show in a form's fields. */
export function shownValues(widgets: readonly LiteField[]): ShownText[] {
  return widgets.flatMap((widget): ShownText[] => {
    const { rect, type, checked } = widget;
    if (!rect) return [];
    if (type === 'checkbox' || type === 'radiobutton')
      return [checked === true ? { rect, text: CHECKED } : { rect, text: UNCHECKED, isUnchecked: true }];
    const text = valueOf(widget).trim().slice(0, LONGEST_VALUE);
    return text === '' ? [] : [{ rect, text }];
  });
}

function valueOf({ type, value = '', selectedOptions, fieldFlags }: LiteField): string {
  if (type === 'text') return (fieldFlags & PASSWORD) === 0 ? value : '';
  if (type === 'combobox' || type === 'listbox')
    return selectedOptions.length > 0 ? selectedOptions.join(', ') : value;
  return '';
}

/** What was typed onto the page as free text (ISO 32000-1, 12.5.6.6). */
export function typedTexts(annotations: readonly DocumentAnnotation[]): ShownText[] {
  return annotations.flatMap(({ subtype, contents, rect }) => {
    const text = contents?.trim().slice(0, LONGEST_VALUE) ?? '';
    return subtype === 'freetext' && rect && text !== '' ? [{ rect, text }] : [];
  });
}

/**
 * A page with the values of its form and what was typed onto it in their places, where its text layer lacks them:
 * programs that fill forms often leave it to the viewer to draw what they filled in. Pages where nothing was filled in
 * come back as they are.
 */
export function withShownTexts(
  page: ParsedPage,
  shown: readonly ShownText[],
  options: ParseOptions,
): ParsedPage {
  const present = page.textItems.filter((item) => item.text.trim() !== '');
  const missing = shown.filter(
    ({ rect }) => isOnPage(rect, page) && !present.some((item) => holdsCentre(rect, item)),
  );
  if (isNothingFilledIn(missing)) return page;
  return layOutAgain(page, withMissing(page.textItems, bounded(missing)), options);
}

/** Of the letters of a text, pairs that follow each other in its reading as well. */
const LEAST_LIKENESS = 0.5;

/**
 * What OCR read of a page, with what a viewer shows on it: what it made of such a text gives way to the text. Other print
 * below it is the scan's own, which stays; so does what somebody ticked on paper.
 */
export function withShownOverPicture(
  words: readonly TextItem[],
  page: Pick<ParsedPage, 'width' | 'height'>,
  shown: readonly ShownText[],
): readonly TextItem[] {
  const onPage = bounded(shown.filter(({ rect }) => isOnPage(rect, page)));
  const readings = new Set<TextItem>();
  for (const { rect, text, isUnchecked } of onPage) {
    if (isUnchecked === true) continue;
    const below = words.filter((word) => holdsCentre(rect, word));
    const read = below.map((word) => word.text).join('');
    const isReading = text === CHECKED ? countLetters(read) <= 2 : likeness(read, text) >= LEAST_LIKENESS;
    if (isReading) for (const word of below) readings.add(word);
  }
  return isNothingFilledIn(onPage)
    ? words
    : withMissing(
        words.filter((word) => !readings.has(word)),
        onPage,
      );
}

function countLetters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/** Dice's coefficient of the pairs of letters, from 0 to 1. */
function likeness(one: string, other: string): number {
  const [ours, theirs] = [pairsOf(one), pairsOf(other)];
  if (ours.length + theirs.length === 0) return 0;
  const left = new Map<string, number>();
  for (const pair of theirs) left.set(pair, (left.get(pair) ?? 0) + 1);
  let shared = 0;
  for (const pair of ours) {
    const count = left.get(pair) ?? 0;
    if (count === 0) continue;
    shared += 1;
    left.set(pair, count - 1);
  }
  return (2 * shared) / (ours.length + theirs.length);
}

/** Ends count as letters, so that single letters have pairs too. */
function pairsOf(text: string): string[] {
  const letters = text.toLowerCase().match(/[\p{L}\p{N}]/gu) ?? [];
  if (letters.length === 0) return [];
  const closed = ['', ...letters, ''];
  return closed.slice(1).map((letter, index) => `${closed[index]} ${letter}`);
}

/** Boxes alone that nobody ticked say nothing. */
function isNothingFilledIn(shown: readonly ShownText[]): boolean {
  return shown.every(({ isUnchecked }) => isUnchecked === true);
}

/** No more than fits on a page. */
function bounded(shown: readonly ShownText[]): readonly ShownText[] {
  let signs = 0;
  return shown.slice(0, MOST_SHOWN).filter(({ text }) => (signs += text.length) <= MOST_SIGNS);
}

function withMissing(present: readonly TextItem[], missing: readonly ShownText[]): TextItem[] {
  const items = [...present];
  for (const text of missing) printBesideLabel(text, items);
  return items;
}

function isOnPage({ x, y, width, height }: Rect, page: Pick<ParsedPage, 'width' | 'height'>): boolean {
  return width > 2 && height > 2 && x < page.width && y < page.height && x + width > 0 && y + height > 0;
}

/** Words and boxes further apart than this, in points, are no label of each other. */
const FURTHEST_LABEL = 150;
const FURTHEST_BOX_LABEL = 30;
/** Of a field's width, what its label may reach into. */
const OVERLAP = 0.25;

/**
 * Adds a value to the words of its label, so that both are one line whatever the gap: labels and fields in columns would
 * otherwise be read column by column. A value without a label stands in its own place.
 */
function printBesideLabel(shown: ShownText, items: TextItem[]): void {
  const lines = printedLines(shown);
  const [first, ...rest] = lines;
  if (!first) return;
  const isBox = shown.text === CHECKED || shown.text === UNCHECKED;
  const behind = isBox ? labelAt(items, shown.rect, 'behind') : undefined;
  const before = behind === undefined ? labelAt(items, shown.rect, 'before') : undefined;
  const at = behind ?? before;
  const label = at === undefined ? undefined : items[at];
  if (at === undefined || !label) {
    items.push(...lines);
    return;
  }
  const { words: _words, ...plain } = label;
  const x = Math.min(label.x, first.x);
  const right = Math.max(label.x + label.width, first.x + first.width);
  const [left, end] = behind === undefined ? [label, first] : [first, label];
  items[at] = { ...plain, text: `${left.text.trim()} ${end.text.trim()}`, x, width: right - x };
  // Further lines go on below the label, as one paragraph with it.
  items.push(...rest.map((line) => ({ ...line, x })));
}

/** The nearest words on the line of a field, before or behind it. */
function labelAt(items: readonly TextItem[], rect: Rect, side: 'before' | 'behind'): number | undefined {
  const middle = rect.y + Math.min(rect.height, LARGEST_PRINT * LINE + 2 * PADDING) / 2;
  let nearest: { index: number; gap: number } | undefined;
  for (const [index, { text, x, y, width, height, rotation = 0 }] of items.entries()) {
    if (rotation !== 0 || text.trim() === '' || middle < y - 2 || middle > y + height + 2) continue;
    const end = x + width;
    const gap = side === 'before' ? rect.x - end : x - (rect.x + rect.width);
    const isThere =
      side === 'before' ? x < rect.x && end <= rect.x + rect.width * OVERLAP : x >= rect.x + rect.width - 2;
    if (!isThere || gap > (side === 'before' ? FURTHEST_LABEL : FURTHEST_BOX_LABEL)) continue;
    if (nearest === undefined || gap < nearest.gap) nearest = { index, gap };
  }
  return nearest?.index;
}

/** A value as lines of print inside its box. */
function printedLines({ rect, text }: ShownText): TextItem[] {
  const size = Math.min(LARGEST_PRINT, Math.max(SMALLEST_PRINT, rect.height * 0.7));
  const holdsSeveral = rect.height >= SEVERAL_LINES * SMALLEST_PRINT && text.includes('\n');
  const letters = Math.max(8, Math.floor(rect.width / (size * LETTER)));
  const isHigh = rect.height >= SEVERAL_LINES * size;
  const lines = text
    .split(/\r\n?|\n/)
    .flatMap((line) => (isHigh ? wrapped(line, letters) : [line]))
    .filter((line) => line.trim() !== '');
  const first =
    holdsSeveral || isHigh ? rect.y + PADDING : rect.y + Math.max(0, (rect.height - size * LINE) / 2);
  return lines.map((line, index) => ({
    text: line,
    x: rect.x + PADDING,
    y: first + index * size * LINE,
    width: Math.min(rect.width, line.length * size * LETTER),
    height: size,
    fontName: 'Helvetica',
    fontSize: size,
  }));
}

/** Breaks a line between words so that no piece is longer than it may, unless a word is. */
function wrapped(line: string, longest: number): string[] {
  const pieces: string[] = [];
  for (const word of line.split(/\s+/)) {
    const last = pieces.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= longest)
      pieces[pieces.length - 1] = `${last} ${word}`;
    else pieces.push(word);
  }
  return pieces;
}
