import type { Item, ReadPage } from '../../../model/document.ts';
import { looksOdd } from '../liteparse/layer-trust.ts';

/** Fewer letters may be all that a page's text layer knows of what it shows. */
const FEWEST_LETTERS = 200;
/** Signs without a meaning, of all: a font that says nothing about its letters has many. */
const MOST_MEANINGLESS = 0.005;
/** A picture over this share of the page may say as much as the text. */
const LARGE_PICTURE = 0.1;

/**
 * Whether a page needs no model (contract 7.2, `cost_optimizer`): it is running text out of a text layer that makes sense.
 * What a model reads better stays for it: tables, forms, pictures that may be charts, scans, and whatever is doubtful.
 */
export function isReadWell(page: ReadPage): boolean {
  if (page.source !== 'text_layer' && page.source !== 'native') return false;
  if ((page.fields?.length ?? 0) > 0 || (page.originalOrientationAngle ?? 0) !== 0) return false;
  const letters = page.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters < FEWEST_LETTERS || looksOdd(page.text)) return false;
  const meaningless = page.text.match(/[\p{Co}\uFFFD]|(?!\s)\p{Cc}/gu)?.length ?? 0;
  if (meaningless > letters * MOST_MEANINGLESS) return false;
  return !page.items.some((item) => item.type === 'table' || isLargePicture(item, page));
}

/** A picture without a place may be of any size. */
function isLargePicture(item: Item, { width, height }: ReadPage): boolean {
  if (item.type !== 'image') return false;
  const box = item.boxes[0];
  return !box || box.w * box.h > width * height * LARGE_PICTURE;
}
