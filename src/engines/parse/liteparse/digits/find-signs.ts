import type { Rect } from '@llamaindex/liteparse';
import type { GreyPicture } from '../grey-picture.ts';
import type { SignInk } from './sign-picture.ts';

/** A piece of ink that hangs together, and where it stands in the picture. */
export interface Sign extends SignInk {
  readonly x: number;
  readonly y: number;
}

/** Difference in brightness that makes ink, as a share of that between paper and the darkest ink. */
const INK = 0.45;
/** Less than this, of 255, and there is nothing but paper. */
const LEAST_CONTRAST = 60;

/** Straight runs of ink this much longer than a digit is high are rules: across, and upright. */
const RULE_ACROSS = 3.5;
const RULE_UPRIGHT = 1.8;

/**
 * Pieces of ink in an area. Rules are taken out, also where a digit touches one; what else reaches the area's edge is left
 * out, because it belongs to something larger.
 * @param height of the digits that are looked for, in pixels
 */
export function findSigns(picture: GreyPicture, area: Rect, height: number): Sign[] {
  const view = cut(picture, area);
  if (view === undefined) return [];
  eraseRules(view, height);
  return piecesOf(view);
}

function eraseRules({ width, height: rows, ink }: SignInk, height: number): void {
  // Both kinds are found before any is taken out, because they cross.
  const ruled = new Uint8Array(ink.length);
  const find = (lines: number, length: number, line: number, step: number, least: number): void => {
    for (let one = 0; one < lines; one += 1) {
      let start = 0;
      for (let at = 0; at <= length; at += 1) {
        if (at < length && ink[one * line + at * step]! >= INK) continue;
        if (at - start > least)
          for (let back = start; back < at; back += 1) ruled[one * line + back * step] = 1;
        start = at + 1;
      }
    }
  };
  find(width, rows, 1, width, height * RULE_UPRIGHT);
  find(rows, width, width, 1, height * RULE_ACROSS);
  for (let at = 0; at < ink.length; at += 1) if (ruled[at] === 1) ink[at] = 0;
}

function piecesOf(view: View): Sign[] {
  const { width, height, ink } = view;
  const owner = new Int32Array(width * height);
  const stack: number[] = [];
  const signs: Sign[] = [];
  for (let start = 0, id = 1; start < ink.length; start += 1) {
    if (ink[start]! < INK || owner[start] !== 0) continue;
    let [left, right, top, bottom] = [width, 0, height, 0];
    stack.push(start);
    owner[start] = id;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx += 1) {
          const next = ny * width + nx;
          if (owner[next] !== 0 || ink[next]! < INK) continue;
          owner[next] = id;
          stack.push(next);
        }
      }
    }
    const atEdge = left === 0 || top === 0 || right === width - 1 || bottom === height - 1;
    if (!atEdge) signs.push(lift(view, owner, id, { left, right, top, bottom }));
    id += 1;
  }
  return signs;
}

interface View extends SignInk {
  readonly x: number;
  readonly y: number;
}

/** The area as ink, 0 where its paper is and 1 where it is darkest. */
function cut({ width: across, height: down, pixels }: GreyPicture, area: Rect): View | undefined {
  const x = Math.max(0, Math.floor(area.x));
  const y = Math.max(0, Math.floor(area.y));
  const width = Math.min(across, Math.ceil(area.x + area.width)) - x;
  const height = Math.min(down, Math.ceil(area.y + area.height)) - y;
  if (width < 4 || height < 4) return undefined;
  const histogram = new Uint32Array(256);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1)
      histogram[pixels[(y + row) * across + x + column] ?? 255]! += 1;
  }
  const paper = quantile(histogram, width * height, 0.6);
  const darkest = quantile(histogram, width * height, 0.004);
  if (paper - darkest < LEAST_CONTRAST) return undefined;
  const ink = new Float32Array(width * height);
  for (let row = 0; row < height; row += 1) {
    for (let column = 0; column < width; column += 1) {
      const value = (paper - (pixels[(y + row) * across + x + column] ?? 255)) / (paper - darkest);
      ink[row * width + column] = Math.min(1, Math.max(0, value));
    }
  }
  return { x, y, width, height, ink };
}

function quantile(histogram: Uint32Array, count: number, share: number): number {
  let seen = 0;
  for (let value = 0; value < 256; value += 1) {
    seen += histogram[value]!;
    if (seen >= count * share) return value;
  }
  return 255;
}

interface Extent {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** One piece without what else is in its box; its pale rim belongs to it. */
function lift(view: View, owner: Int32Array, id: number, { left, right, top, bottom }: Extent): Sign {
  const [width, height] = [right - left + 1, bottom - top + 1];
  const ink = new Float32Array(width * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (top + y) * view.width + left + x;
      if (owner[at] === id || owner[at] === 0) ink[y * width + x] = view.ink[at]!;
    }
  }
  return { x: view.x + left, y: view.y + top, width, height, ink };
}

/** Two pieces as one sign. */
export function joinSigns(a: Sign, b: Sign): Sign {
  const x = Math.min(a.x, b.x);
  const y = Math.min(a.y, b.y);
  const width = Math.max(a.x + a.width, b.x + b.width) - x;
  const height = Math.max(a.y + a.height, b.y + b.height) - y;
  const ink = new Float32Array(width * height);
  for (const one of [a, b]) {
    for (let row = 0; row < one.height; row += 1) {
      for (let column = 0; column < one.width; column += 1) {
        const to = (one.y - y + row) * width + one.x - x + column;
        ink[to] = Math.max(ink[to]!, one.ink[row * one.width + column]!);
      }
    }
  }
  return { x, y, width, height, ink };
}

/** The two sides of a sign that is cut at a column. */
export function splitSign(sign: Sign, column: number): readonly [Sign, Sign] {
  const part = (from: number, width: number): Sign => {
    const ink = new Float32Array(width * sign.height);
    for (let y = 0; y < sign.height; y += 1)
      ink.set(sign.ink.subarray(y * sign.width + from, y * sign.width + from + width), y * width);
    return trimmed({ x: sign.x + from, y: sign.y, width, height: sign.height, ink });
  };
  return [part(0, column), part(column, sign.width - column)];
}

/** Without rows that have no ink. */
function trimmed(sign: Sign): Sign {
  const { width, height, ink } = sign;
  const isInked = (row: number): boolean => {
    for (let x = 0; x < width; x += 1) if (ink[row * width + x]! >= INK) return true;
    return false;
  };
  let [top, bottom] = [0, height - 1];
  while (top < bottom && !isInked(top)) top += 1;
  while (bottom > top && !isInked(bottom)) bottom -= 1;
  const rows = bottom - top + 1;
  return { ...sign, y: sign.y + top, height: rows, ink: ink.slice(top * width, (top + rows) * width) };
}
