import type { Line, Segment } from '../layout/lines.ts';
import type { ParsedPage } from '../parsed-document.ts';
import { meaningsOf } from '../vocabulary/words.ts';
import { couldBeLabel, looksLikeLabel, type Label } from './label-index.ts';
import { linesOfValue } from './value-lines.ts';

/** Text that stands where a label's value is expected. */
export interface Place {
  /** Segments it consists of; the text is theirs, joined by spaces. */
  readonly segments: readonly Segment[];
  readonly text: string;
  /** Where in the first segment it begins. */
  readonly start: number;
  /** 0 to 1: how usual the place is. */
  readonly score: number;
  /** The segments are the lines of one value, not cells beside each other. */
  readonly lines?: true;
}

/** Lines below a label among which its value may be, and how far, in heights of the label. */
const MOST_LINES_BELOW = 4;
const FARTHEST_BELOW = 4.5;
/** Segments to the right of a label that are looked at. */
const MOST_RIGHT = 4;
/** How far a cell may reach beyond its label, in points. */
const WIDEST_CELL = 120;
/** What stands beside a segment of which the label is only the beginning: the other words may name something else. */
const BEHIND_MORE_WORDS = 0.85;
/** What it costs to be the first amount of a column. */
const FIRST_OF_SEVERAL = 0.9;
/** Ends in two decimals. */
const AMOUNT = /\d[.,]\d\d\D*$/;
/** Rows of a column that are followed to its total. */
const LONGEST_COLUMN = 60;

/** Where the value of a label may stand: behind it, beside it, below it; the usual place first. */
export function placesOf(label: Label, page: ParsedPage): Place[] {
  const { segment, valueStart, form } = label;
  const line = page.lines[segment.lineIndex];
  if (!line) return [];
  const places: Place[] = [];
  const rest = segment.text.slice(valueStart);
  if (/[\p{L}\d]/u.test(rest)) {
    const start = valueStart + (rest.length - rest.trimStart().length);
    const trimmed = rest.trim();
    places.push({ segments: [segment], text: trimmed, start, score: form === 'colon' ? 1 : 0.9 });
    const right = form === 'prefix' ? placesRight(segment, line, page) : [];
    const weaker = right.map((place) => ({ ...place, score: place.score * BEHIND_MORE_WORDS }));
    return [...places, ...joined(places, line), ...weaker];
  }
  const right = headsColumn(segment, line, page) ? [] : placesRight(segment, line, page);
  places.push(...right);
  places.push(...placesBelow(label, page, right.length > 0));
  return places;
}

/** Segments on the same line, up to the next label. */
function placesRight(segment: Segment, line: Line, page: ParsedPage): Place[] {
  const places: Place[] = [];
  const beside = line.segments.slice(segment.index + 1, segment.index + 1 + MOST_RIGHT);
  for (const next of beside.length > 0 ? beside : slightlyOff(segment, page)) {
    if (looksLikeLabel(next.text)) break;
    const gap = next.box.x - (segment.box.x + segment.box.w);
    const far = Math.min(0.25, Math.max(0, gap - 40) / 1400);
    places.push({ segments: [next], text: next.text, start: 0, score: 0.97 - far - places.length * 0.06 });
  }
  const all = places.flatMap((place) => place.segments);
  const [first] = all;
  const lines = first ? linesOfValue(first, segment, page) : [];
  if (lines.length > 1) {
    const text = lines.map((one) => one.text).join('\n');
    places.unshift({ segments: lines, text, start: 0, score: 0.98, lines: true });
  }
  if (all.length > 1) {
    places.push({ segments: all, text: all.map((one) => one.text).join(' '), start: 0, score: 0.9 });
  }
  return places;
}

/** Cells of a form are not always on one line: what stands to the right, at most a line's height off. */
function slightlyOff(segment: Segment, page: ParsedPage): Segment[] {
  const { x, y, w, h } = segment.box;
  const around = [segment.lineIndex - 1, segment.lineIndex + 1].flatMap(
    (at) => page.lines[at]?.segments ?? [],
  );
  return around
    .filter((one) => one.box.x >= x + w && Math.abs(one.box.y + one.box.h / 2 - y - h / 2) < h * 0.95)
    .toSorted((a, b) => a.box.x - b.box.x)
    .slice(0, 1);
}

/**
 * Whether the label and what stands beside it both head what is below them: then the neighbour is no value. So it is
 * when the neighbour's words are those of labels and the text right below the label is not.
 */
function headsColumn(segment: Segment, line: Line, page: ParsedPage): boolean {
  const next = line.segments[segment.index + 1];
  if (!next || !couldBeLabel(next.text)) return false;
  const height = Math.max(6, segment.box.h);
  const below = page.lines.slice(segment.lineIndex + 1, segment.lineIndex + 4).flatMap((one) => one.segments);
  const own = below.find(
    (one) => overlaps(one, segment) && one.box.y - (segment.box.y + segment.box.h) < 1.6 * height,
  );
  return own !== undefined && !looksLikeLabel(own.text);
}

