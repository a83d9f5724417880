import { LiteParse, type PageComplexityStats, type ParsedPage } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PageFault } from '../reader.ts';
import type { DocumentSource } from './document-source.ts';
import type { ImageShapes } from './image-shapes.ts';
import type { LayerTrust } from './layer-trust.ts';
import { access, pageChoice } from './lite-config.ts';
import { ocrReason, type OcrReason, suspectOcr } from './ocr-need.ts';
import { ocrPage } from './ocr-page.ts';
import type { PageDraft } from './page-draft.ts';
import { largePictures, readPictureText, readStamps, stampsOn } from './picture-text.ts';
import type { OcrSettings } from './recognise.ts';

/** A page as it was read, before it is turned into items; or why it could not be. */
export type DraftReading = { readonly draft: PageDraft } | { readonly fault: PageFault };

export interface OcrContext {
  readonly source: DocumentSource;
  readonly options: ParseOptions;
  /** Undefined when this installation has no OCR data at all. */
  readonly settings: OcrSettings | undefined;
  /** Images of a PDF, found once and only when asked for. */
  readonly images: () => ImageShapes;
  /** What is known of the document's text layer. */
  readonly trust: LayerTrust;
  /** Collects sentences for the document's owner. */
  readonly warn: (sentence: string) => void;
}

export const NO_OCR_DATA =
  'The page is a picture without a text layer, and this server has no OCR language data. ' +
  'Install the npm package @tesseract.js-data/eng or point the server at a tessdata directory.';

/**
 * The second pass over a slice: every page that the text layer does not account for is read by OCR, and becomes
 * a fault where that is not possible. Pages keep their order.
 */
export async function readPictures(
  pages: readonly { readonly parsed: ParsedPage; readonly draft: PageDraft }[],
  context: OcrContext,
): Promise<DraftReading[]> {
  const reasons = context.options.ignoreTextInImage
    ? new Map<number, OcrReason>()
    : await findReasons(pages, context);
  const readings: DraftReading[] = [];
  for (const { draft } of pages) {
    const reason = reasons.get(draft.pageNumber) ?? doubt(draft, context);
    readings.push(
      reason === undefined ? await readTyped(draft, context) : await readPicture(draft, reason, context),
    );
  }
  return readings;
}

async function findReasons(
  pages: readonly { readonly parsed: ParsedPage; readonly draft: PageDraft }[],
  context: OcrContext,
): Promise<ReadonlyMap<number, OcrReason>> {
  const reasons = new Map<number, OcrReason>();
  if (context.source.media !== 'pdf') {
    for (const { draft } of pages) reasons.set(draft.pageNumber, 'no-text');
    return reasons;
  }
  const suspects = pages.filter(({ parsed }) => suspectOcr(parsed, context.images) === 'possible');
  if (suspects.length === 0) return reasons;
  const measured = await measure(
    suspects.map(({ draft }) => draft.pageNumber),
    context,
  );
  for (const { draft } of suspects) {
    const stats = measured.get(draft.pageNumber);
    // A page that cannot even be measured is read, not trusted.
    const reason = stats ? ocrReason(stats, draft) : 'no-text';
    if (reason === 'no-text' && stats && isOnlyText(stats, draft) && context.settings === undefined) continue;
    if (reason !== undefined) reasons.set(draft.pageNumber, reason);
  }
  return reasons;
}

async function measure(
  pages: readonly number[],
  { source, options }: OcrContext,
): Promise<ReadonlyMap<number, PageComplexityStats>> {
  const parser = new LiteParse({ ...access(options), ocrEnabled: false, ...pageChoice({ pages }) });
  try {
    const stats = await parser.isComplex(source.locate(pages[0] ?? 1).path);
    return new Map(stats.map((page) => [page.pageNumber, page]));
  } catch {
    // One unreadable page fails the whole measurement; without it every suspect is read.
    return new Map();
  }
}

/** A title or divider page: a few words and no picture. Without OCR its text layer is all there is to have. */
function isOnlyText(stats: PageComplexityStats, draft: PageDraft): boolean {
  return (
    stats.textLength > 0 && !stats.fullPageImage && !stats.hasSubstantialImages && draft.text.trim() !== ''
  );
}

function doubt({ text }: PageDraft, { source, options, settings, trust }: OcrContext): OcrReason | undefined {
  const canCheck = settings !== undefined && source.media === 'pdf' && !options.ignoreTextInImage;
  return canCheck && trust.doubts(text) ? 'garbled' : undefined;
}

/** A page that its text layer accounts for; there may be pictures with text and stamps beside it. */
async function readTyped(draft: PageDraft, context: OcrContext): Promise<DraftReading> {
  const { settings, options, source } = context;
  if (!settings || options.ignoreTextInImage || source.media !== 'pdf') return { draft };
  // Pictures are looked for on the page as it is stored.
  if ((draft.orientation ?? 0) !== 0) return { draft };
  const place = source.locate(draft.pageNumber);
  const pictures = largePictures(draft, context.images);
  const read = pictures.length > 0 ? await readPictureText(draft, pictures, place, settings) : draft;
  const stamps = stampsOn(read, options);
  return { draft: stamps.length > 0 ? await readStamps(read, stamps, place, settings) : read };
}

async function readPicture(draft: PageDraft, reason: OcrReason, context: OcrContext): Promise<DraftReading> {
  const { pageNumber } = draft;
  if (!context.settings) {
    if (reason === 'no-text') return { fault: { pageNumber, error: NO_OCR_DATA, isOcrFault: true } };
    context.warn(
      `Page ${pageNumber} may hold text in pictures that was not read: this server has no OCR data.`,
    );
    return { draft };
  }
  const result = await ocrPage(context.source.locate(pageNumber), draft, reason, context.settings);
  if (result.kind === 'read') return { draft: result.draft };
  if (result.kind === 'failed') return { fault: { pageNumber, error: result.error, isOcrFault: true } };
  if (reason === 'garbled') {
    context.trust.convince();
    context.warn(`The text layer of page ${pageNumber} looks unusual; please check it.`);
  }
  return { draft };
}
