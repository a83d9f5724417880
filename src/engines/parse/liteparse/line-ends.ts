import { type Line, SAME_LEFT } from './passages.ts';
import { rightOf } from './tables/words.ts';

/** Times the usual distance between lines: from here on it may be that of paragraphs, ... */
const WIDE = 1.25;
/** ... and from here on nothing else. */
const WIDEST = 1.6;
/** Share of the width that the last line of a paragraph leaves empty, where nothing but that tells of its end. */
const EMPTY = 0.15;
/** Numbers, letters and small Roman numerals before entries: `3.`, `[12]`, `10.4`, `(b)`, `iv.` */
const NUMBER = /^(?:[[(]?\d{1,3}(?:\.\d{1,3})*[\]).:]|\d{1,3}(?:\.\d{1,3})+|\(?(?:\p{L}|[ivxl]{1,5})[).])\s/u;

/** Signs at the end of a line that may close its sentence. */
const LONGEST_END = 6;

/** What the end of a line and the beginning of the next one tell. */
export interface LineEnd {
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

/** Whether the first word of the next line had no room on it. */
export function isFull(line: Line, next: Line | undefined, right: number): boolean {
  return next !== undefined && roomFor(next, line, right) <= 0;
}

/** What a line and the one below it tell, between the edges of their passage. */
export function endOf(line: Line, next: Line, left: number, right: number): Omit<LineEnd, 'ratio'> {
  const room = roomFor(next, line, right);
  const endsSentence = /[.!?:;。！？：；]["'”’»)\]]*$/u.test(line.text.slice(-LONGEST_END));
  // Dots and commas that stand lower than their line are lines of their own.
  const goesOn = /^[.,;:!?%)\]}]/.test(next.text);
  const beginsEntry = NUMBER.test(next.text) || next.bullet !== undefined;
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

/** Whether a paragraph ends with a line. */
export function endsParagraph(end: LineEnd): boolean {
  if (end.isOpen) return false;
  if (end.ratio >= WIDEST) return true;
  if (end.beginsEntry && end.endsSentence && end.isShort) return true;
  const isSentence = end.endsSentence && end.beginsAnew;
  if (end.ratio >= WIDE) return end.isShort || isSentence;
  return end.isMuchShorter && isSentence;
}

/** Whether an entry of a list ends before a line. Second paragraphs of an entry stay in it: they begin where its text does. */
export function endsEntry(entry: Line, line: Line, end: LineEnd, hangs: boolean): boolean {
  const isOutside = line.x < entry.textLeft - SAME_LEFT;
  if (!isOutside || end.isOpen) return false;
  return hangs || end.isShort || end.ratio >= WIDE;
}
