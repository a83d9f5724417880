import type { ParsedPage, Rect, TextItem } from '@llamaindex/liteparse';
import { cutFractions } from '../../../model/parse-crop.ts';
import type { PagePlace } from './document-source.ts';
import { OCR_DPI } from './lite-config.ts';
import { findMissedInk } from './missed-ink.ts';
import { isOcrWord, wordsBesides } from './ocr-words.ts';
import { makeCollage, wordsFromCollage } from './read-missed.ts';
import { drawPage, type OcrSettings, recognisePicture, scaleWords, type View } from './recognise.ts';

/** Enough to see where something is printed. */
const LOOK_DPI = 72;
/** What is believed of a reading without its context: words, and single signs, which specks look like. */
const LEAST_CONFIDENCE = 0.6;
const LEAST_SIGN_CONFIDENCE = 0.75;

/**
 * Reads what OCR left out of a page: Tesseract tells ink from paper by one threshold for the whole page, which loses
 * pale print and print on colours, and takes lone digits for specks. Looks for ink under no word, and reads such places
 * apart, in full contrast. Pages read whole cost one small drawing more.
 */
export async function addMissedWords(
  page: ParsedPage,
  place: PagePlace,
  view: View,
  settings: OcrSettings,
): Promise<ParsedPage> {
  const { options } = settings;
  const words = page.textItems.filter(isOcrWord);
  const small = await drawPage(place, { ...view, dpi: LOOK_DPI }, options);
  if (!small) return page;
  const scale = small.width / page.width;
  const kept = keptArea(page, settings);
  const regions = findMissedInk(small, scaleWords(words, scale))
    .map((region) => scaleRect(region, 1 / scale))
    .filter((region) => isInside(region, kept));
  if (regions.length === 0) return page;
  const found = await readRegions(page, regions, { place, view, settings }).catch(() => []);
  const added = wordsBesides(found, page.textItems).filter(isBelievable);
  return added.length === 0 ? page : { ...page, textItems: [...page.textItems, ...added] };
}

async function readRegions(
  page: ParsedPage,
  regions: readonly Rect[],
  { place, view, settings }: { place: PagePlace; view: View; settings: OcrSettings },
): Promise<TextItem[]> {
  const picture = await drawPage(place, view, settings.options);
  if (!picture) return [];
  const scale = picture.width / page.width;
  const collage = makeCollage(
    picture,
    regions.map((region) => scaleRect(region, scale)),
  );
  if (!collage) return [];
  const words = await recognisePicture(collage, place, OCR_DPI, settings);
  return scaleWords(wordsFromCollage(words, collage.slots), 1 / scale);
}

function isBelievable({ text, confidence = 0 }: TextItem): boolean {
  const signs = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return signs > 0 && confidence >= (signs === 1 ? LEAST_SIGN_CONFIDENCE : LEAST_CONFIDENCE);
}

/** The part of the page that `crop_box` leaves. */
function keptArea(page: ParsedPage, { options }: OcrSettings): Rect {
  const cut = options.cropBox ? cutFractions(options.cropBox) : undefined;
  const { top, right, bottom, left } = cut ?? { top: 0, right: 0, bottom: 0, left: 0 };
  return {
    x: left * page.width,
    y: top * page.height,
    width: (1 - left - right) * page.width,
    height: (1 - top - bottom) * page.height,
  };
}

function isInside(inner: Rect, outer: Rect): boolean {
  return (
    inner.x >= outer.x &&
    inner.y >= outer.y &&
    inner.x + inner.width <= outer.x + outer.width &&
    inner.y + inner.height <= outer.y + outer.height
  );
}

function scaleRect({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}
