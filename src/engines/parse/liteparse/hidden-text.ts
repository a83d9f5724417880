import type { ParsedPage, Rect } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import type { GreyPicture } from './grey-picture.ts';
import { layOutAgain } from './lay-out-words.ts';
import { drawPage } from './recognise.ts';
import type { TextAngle } from './sideways-text.ts';

const LOOK_DPI = 72;
/** Brightness must differ by so much of 255 inside a text's box for anything to be seen there. */
const LEAST_CONTRAST = 20;

/**
 * Drops the text that a page does not show: transparent, in the colour of what is below, or covered. Whatever is
 * printed where such text lies counts as the text shown, so a text layer over a scan stays. The rest is laid out again.
 * Comes back as it was when everything is shown, or when the page cannot be drawn.
 */
export async function withoutHiddenText(
  page: ParsedPage,
  view: { readonly place: PagePlace; readonly angle: TextAngle },
  options: ParseOptions,
): Promise<ParsedPage> {
  const items = page.textItems.filter((item) => item.text.trim() !== '');
  if (items.length === 0) return page;
  const picture = await drawPage(view.place, { angle: view.angle, dpi: LOOK_DPI }, options);
  if (!picture) return page;
  const scale = picture.width / page.width;
  const shown = page.textItems.filter((item) => item.text.trim() === '' || isShown(item, picture, scale));
  if (shown.length === page.textItems.length) return page;
  return layOutAgain(page, shown, options);
}

function isShown(item: Rect, picture: GreyPicture, scale: number): boolean {
  const left = Math.max(0, Math.floor(item.x * scale));
  const top = Math.max(0, Math.floor(item.y * scale));
  const right = Math.min(picture.width, Math.ceil((item.x + item.width) * scale));
  const bottom = Math.min(picture.height, Math.ceil((item.y + item.height) * scale));
  let darkest = 255;
  let lightest = 0;
  for (let y = top; y < bottom; y += 1) {
    for (let x = left; x < right; x += 1) {
      const value = picture.pixels[y * picture.width + x] ?? 255;
      if (value < darkest) darkest = value;
      if (value > lightest) lightest = value;
    }
  }
  return lightest - darkest >= LEAST_CONTRAST;
}
