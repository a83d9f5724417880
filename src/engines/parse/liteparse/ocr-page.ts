import { LiteParse, type ParsedPage, type TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { layOutWords } from './lay-out-words.ts';
import { access, OCR_DPI } from './lite-config.ts';
import { takeLineNumbers } from './line-numbers.ts';
import { addMissedWords } from './missed-words.ts';
import type { OcrReason } from './ocr-need.ts';
import { agreement, alignOcrLines, isOcrWord, legibility, looksTurned, meanConfidence, wordsBesides } from './ocr-words.ts';
import type { PageDraft } from './page-draft.ts';
import {
  type Angle,
  type OcrSettings,
  recognise,
  recognisePicture,
  scaleWords,
  type View,
} from './recognise.ts';

/** Largest picture that is read: 40 million pixels, about 160 MB while it is drawn. */
const MOST_PIXELS = 40_000_000;
/** Below this even large print is not read. */
const LEAST_DPI = 50;
/** Enough to tell which way up a page is, at half the time. */
const ORIENTATION_DPI = 120;
/** A turned reading must be this much better than the upright one to be believed. */
const CLEARLY_BETTER = 1.5;
/** From this share of common words on, the text layer was right and stays. */
const SAME_TEXT = 0.5;
/** Words found beside a text layer that make it worth adding them; fewer are specks and ornaments. */
const FEWEST_ADDED_WORDS = 3;
const LEAST_CONFIDENCE = 0.5;

export type OcrPageResult =
  | { readonly kind: 'read'; readonly draft: PageDraft }
  /** The text layer turned out to be as good or better. */
  | { readonly kind: 'text-layer-stays' }
  | { readonly kind: 'failed'; readonly error: string };

/** Reads one page from its picture and lays it out again. Never throws for what is the page's own doing. */
export async function ocrPage(
  place: PagePlace,
  draft: PageDraft,
  reason: OcrReason,
  settings: OcrSettings,
): Promise<OcrPageResult> {
  const dpi = Math.min(OCR_DPI, Math.sqrt((MOST_PIXELS * 72 * 72) / Math.max(1, draft.width * draft.height)));
  if (dpi < LEAST_DPI) {
    const size = `${Math.round(draft.width)} by ${Math.round(draft.height)} points`;
    return { kind: 'failed', error: `The page measures ${size}, which is too large to be read by OCR.` };
  }
  if (reason === 'image-over-page') return readBehindText(place, draft, dpi, settings);
  let best: { page: ParsedPage; angle: Angle };
  try {
    best = await readWell(place, dpi, settings);
  } catch (error) {
    if (reason !== 'no-text') return { kind: 'text-layer-stays' };
    return { kind: 'failed', error: `The page is a picture and its OCR failed: ${firstLine(error)}.` };
  }
  const words = best.page.textItems.filter(isOcrWord);
  if (reason !== 'no-text' && words.length === 0) return { kind: 'text-layer-stays' };
  const read = words.map((word) => word.text).join(' ');
  if (reason === 'garbled' && agreement(read, draft.text) >= SAME_TEXT) return { kind: 'text-layer-stays' };
  return { kind: 'read', draft: layOut(best.page, best.angle, draft, settings.options) };
}

/**
 * Reads a page as well as it can be: turned the right way up, in the language it turns out to be in, and with what a
 * reading of the whole leaves out.
 */
async function readWell(
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
  return { page: await addMissedWords(read, place, view, settings), angle };
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
    const other = await recognise(place, { ...view, languages: name }, settings);
    const confidence = confidenceOf(other);
    if (confidence > best.confidence) best = { page: other, confidence, name };
    else guess.refuse(name);
  }
  guess.current = best.name;
  return best.page;
}

function confidenceOf(page: ParsedPage): number {
  return meanConfidence(page.textItems.filter(isOcrWord)) ?? 0;
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

/**
 * A picture over the whole page with some text beside it. If the picture shows that text (a slide's background),
 * what else is in the picture is added to it. If not (catalogue data hidden over a scan), the picture is the
 * page and the hidden text follows it. LiteParse itself would drop every OCR word that the hidden text touches,
 * so OCR is given the page as a mere picture.
 */
async function readBehindText(
  place: PagePlace,
  draft: PageDraft,
  dpi: number,
  settings: OcrSettings,
): Promise<OcrPageResult> {
  const all = await readAsPicture(place, draft, dpi, settings).catch(() => []);
  const isVisible = agreement(draft.text, all.map((word) => word.text).join(' ')) >= SAME_TEXT;
  const found = isVisible ? wordsBesides(all, draft.textItems) : all;
  const added = found.filter((word) => (word.confidence ?? 0) >= LEAST_CONFIDENCE);
  if (added.length < FEWEST_ADDED_WORDS) return { kind: 'text-layer-stays' };
  const picture = layOut({ ...draft, textItems: added }, 0, draft, settings.options);
  if (!isVisible && settings.options.ignoreHiddenText) return { kind: 'read', draft: picture };
  const [first, second] = isVisible ? [draft, picture] : [picture, draft];
  return {
    kind: 'read',
    draft: {
      ...picture,
      text: `${first.text.trimEnd()}\n\n${second.text}`,
      blocks: [...first.blocks, ...second.blocks],
      textItems: [...first.textItems, ...second.textItems],
    },
  };
}

async function readAsPicture(
  place: PagePlace,
  draft: PageDraft,
  dpi: number,
  settings: OcrSettings,
): Promise<TextItem[]> {
  const [shot] = await new LiteParse({ ...access(settings.options), dpi }).screenshot(place.path, [
    place.page,
  ]);
  if (!shot) return [];
  const picture = { png: shot.imageBuffer, width: shot.width };
  return scaleWords(await recognisePicture(picture, place, dpi, settings), draft.width / shot.width);
}

type WordPage = Pick<ParsedPage, 'width' | 'height' | 'textItems'>;

function layOut(page: WordPage, angle: Angle, draft: PageDraft, options: ParseOptions): PageDraft {
  const confidence = meanConfidence(page.textItems.filter(isOcrWord));
  const numbered = options.annotateLineNumbers ? takeLineNumbers(alignOcrLines(page.textItems)) : undefined;
  return {
    ...draft,
    width: page.width,
    height: page.height,
    source: 'ocr',
    ...layOutWords(numbered?.items ?? page.textItems, page, options),
    // Annotations stand where they were on the page as it was stored, not as it was turned.
    annotations: angle === 0 ? draft.annotations : [],
    orientation: angle,
    ...(numbered && { lineNumbers: numbered.lines }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
