import type { Rect } from '@llamaindex/liteparse';
import type { SignReading } from './digit-reader.ts';
import { joinSigns, splitSign, type Sign } from './find-signs.ts';
import type { SignInk } from './sign-picture.ts';

/** Whoever tells digits by their shape. */
export interface SignReader {
  read(sign: SignInk): SignReading;
}

/** A number as it was written. Its place is in pixels. */
export interface WrittenNumber extends Rect {
  readonly text: string;
  /** 0 to 1: that of the digit that is least sure. */
  readonly confidence: number;
}

/** Fewer digits are too little to be told from other strokes. */
const FEWEST_DIGITS = 3;
const MOST_DIGITS = 12;
/** Of each digit. */
const LEAST_CHANCE = 0.8;
/** Lower pieces, as a share of the highest, are specks, points, or parts of a digit. */
const LEAST_PART = 0.45;
/** Larger pieces among the digits, as a share of the tallest, are points, commas and dashes. */
const LEAST_SEPARATOR = 0.12;
/** Ones that lean more, as a share of their height, may be slashes. */
const SLASH = 0.11;
/** What could be a date is left alone: upright slashes look like ones. */
const MAYBE_DATE = /^\d{1,2}1\d{1,2}1(?:\d\d|\d{4})$/;
/** The tallest digit of a number, in heights of the one in the middle. */
const TALLEST = 1.7;
/** Signs of a row are at most so far apart, in heights of the lower one. */
export const FARTHEST = 1.6;
/** Wider signs, as a share of their height, may be two that touch. */
const ONE_DIGIT = 0.8;
/** How much of the sign's middle is looked through for a place to cut. */
const MIDDLE = [0.3, 0.7] as const;

/**
 * The number that signs in a row make up; undefined where one of them is no digit.
 * @param within where something was seen; the row may go on beyond it
 */
export function readNumber(
  signs: readonly Sign[],
  within: Rect,
  reader: SignReader,
): WrittenNumber | undefined {
  const row = inRow(signs, within);
  if (row.length === 0 || row.length > MOST_DIGITS) return undefined;
  const digits: SignReading[] = [];
  for (const [index, sign] of row.entries()) {
    const read = readSign(sign, reader);
    if (!read || (index > 0 && read[0]?.digit === 1 && leanOf(sign) > SLASH)) return undefined;
    digits.push(...read);
  }
  if (digits.length < FEWEST_DIGITS || digits.length > MOST_DIGITS) return undefined;
  const text = digits.map(({ digit }) => digit).join('');
  if (MAYBE_DATE.test(text)) return undefined;
  const x = Math.min(...row.map((sign) => sign.x));
  const y = Math.min(...row.map((sign) => sign.y));
  return {
    text,
    confidence: Math.min(...digits.map(({ chance }) => chance)),
    x,
    y,
    width: Math.max(...row.map((sign) => sign.x + sign.width)) - x,
    height: Math.max(...row.map((sign) => sign.y + sign.height)) - y,
  };
}

/**
 * The signs from left to right, with what belongs to them: the bar of a 5 that was set apart. Empty where they do not
 * stand in a row, or where other ink stands among them.
 */
function inRow(signs: readonly Sign[], within: Rect): readonly Sign[] {
  const tallest = Math.max(
    0,
    ...signs.filter((sign) => overlapOf(sign, within) > 0.5).map(({ height }) => height),
  );
  const main = signs.filter((sign) => sign.height >= tallest * LEAST_PART);
  const row = runOf(main, within);
  for (const sign of signs) {
    const size = Math.max(sign.width, sign.height);
    if (main.includes(sign) || size < tallest * LEAST_SEPARATOR || isOfRule(sign, tallest)) continue;
    const at = row.findIndex((one) => touches(one, sign, tallest));
    const owner = row[at];
    if (owner) row[at] = joinSigns(owner, sign);
    else if (isAmong(sign, row)) return [];
  }
  const isRow = row.every((sign, index) => index === 0 || areLevel(row[index - 1]!, sign));
  return isRow && areOfOneSize(row) ? row : [];
}

/** A rule, or what is left of its rim. */
function isOfRule({ width, height }: Rect, tallest: number): boolean {
  return Math.max(width, height) > tallest || Math.min(width, height) < 2;
}

