import type { Box } from '../../../model/document.ts';
import type { PageContent, PlacedWord } from '../parsed-document.ts';
import { linesOfItems } from './item-lines.ts';

/** A run of words with no column gap between them: as a rule a label, a value, a cell, or a line of prose. */
export interface Segment {
  readonly text: string;
  readonly pageNumber: number;
  /** Place of its line on the page. */
  readonly lineIndex: number;
  /** Place of the segment in its line. */
  readonly index: number;
  /** Where it stands: points where the format has places, otherwise steps of a grid that keep columns apart. */
  readonly box: Box;
  /** Its words and their places; empty where the format has none. */
  readonly words: readonly PlacedWord[];
  /** Places of what it was made of, where its own are not known. */
  readonly around: readonly Box[];
}

export interface Line {
  readonly segments: readonly Segment[];
  readonly y: number;
  readonly height: number;
}

/** Gap between words that separates columns, in heights of the line; OCR boxes leave wider spaces. */
const PRINT_GAP = 0.62;
const SCAN_GAP = 1.5;
/** The same in spaces that are usual on the page: typewriters set wide ones. */
const USUAL_SPACES = 1.7;
/** Words share a line when their middles are no further apart than this part of the lower one's height. */
const SAME_LINE = 0.5;

/** The page's text lines: from words where their places are known, otherwise from items. */
export function linesOfPage(page: PageContent): readonly Line[] {
  if (page.words.length === 0) return linesOfItems(page);
  const lines = wordLines(page.words);
  const gap =
    page.confidence === undefined ? Math.max(PRINT_GAP, USUAL_SPACES * usualSpace(lines)) : SCAN_GAP;
  return lines.map((words, lineIndex) => makeLine(words, lineIndex, page.pageNumber, gap));
}

/** The commonest space between words of a page, in heights of its words. */
function usualSpace(lines: readonly (readonly PlacedWord[])[]): number {
  const spaces = lines.flatMap((words) =>
    words.slice(1).flatMap((word, index) => {
      const before = words[index];
      const space = before ? (word.x - before.x - before.w) / Math.max(1, word.h) : 0;
      return space > 0.05 && space < 1 ? [space] : [];
    }),
  );
  return spaces.length < 10 ? 0 : median(spaces);
}

/** Groups words by their middles, from top to bottom; linear after sorting. */
function wordLines(words: readonly PlacedWord[]): PlacedWord[][] {
  const placed = words.filter((word) => word.text.trim() !== '' && word.w > 0);
  const sorted = placed.toSorted((a, b) => a.y + a.h / 2 - (b.y + b.h / 2) || a.x - b.x);
  const lines: { words: PlacedWord[]; middle: number; height: number }[] = [];
  for (const word of sorted) {
    const middle = word.y + word.h / 2;
    const line = lines.at(-1);
    if (line && middle - line.middle <= SAME_LINE * Math.min(word.h, line.height)) {
      line.words.push(word);
      const count = line.words.length;
      line.middle += (middle - line.middle) / count;
      line.height += (word.h - line.height) / count;
    } else {
      lines.push({ words: [word], middle, height: word.h });
    }
  }
  return lines.map((line) => line.words.toSorted((a, b) => a.x - b.x));
}

function makeLine(words: readonly PlacedWord[], lineIndex: number, pageNumber: number, gap: number): Line {
  const height = median(words.map((word) => word.h));
  const runs: PlacedWord[][] = [];
  for (const word of words) {
    const run = runs.at(-1);
    const last = run?.at(-1);
    const near = last && word.x - (last.x + last.w) <= gap * Math.max(4, Math.min(height, word.h * 1.3));
    if (run && near) run.push(word);
    else runs.push([word]);
  }
  const segments = runs.map((run, index): Segment => {
    return {
      text: run.map((word) => word.text).join(' '),
      pageNumber,
      lineIndex,
      index,
      box: boxAround(run),
      words: run,
      around: [],
    };
  });
  return { segments, y: Math.min(...words.map((word) => word.y)), height };
}

/** The smallest box that holds all of them. */
export function boxAround(boxes: readonly Box[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { x, y, w, h } of boxes) {
    left = Math.min(left, x);
    top = Math.min(top, y);
    right = Math.max(right, x + w);
    bottom = Math.max(bottom, y + h);
  }
  if (left === Infinity) return { x: 0, y: 0, w: 0, h: 0 };
  return { x: left, y: top, w: right - left, h: bottom - top };
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
