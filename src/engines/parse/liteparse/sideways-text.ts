import { LiteParse, type ParsedPage, type TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { pageChoice, textLayerConfig } from './lite-config.ts';

/** Clockwise degrees by which a page's text is turned. */
export type TextAngle = 0 | 90 | 180 | 270;

/** Share of a page's letters that must be turned alike for the page to lie on its side or on its head. */
const LEAST_SHARE = 0.8;
const FEWEST_LETTERS = 40;
/** Text counts as turned by a right angle when it is off by no more than this many degrees. */
const SLACK = 3;

/** The angle of nearly all text of a page; 0 where the text is upright, mixed or too little to tell. */
export function textAngle(items: readonly TextItem[]): TextAngle {
  if (items.every(({ rotation = 0 }) => Math.abs(rotation) < 90 - SLACK)) return 0;
  const letters = new Map<TextAngle, number>();
  let all = 0;
  for (const { text, rotation = 0 } of items) {
    const count = text.replaceAll(/\s/g, '').length;
    all += count;
    for (const angle of [90, 180, 270] as const)
      if (Math.abs(rotation - angle) <= SLACK) letters.set(angle, (letters.get(angle) ?? 0) + count);
  }
  if (all < FEWEST_LETTERS) return 0;
  for (const [angle, count] of letters) if (count >= all * LEAST_SHARE) return angle;
  return 0;
}

/**
 * Reads a page again whose text lies on its side or on its head, such as a wide table on an upright sheet: LiteParse lays
 * such text out only in part, and takes some of it apart. The page then measures as it is read, turned.
 * With a crop box the page stays as it is, because the box is of the page as stored.
 */
export async function turnUpright(
  page: ParsedPage,
  place: PagePlace,
  options: ParseOptions,
): Promise<{ readonly page: ParsedPage; readonly angle: TextAngle }> {
  const angle = options.cropBox ? 0 : textAngle(page.textItems);
  if (angle === 0) return { page, angle };
  const config = {
    ...textLayerConfig(options),
    ...pageChoice({ pages: [place.page] }),
    pageOrientationCorrections: [{ page: place.page, angle }],
  };
  const turned = await new LiteParse(config)
    .parse(place.path)
    .then((result) => result.pages[0])
    .catch(() => undefined);
  if (!turned || lettersIn(turned) < lettersIn(page)) return { page, angle: 0 };
  // Links stand where they were on the page as it was stored, not as it was turned.
  return { page: { ...turned, annotations: [] }, angle };
}

function lettersIn(page: ParsedPage): number {
  return page.textItems.reduce((sum, { text }) => sum + text.replaceAll(/\s/g, '').length, 0);
}
