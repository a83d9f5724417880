import type { ParsedPage, TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { layOutAgain } from './lay-out-words.ts';

/** Italics that a writer made by slanting upright letters lean less than this, in degrees. */
const STEEPEST_SLANT = 30;
/** Text that is turned by an angle takes at least this share of the height that the angle gives its length. */
const LEAST_RISE = 0.5;
/** A gap between neighbours on a line is at most this share of the line's height. */
const WIDEST_GAP = 1.5;

/**
 * Takes slanted text for what it is. Writers without an italic font slant an upright one, and LiteParse reads the slant as
 * an angle and leaves the text out of its blocks, as it does with text that is turned. The box tells them apart: a slanted
 * line is as flat as an upright one. Pages without such text come back as they are.
 */
export function uprightSlantedText(page: ParsedPage, options: ParseOptions): ParsedPage {
  const leaning = page.textItems.filter((item) => leans(item));
  if (leaning.length === 0) return page;
  const upright = page.textItems.filter((item) => (item.rotation ?? 0) === 0);
  const slanted = new Set(leaning.filter((item) => isFlat(item)));
  for (const item of leaning)
    if ([...upright, ...slanted].some((other) => other !== item && areNeighbours(item, other)))
      slanted.add(item);
  if (slanted.size === 0) return page;
  const items = page.textItems.map((item) => (slanted.has(item) ? { ...item, rotation: 0 } : item));
  return layOutAgain(page, items, options);
}

/** Degrees from the nearest right angle beyond which text is diagonal. */
const STRAIGHT = 1;

/**
 * Blocks that diagonal text leaves alone. LiteParse puts a watermark on the line that its box begins at, and then leaves
 * the whole line out. The text keeps what it says; the blocks never had it.
 */
export function bodyBesideDiagonals(page: ParsedPage, options: ParseOptions): ParsedPage {
  const straight = page.textItems.filter(({ rotation = 0 }) => (rotation + STRAIGHT) % 90 <= 2 * STRAIGHT);
  if (straight.length === page.textItems.length || straight.length === 0) return page;
  const { blocks = [] } = layOutAgain(page, straight, options);
  return { ...page, blocks };
}

function leans({ rotation = 0, text }: TextItem): boolean {
  const angle = Math.min(rotation, 360 - rotation);
  return angle > 0 && angle <= STEEPEST_SLANT && text.trim() !== '';
}

function isFlat({ rotation = 0, width, height }: TextItem): boolean {
  return height < LEAST_RISE * Math.abs(Math.sin((rotation * Math.PI) / 180)) * width;
}

/** A sign or two are too short to tell; beside text of the same line and height they belong to it. */
function areNeighbours(item: TextItem, other: TextItem): boolean {
  const height = Math.max(item.height, other.height);
  const apart = Math.abs(item.y + item.height / 2 - (other.y + other.height / 2));
  const gap = Math.max(item.x, other.x) - Math.min(item.x + item.width, other.x + other.width);
  return (
    apart < 0.35 * height &&
    gap < WIDEST_GAP * height &&
    gap > -height &&
    Math.min(item.height, other.height) > 0.5 * height
  );
}