/** A value that goes on in the next segment: `01/31/20 -` and `02/06/20`. */
function joined(places: readonly Place[], line: Line): Place[] {
  return places.flatMap(({ segments, text, start, score }) => {
    const last = segments.at(-1);
    const next = last && line.segments[last.index + 1];
    if (!next || !last || looksLikeLabel(next.text) || next.box.x - (last.box.x + last.box.w) > 60) return [];
    return [{ segments: [...segments, next], text: `${text} ${next.text}`, start, score: score - 0.04 }];
  });
}

function overlaps(a: Segment, b: Segment): boolean {
  const left = Math.max(a.box.x, b.box.x);
  const right = Math.min(a.box.x + a.box.w, b.box.x + b.box.w);
  return right - left > Math.min(a.box.w, b.box.w) * 0.25;
}

/** Where the cell that a label heads ends: at the next label on its line, or at the page's edge. */
function cellEnd(segment: Segment, page: ParsedPage): number {
  const next = page.lines[segment.lineIndex]?.segments[segment.index + 1];
  const near = [-1, 1].flatMap((step) => page.lines[segment.lineIndex + step]?.segments ?? []);
  const { y, h, x, w } = segment.box;
  const beside = near.filter(
    (one) => one.box.x > x + w && Math.abs(one.box.y - y) < h && looksLikeLabel(one.text),
  );
  return Math.min(next?.box.x ?? Infinity, ...beside.map((one) => one.box.x), x + w + WIDEST_CELL);
}

/** Filled-in forms: a value may stand anywhere in the cell below its label. */
function isInCell(one: Segment, segment: Segment, limit: number): boolean {
  return one.box.x >= segment.box.x - 4 && one.box.x < limit - 2;
}

/** The first text below that is no label; for columns of amounts also the one in the row of totals. */
function placesBelow({ segment, meanings }: Label, page: ParsedPage, besideTaken: boolean): Place[] {
  const places: Place[] = [];
  const limit = cellEnd(segment, page);
  const height = Math.max(6, segment.box.h);
  let found = 0;
  let amounts = 0;
  for (const line of page.lines.slice(segment.lineIndex + 1, segment.lineIndex + 1 + LONGEST_COLUMN)) {
    const distance = line.y - (segment.box.y + segment.box.h);
    const under = line.segments.find((one) => overlaps(one, segment));
    const below =
      under ?? (found === 0 ? line.segments.find((one) => isInCell(one, segment, limit)) : undefined);
    if (found === 0 && distance > FARTHEST_BELOW * height) break;
    if (!below) continue;
    if (found === 0) {
      if (below.lineIndex - segment.lineIndex > MOST_LINES_BELOW) break;
      if (looksLikeLabel(below.text)) {
        if (meaningsOf(below.text).every((meaning) => meanings.has(meaning))) continue;
        break;
      }
      const far = Math.max(0, distance / height - 1) * 0.03;
      const aligned = Math.abs(below.box.x - segment.box.x) < height ? 0.02 : 0;
      const score = (besideTaken ? 0.72 : 0.9) - far + aligned - (under ? 0 : 0.08);
      places.push({ segments: [below], text: below.text, start: 0, score });
      const next = line.segments[below.index + 1];
      if (next && next.box.x - (below.box.x + below.box.w) < 40 && !looksLikeLabel(next.text)) {
        places.push({
          segments: [below, next],
          text: `${below.text} ${next.text}`,
          start: 0,
          score: score - 0.04,
        });
      }
    } else if (/\d/.test(below.text) && below.index > 0 && isTotal(line, meanings)) {
      places.push({ segments: [below], text: below.text, start: 0, score: 0.99 });
      break;
    }
    found += 1;
    if (!/\d/.test(below.text)) break;
    if (AMOUNT.test(below.text)) amounts += 1;
  }
  return amounts > 1 ? places.map(inColumn) : places;
}

/** The first of several amounts below a label is likelier to be one of a column than the label's value. */
function inColumn(place: Place, index: number): Place {
  return index === 0 ? { ...place, score: place.score * FIRST_OF_SEVERAL } : place;
}

/** What makes a total that of something else, unless the column's head says the same. */
const OF_A_PART = ['net', 'sub', 'tax', 'discount', 'shipping', 'advance', 'balance'];

/** A row of totals. `Net total` is none for a column of amounts: the total of all stands below it. */
function isTotal(line: Line, head: ReadonlySet<string>): boolean {
  const [first] = line.segments;
  if (first === undefined || first.text.length >= 30) return false;
  const row = meaningsOf(first.text);
  return row.includes('total') && !OF_A_PART.some((part) => row.includes(part) && !head.has(part));
}
