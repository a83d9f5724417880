import type { Rect } from '@llamaindex/liteparse';
import { around } from './geometry.ts';
import type { GreyPicture } from './grey-picture.ts';

/** Difference in brightness to what lies around, of 255, that makes ink. */
const LEAST_CONTRAST = 36;
/** Side of the squares whose middle brightness is taken for the ground. */
const TILE = 12;
/** Lines and areas longer than this many pixels both ways are no letters. */
const LONGEST_STROKE = 32;
/** Letters of a line are at most so far apart, in pixels. */
const REACH_X = 3;
/** Heights of print, in pixels. */
const LEAST_HEIGHT = 4;
const MOST_HEIGHT = 50;
const FEWEST_INK = 5;
/** A picture full of specks is a photograph; a page's worth of lines is not missed by OCR but absent from it. */
const MOST_REGIONS = 250;

/** Places where something is printed that no word covers; in pixels. Empty when the page was read whole. */
export function findMissedInk(picture: GreyPicture, words: readonly Rect[]): readonly Rect[] {
  const ink = inkOf(picture);
  for (const word of words) clear(ink, picture, grow(word, 1.5));
  removeStrokes(ink, picture);
  const pieces = componentsOf(ink, picture).filter(
    (piece) => piece.height >= LEAST_HEIGHT && piece.height <= MOST_HEIGHT && piece.ink >= FEWEST_INK,
  );
  if (pieces.length > MOST_REGIONS * 4) return [];
  const lines = joinLines(pieces);
  return lines.length > MOST_REGIONS ? [] : lines;
}

/** 1 where a pixel stands out from its surroundings, darker or lighter. */
function inkOf({ width, height, pixels }: GreyPicture): Uint8Array {
  const columns = Math.ceil(width / TILE);
  const rows = Math.ceil(height / TILE);
  const ground = new Uint8Array(columns * rows);
  const histogram = new Uint16Array(256);
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      // A tile and half of its neighbours, so that a large letter does not become its own ground.
      histogram.fill(0);
      let count = 0;
      const bottom = Math.min(height, (row + 1.5) * TILE);
      const right = Math.min(width, (column + 1.5) * TILE);
      for (let y = Math.max(0, (row - 0.5) * TILE); y < bottom; y += 2) {
        for (let x = Math.max(0, (column - 0.5) * TILE); x < right; x += 2) {
          const value = pixels[y * width + x] ?? 0;
          histogram[value] = (histogram[value] ?? 0) + 1;
          count += 1;
        }
      }
      ground[row * columns + column] = medianOf(histogram, count);
    }
  }
  const ink = new Uint8Array(width * height);
  for (let y = 0; y < height; y += 1) {
    const tileRow = Math.floor(y / TILE) * columns;
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      const contrast = (pixels[at] ?? 0) - (ground[tileRow + Math.floor(x / TILE)] ?? 0);
      if (contrast >= LEAST_CONTRAST || contrast <= -LEAST_CONTRAST) ink[at] = 1;
    }
  }
  return ink;
}

function medianOf(histogram: Uint16Array, count: number): number {
  let seen = 0;
  for (let value = 0; value < 256; value += 1) {
    seen += histogram[value] ?? 0;
    if (seen * 2 >= count) return value;
  }
  return 255;
}

function clear(ink: Uint8Array, { width, height }: GreyPicture, area: Rect): void {
  const right = Math.min(width, Math.ceil(area.x + area.width));
  const bottom = Math.min(height, Math.ceil(area.y + area.height));
  for (let y = Math.max(0, Math.floor(area.y)); y < bottom; y += 1) {
    const left = Math.max(0, Math.floor(area.x));
    if (right > left) ink.fill(0, y * width + left, y * width + right);
  }
}

/** Rules, frames and the edges of coloured areas. */
function removeStrokes(ink: Uint8Array, { width, height }: GreyPicture): void {
  const remove = (lines: number, length: number, step: number, stride: number) => {
    for (let line = 0; line < lines; line += 1) {
      let start = 0;
      for (let at = 0; at <= length; at += 1) {
        if (at < length && ink[line * stride + at * step] === 1) continue;
        if (at - start >= LONGEST_STROKE) {
          for (let back = start; back < at; back += 1) ink[line * stride + back * step] = 0;
        }
        start = at + 1;
      }
    }
  };
  remove(height, width, 1, width);
  remove(width, height, width, 1);
}

interface Piece extends Rect {
  readonly ink: number;
}

/** Pieces of ink that hang together, give or take a letter's gap along the line. */
function componentsOf(ink: Uint8Array, { width, height }: GreyPicture): Piece[] {
  const pieces: Piece[] = [];
  const stack: number[] = [];
  for (let start = 0; start < ink.length; start += 1) {
    if (ink[start] !== 1) continue;
    let [left, right, top, bottom, count] = [width, 0, height, 0, 0];
    stack.push(start);
    ink[start] = 0;
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      const x = at % width;
      const y = (at - x) / width;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
      count += 1;
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny += 1) {
        for (let nx = Math.max(0, x - REACH_X); nx <= Math.min(width - 1, x + REACH_X); nx += 1) {
          const next = ny * width + nx;
          if (ink[next] !== 1) continue;
          ink[next] = 0;
          stack.push(next);
        }
      }
    }
    pieces.push({ x: left, y: top, width: right - left + 1, height: bottom - top + 1, ink: count });
  }
  return pieces;
}

/** Words that follow each other on one line become one region: OCR reads lines better than single words. */
function joinLines(pieces: readonly Piece[]): Rect[] {
  const lines: Rect[] = [];
  for (const piece of pieces.toSorted((a, b) => a.x - b.x)) {
    const index = lines.findIndex((line) => {
      const gap = piece.x - (line.x + line.width);
      const shared = Math.min(line.y + line.height, piece.y + piece.height) - Math.max(line.y, piece.y);
      return (
        gap <= Math.min(line.height, piece.height) * 1.2 && shared * 2 >= Math.min(line.height, piece.height)
      );
    });
    const line = lines[index];
    if (line) lines[index] = around(line, piece);
    else lines.push({ x: piece.x, y: piece.y, width: piece.width, height: piece.height });
  }
  return lines;
}

function grow(area: Rect, by: number): Rect {
  return { x: area.x - by, y: area.y - by, width: area.width + 2 * by, height: area.height + 2 * by };
}