/** A piece of a frame looks like a one, but for its height. */
function areOfOneSize(row: readonly Rect[]): boolean {
  const heights = row.map(({ height }) => height).toSorted((a, b) => a - b);
  return (heights.at(-1) ?? 0) <= (heights[(heights.length - 1) >> 1] ?? 0) * TALLEST;
}

/** Signs that follow each other closely, of which the first or one further on stands within the place. */
function runOf(signs: readonly Sign[], within: Rect): Sign[] {
  let run: Sign[] = [];
  for (const sign of signs.toSorted((a, b) => a.x - b.x)) {
    const last = run.at(-1);
    const gap = last ? sign.x - (last.x + last.width) : 0;
    if (last && overlapOf(last, sign) > 0.5) run[run.length - 1] = joinSigns(last, sign);
    else if (!last || gap <= Math.min(last.height, sign.height) * FARTHEST) run.push(sign);
    else if (run.some((one) => overlapOf(one, within) > 0.5)) break;
    else run = [sign];
  }
  return run;
}

function areLevel(a: Rect, b: Rect): boolean {
  const shared = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return shared >= Math.min(a.height, b.height) * 0.4;
}

/** Share of the narrower sign's width that lies over or under the other. */
function overlapOf(a: Rect, b: Rect): number {
  const shared = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  return shared / Math.min(a.width, b.width);
}

/** Whether a piece stands between the first and the last of a row, above its foot or a little below. */
function isAmong(piece: Rect, row: readonly Rect[]): boolean {
  const [first, last] = [row[0], row.at(-1)];
  if (!first || !last) return false;
  const top = Math.min(...row.map((one) => one.y));
  const bottom = Math.max(...row.map((one) => one.y + one.height));
  const middle = piece.y + piece.height / 2;
  const low = (bottom - top) * 0.15;
  return piece.x > first.x && piece.x < last.x + last.width && middle > top && middle < bottom + low;
}

function touches(one: Rect, part: Rect, tallest: number): boolean {
  const near = tallest * 0.15;
  const across = part.x < one.x + one.width + near && part.x + part.width > one.x - near;
  const along = part.y < one.y + one.height + near && part.y + part.height > one.y - near;
  return across && along && overlapOf(one, part) > 0.3;
}

/** How far the upper half of a sign stands to the right of the lower one, as a share of its height. */
function leanOf({ width, height, ink }: Sign): number {
  const middles = [0, 0];
  const sums = [0, 0];
  for (let at = 0; at < ink.length; at += 1) {
    const half = at < Math.floor(height / 2) * width ? 0 : 1;
    middles[half]! += ink[at]! * (at % width);
    sums[half]! += ink[at]!;
  }
  return (middles[0]! / (sums[0]! || 1) - middles[1]! / (sums[1]! || 1)) / height;
}

/** The digit of a sign, or of both its halves; undefined where it is none. */
function readSign(sign: Sign, reader: SignReader): SignReading[] | undefined {
  const whole = reader.read(sign);
  if (whole.chance >= LEAST_CHANCE) return [whole];
  if (sign.width < sign.height * ONE_DIGIT) return undefined;
  const halves = cuts(sign).map((column) => splitSign(sign, column).map((half) => reader.read(half)));
  const leastOf = (readings: readonly SignReading[]): number =>
    Math.min(...readings.map(({ chance }) => chance));
  // Two strokes are a letter sooner than two ones.
  const [best] = halves
    .filter((readings) => readings.some(({ digit }) => digit !== 1))
    .toSorted((a, b) => leastOf(b) - leastOf(a));
  return best && leastOf(best) >= LEAST_CHANCE ? best : undefined;
}

const MOST_CUTS = 4;

/** Columns near the middle with the least ink, at which two digits that touch may be parted. */
function cuts({ width, height, ink }: Sign): number[] {
  const columns: { column: number; sum: number }[] = [];
  for (let column = Math.ceil(width * MIDDLE[0]); column <= width * MIDDLE[1]; column += 1) {
    let sum = 0;
    for (let y = 0; y < height; y += 1) sum += ink[y * width + column]!;
    columns.push({ column, sum });
  }
  return columns
    .toSorted((a, b) => a.sum - b.sum)
    .slice(0, MOST_CUTS)
    .map(({ column }) => column);
}
