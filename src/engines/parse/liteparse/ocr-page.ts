import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LiteParse, type ParsedPage, type TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { access, layoutConfig, OCR_DPI, ocrConfig, pageChoice } from './lite-config.ts';
import type { OcrReason } from './ocr-need.ts';
import {
  agreement,
  alignOcrLines,
  isOcrWord,
  legibility,
  looksTurned,
  meanConfidence,
  wordsBesides,
} from './ocr-words.ts';
import type { PageDraft } from './page-draft.ts';

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

export interface OcrSettings {
  readonly tessdataDir: string;
  /** Tesseract's notation, `eng+fra`. */
  readonly languages: string;
  readonly options: ParseOptions;
}

export type OcrPageResult =
  | { readonly kind: 'read'; readonly draft: PageDraft }
  /** The text layer turned out to be as good or better. */
  | { readonly kind: 'text-layer-stays' }
  | { readonly kind: 'failed'; readonly error: string };

type Angle = 0 | 90 | 180 | 270;

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
    const upright = await recognise(place, 0, dpi, settings);
    best = { page: upright, angle: 0 };
    if (looksTurned(upright.textItems.filter(isOcrWord)))
      best = await turnUpright(place, upright, dpi, settings);
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

async function recognise(
  place: PagePlace,
  angle: Angle,
  dpi: number,
  settings: OcrSettings,
): Promise<ParsedPage> {
  const { options, tessdataDir, languages } = settings;
  const parser = new LiteParse({
    ...ocrConfig(options, { tessdataDir, languages, dpi }),
    ...pageChoice({ pages: [place.page] }),
    ...(angle === 0 ? {} : { pageOrientationCorrections: [{ page: place.page, angle }] }),
  });
  const result = await parser.parse(place.path);
  const page = result.pages[0];
  if (!page) throw new Error(result.pageErrors[0]?.message ?? 'the page could not be drawn');
  return page;
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
    const turned = await recognise(place, angle, Math.min(dpi, ORIENTATION_DPI), settings);
    const score = legibility(turned.textItems.filter(isOcrWord));
    if (score > best.score) best = { angle, score };
  }
  if (best.angle === 0) return { page: upright, angle: 0 };
  return { page: await recognise(place, best.angle, dpi, settings), angle: best.angle };
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
  const picture = join(dirname(place.path), 'page.png');
  writeFileSync(picture, shot.imageBuffer);
  const page = await recognise({ path: picture, page: 1 }, 0, dpi, settings);
  const scale = draft.width / page.width;
  return page.textItems.filter(isOcrWord).map(({ text, confidence = 0, x, y, width, height }) => {
    // Without `words`, which its types call optional, LiteParse refuses the item.
    return {
      text,
      confidence,
      words: [],
      x: x * scale,
      y: y * scale,
      width: width * scale,
      height: height * scale,
    };
  });
}

type WordPage = Pick<ParsedPage, 'width' | 'height' | 'text' | 'textItems'>;

function layOut(page: WordPage, angle: Angle, draft: PageDraft, options: ParseOptions): PageDraft {
  const textItems = alignOcrLines(page.textItems);
  const input = { pageNumber: 1, pageWidth: page.width, pageHeight: page.height, textItems };
  const laidOut = new LiteParse(layoutConfig(options)).parsePages([input]).pages[0];
  const confidence = meanConfidence(page.textItems.filter(isOcrWord));
  return {
    ...draft,
    width: page.width,
    height: page.height,
    source: 'ocr',
    text: laidOut?.text ?? page.text,
    blocks: laidOut?.blocks ?? [],
    textItems,
    // Annotations stand where they were on the page as it was stored, not as it was turned.
    annotations: angle === 0 ? draft.annotations : [],
    orientation: angle,
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
