import type { ParsedPage, Rect, TextItem } from '@llamaindex/liteparse';
import { OCR_DPI } from './lite-config.ts';
import { findMissedInk } from './missed-ink.ts';
import { isOcrWord, wordsBesides } from './ocr-words.ts';
import { scaleRect, type PageLook } from './page-look.ts';
import { makeCollage, wordsFromCollage } from './read-missed.ts';
import { recognisePicture, scaleWords } from './recognise.ts';

/** What is believed of a reading without its context: words, and single signs, which specks look like. */
const LEAST_CONFIDENCE = 0.6;
const LEAST_SIGN_CONFIDENCE = 0.75;

/**
 * Reads what OCR left out of a page: Tesseract tells ink from paper by one threshold for the whole page, which loses
 * pale print and print on colours, and takes lone digits for specks. Looks for ink under no word, and reads such places
 * apart, in full contrast. Pages read whole cost one small drawing more.
 */
export async function addMissedWords(page: ParsedPage, look: PageLook): Promise<ParsedPage> {
  const words = page.textItems.filter(isOcrWord);
  const small = await look.small();
  if (!small) return page;
  const scale = small.width / page.width;
  const regions = findMissedInk(small, scaleWords(words, scale))
    .map((region) => scaleRect(region, 1 / scale))
    .filter((region) => look.keeps(region, page));
  if (regions.length === 0) return page;
  const found = await readRegions(page, regions, look).catch(() => []);
  const added = wordsBesides(found, page.textItems).filter(isBelievable);
  return added.length === 0 ? page : { ...page, textItems: [...page.textItems, ...added] };
}

async function readRegions(page: ParsedPage, regions: readonly Rect[], look: PageLook): Promise<TextItem[]> {
  const picture = await look.whole();
  if (!picture) return [];
  const scale = picture.width / page.width;
  const collage = makeCollage(
    picture,
    regions.map((region) => scaleRect(region, scale)),
  );
  if (!collage) return [];
  const words = await recognisePicture(collage, look.place, OCR_DPI, look.settings);
  return scaleWords(wordsFromCollage(words, collage.slots), 1 / scale);
}

function isBelievable({ text, confidence = 0 }: TextItem): boolean {
  const signs = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  return signs > 0 && confidence >= (signs === 1 ? LEAST_SIGN_CONFIDENCE : LEAST_CONFIDENCE);
}
