import type { Rect, TextItem } from '@llamaindex/liteparse';
import { encodePng } from '../artifacts/png.ts';
import type { GreyPicture } from './grey-picture.ts';

/** Where a region of the page stands in the collage; both in pixels of the same size. */
interface Slot {
  readonly from: Rect;
  readonly x: number;
  readonly y: number;
}

export interface Collage {
  readonly png: Buffer;
  readonly width: number;
  readonly height: number;
  readonly slots: readonly Slot[];
}

const WIDTH = 1800;
const MOST_HEIGHT = 6000;
/** White around every region, and beside it so much of its height that digits look like words of a line. */
const MARGIN = 4;
const ROW_GAP = 24;

/**
 * Puts regions of a page under each other on white, each in full contrast and dark on light whatever it was: what is
 * pale, or light on dark, or a lone digit, is lost when a page is read as a whole.
 */
export function makeCollage(picture: GreyPicture, regions: readonly Rect[]): Collage | undefined {
  const slots: Slot[] = [];
  let [x, y, rowHeight] = [ROW_GAP, ROW_GAP, 0];
  // Rows of one height look like lines of one print.
  for (const region of regions.toSorted((a, b) => b.height - a.height || a.y - b.y || a.x - b.x)) {
    const from = within(region, picture);
    if (from.width + 2 * ROW_GAP > WIDTH * 1.5) continue;
    if (x > ROW_GAP && x + from.width + ROW_GAP > WIDTH) {
      y += rowHeight + ROW_GAP;
      [x, rowHeight] = [ROW_GAP, 0];
    }
    if (y + from.height + ROW_GAP > MOST_HEIGHT) break;
    slots.push({ from, x, y });
    rowHeight = Math.max(rowHeight, from.height);
    x += from.width + Math.max(12, Math.round(from.height * 0.8));
  }
  if (slots.length === 0) return undefined;
  const width = Math.max(400, ...slots.map((slot) => slot.x + slot.from.width + ROW_GAP));
  const height = Math.max(120, y + rowHeight + ROW_GAP);
  const pixels = new Uint8Array(width * height).fill(255);
  for (const slot of slots) paste(picture, slot, pixels, width);
  return { png: encodePng({ width, height, channels: 1, pixels }), width, height, slots };
}

function within(region: Rect, picture: GreyPicture): Rect {
  const x = Math.max(0, Math.floor(region.x - MARGIN));
  const y = Math.max(0, Math.floor(region.y - MARGIN));
  const right = Math.min(picture.width, Math.ceil(region.x + region.width + MARGIN));
  const bottom = Math.min(picture.height, Math.ceil(region.y + region.height + MARGIN));
  return { x, y, width: right - x, height: bottom - y };
}

/** Brightness becomes distance from the region's ground, stretched to the full range. */
function paste(picture: GreyPicture, { from, x, y }: Slot, pixels: Uint8Array, width: number): void {
  const ground = groundOf(picture, from);
  let most = 1;
  const each = (see: (value: number, column: number, row: number) => void) => {
    for (let row = 0; row < from.height; row += 1) {
      const start = (from.y + row) * picture.width + from.x;
      for (let column = 0; column < from.width; column += 1) {
        see(Math.abs((picture.pixels[start + column] ?? ground) - ground), column, row);
      }
    }
  };
  each((value) => {
    if (value > most) most = value;
  });
  each((value, column, row) => {
    pixels[(y + row) * width + x + column] = 255 - Math.round((value * 255) / most);
  });
}

/** The middle brightness along the region's rim. */
function groundOf(picture: GreyPicture, { x, y, width, height }: Rect): number {
  const rim: number[] = [];
  for (let column = 0; column < width; column += 1) {
    rim.push(picture.pixels[y * picture.width + x + column] ?? 255);
    rim.push(picture.pixels[(y + height - 1) * picture.width + x + column] ?? 255);
  }
  return rim.toSorted((a, b) => a - b)[rim.length >> 1] ?? 255;
}

/**
 * Brings words of the collage back to where they stand in the picture. LiteParse joins words that stand in a row, also
 * over regions; their boxes are shared out by letters.
 */
export function wordsFromCollage(words: readonly TextItem[], slots: readonly Slot[]): TextItem[] {
  return words.flatMap(apart).flatMap((word) => {
    const centreX = word.x + word.width / 2;
    const centreY = word.y + word.height / 2;
    const slot = slots.find(({ x, y, from }) => {
      return centreX >= x && centreX < x + from.width && centreY >= y && centreY < y + from.height;
    });
    if (!slot || word.x < slot.x - MARGIN || word.x + word.width > slot.x + slot.from.width + MARGIN)
      return [];
    return [{ ...word, x: word.x - slot.x + slot.from.x, y: word.y - slot.y + slot.from.y }];
  });
}

function apart(item: TextItem): TextItem[] {
  const letter = item.width / Math.max(1, item.text.length);
  return [...item.text.matchAll(/\S+/g)].map(({ 0: text, index }) => {
    return { ...item, text, x: item.x + letter * index, width: letter * text.length };
  });
}
