import type { ParsedPage } from '@llamaindex/liteparse';
import type { PagePlace } from './document-source.ts';
import { FOREIGN_CONFIDENCE } from './guess-language.ts';
import { addMissedWords } from './missed-words.ts';
import { isOcrWord, legibility, looksTurned, meanConfidence } from './ocr-words.ts';
import { PageLook } from './page-look.ts';
import { type Angle, drawableDpi, type OcrSettings, recognise, type View } from './recognise.ts';
import { addWrittenNumbers } from './written-numbers.ts';

/** Enough to tell which way up a page is, at half the time. */
const ORIENTATION_DPI = 120;
/** A turned reading must be this much better than the upright one to be believed. */
const CLEARLY_BETTER = 1.5;
/** Out of rubbish in one script and rubbish in another neither is to be chosen. */
const CLEARLY_SURER = 0.1;
/** Words lower than this, in points, are read from nearer (4-point print: recall .79 at 200 dpi, .97 at 300). */
const SMALL_PRINT = 4.4;
const SMALL_PRINT_DPI = 300;
const FEWEST_SMALL_WORDS = 10;

/**
 * Reads a page as well as it can be: turned the right way up, in the language it turns out to be in, with what a reading of
 * the whole leaves out, and with numbers that were written by hand.
 */
export async function readWell(
  place: PagePlace,
  dpi: number,
  settings: OcrSettings,
): Promise<{ page: ParsedPage; angle: Angle }> {
  const upright = await recognise(place, { angle: 0, dpi }, settings);
  const isTurned = looksTurned(upright.textItems.filter(isOcrWord));
  const { page, angle } = isTurned
    ? await turnUpright(place, upright, dpi, settings)
    : { page: upright, angle: 0 as const };
  const view = { angle, dpi };
  const read = await readInOtherLanguage(page, place, view, settings);
  const closer = await readSmallPrint(read, place, view, settings);
  const look = new PageLook(place, view, settings);
  return { page: await addWrittenNumbers(await addMissedWords(closer, look), look), angle };
}

/** Only where nobody named the languages. A better reading makes its language that of the pages that follow. */
async function readInOtherLanguage(
  page: ParsedPage,
  place: PagePlace,
  view: View,
  settings: OcrSettings,
): Promise<ParsedPage> {
  const guess = settings.languages;
  if (typeof guess === 'string') return page;
  let best = { page, confidence: confidenceOf(page), name: guess.current };
  for (const name of guess.alternatives(page.textItems.filter(isOcrWord))) {
    const other = await recognise(place, { ...view, languages: guess.notation(name) }, settings);
    const confidence = confidenceOf(other);
    const margin = best.confidence < FOREIGN_CONFIDENCE ? CLEARLY_SURER : 0;
    if (confidence > best.confidence + margin) best = { page: other, confidence, name };
    else guess.refuse(name);
  }
  guess.current = best.name;
  return best.page;
}

function confidenceOf(page: ParsedPage): number {
  return meanConfidence(page.textItems.filter(isOcrWord)) ?? 0;
}

/** Print so small that letters run into each other is looked at from nearer; that is worse for any other. */
async function readSmallPrint(
  page: ParsedPage,
  place: PagePlace,
  view: View,
  settings: OcrSettings,
): Promise<ParsedPage> {
  const words = page.textItems.filter(isOcrWord);
  const heights = words.map((word) => word.height).toSorted((a, b) => a - b);
  const typical = heights[heights.length >> 1] ?? SMALL_PRINT;
  const dpi = drawableDpi(page, SMALL_PRINT_DPI);
  if (typical >= SMALL_PRINT || words.length < FEWEST_SMALL_WORDS || dpi <= view.dpi) return page;
  const closer = await recognise(place, { ...view, dpi }, settings);
  return legibility(closer.textItems.filter(isOcrWord)) > legibility(words) ? closer : page;
}

/** No orientation data for Tesseract is on npm, so the other ways up are tried and the most legible wins. */
async function turnUpright(
  place: PagePlace,
  upright: ParsedPage,
  dpi: number,
  settings: OcrSettings,
): Promise<{ page: ParsedPage; angle: Angle }> {
  let best: { angle: Angle; score: number } = {
    angle: 0,
    score: legibility(upright.textItems) * CLEARLY_BETTER,
  };
  for (const angle of [90, 270, 180] as const) {
    const turned = await recognise(place, { angle, dpi: Math.min(dpi, ORIENTATION_DPI) }, settings);
    const score = legibility(turned.textItems.filter(isOcrWord));
    if (score > best.score) best = { angle, score };
  }
  if (best.angle === 0) return { page: upright, angle: 0 };
  return { page: await recognise(place, { angle: best.angle, dpi }, settings), angle: best.angle };
}
