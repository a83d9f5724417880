import type { ParsedPage } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { parseTargetPages, slicePages } from '../../../model/parse-page-range.ts';
import { DocumentFailure } from '../document-failure.ts';
import { SLICE_PAGES, type OpenDocument, type PageReading, type ReaderInput } from '../reader.ts';
import { AlignedText } from './aligned-text.ts';
import { BrokenWords } from './broken-words.ts';
import { isCutOffJpeg } from './cut-off-jpeg.ts';
import { type DocumentSource, openSource } from './document-source.ts';
import { finishPage } from './finish-page.ts';
import { type AnnotatedPage, readForms } from './form-fields.ts';
import { type ImageShapes, readImageShapes } from './image-shapes.ts';
import type { LiteMedia } from './lite-media.ts';
import { liteParseVersion } from './lite-version.ts';
import { LayerTrust } from './layer-trust.ts';
import { type DraftReading, type OcrContext, readPictures } from './ocr-pass.ts';
import { ocrSettings } from './ocr-settings.ts';
import { type PageDraft, textLayerDraft } from './page-draft.ts';
import { savePictures } from './page-pictures.ts';
import { type PictureSize, picturePdf } from './picture-pdf.ts';
import { createPageViews } from './page-views.ts';
import { RunningBands } from './running-bands.ts';
import { draftTextLayer } from './text-layer-page.ts';
import { readImagePage, readPdfSlice, type TextLayerSlice } from './text-layer-pass.ts';

/** Reads PDF and images: the text layer where there is one, OCR where there is not. */
export async function openWithLiteParse(
  input: Omit<ReaderInput, 'media'> & { readonly media: LiteMedia },
): Promise<OpenDocument> {
  const { options, careful = false } = input;
  const source = openSource(input.path, input.media, input.scratch, {
    hasPassword: options.password !== undefined,
    careful,
  });
  if (input.media === 'jpeg' && isCutOffJpeg(input.path))
    input.warn('The JPEG is cut off: what is there of the picture was read.');
  const ocr = ocrContext(input, source);
  const slices = new SliceReader(source, options, careful);
  const bands = new RunningBands();
  const aligned = new AlignedText();
  const views = input.wantsViews === true ? createPageViews(source, options) : undefined;
  return {
    engine: { name: 'liteparse', version: liteParseVersion() },
    documentPages: await slices.open(),
    offers: ['embedded', 'screenshot', 'layout', 'words'],
    ...(source.media === 'pdf'
      ? { pdfPath: input.path }
      : { makePdf: () => picturePdf(source, slices.pictureSizes, input.warn) }),
    ...(views && { views }),
    async read(pageNumbers) {
      const read = await slices.read(pageNumbers, ocr);
      bands.learn(draftsOf(read));
      views?.forget();
      return finish(read, options);
    },
    async readAgain(pageNumbers, other) {
      const again = ocrContext(input, source, other);
      return finish(await new SliceReader(source, other, careful).read(pageNumbers, again), other);
    },
  };

  /** Turns drafts, whose running bands are known, into pages. */
  async function finish(read: readonly DraftReading[], asked: ParseOptions): Promise<readonly PageReading[]> {
    const readings = asked.alignAcrossPages
      ? read.map((one) => ('draft' in one ? { draft: aligned.align(one.draft) } : one))
      : read;
    const drafts = draftsOf(readings);
    views?.show(drafts);
    const figures = await savePictures(drafts, {
      source,
      options: asked,
      images: input.images,
      warn: input.warn,
    });
    return readings.map((reading): PageReading => {
      if ('fault' in reading) return reading;
      const { draft } = reading;
      return { page: finishPage(draft, bands, asked, { figures }) };
    });
  }
}

function draftsOf(readings: readonly DraftReading[]): PageDraft[] {
  return readings.flatMap((reading) => ('draft' in reading ? [reading.draft] : []));
}

function ocrContext(
  input: Omit<ReaderInput, 'media'>,
  source: DocumentSource,
  options = input.options,
): OcrContext {
  const { tessdataDir, warn } = input;
  let shapes: ImageShapes | undefined;
  const images = () => (shapes ??= readImageShapes(input.path));
  return {
    source,
    options,
    images,
    warn,
    settings: ocrSettings(options, tessdataDir),
    trust: new LayerTrust(),
  };
}

/** Reads slices of pages with both passes; the slice that told the document's length is not read twice. */
class SliceReader {
  /** Of pages that are pictures, those read so far. */
  readonly pictureSizes = new Map<number, PictureSize>();
  readonly #source: DocumentSource;
  readonly #options: ParseOptions;
  readonly #careful: boolean;
  readonly #broken = new BrokenWords();
  #opening: TextLayerSlice | undefined;

  constructor(source: DocumentSource, options: ParseOptions, careful: boolean) {
    this.#source = source;
    this.#options = options;
    this.#careful = careful;
  }

  /** The document's length. For a PDF it comes with the first slice: asking for it alone costs a third of a parse. */
  async open(): Promise<number> {
    if (this.#source.pages !== undefined) return this.#source.pages;
    const { targetPages, maxPages } = this.#options;
    const firstPages = Math.min(SLICE_PAGES, maxPages ?? SLICE_PAGES);
    let choice: { firstPages: number } | { pages: number[] } = { firstPages };
    if (targetPages !== undefined) {
      const range = parseTargetPages(targetPages);
      if (!range.ok) throw new DocumentFailure('INVALID_PAGE_RANGE', range.message);
      choice = { pages: slicePages(range.spans, SLICE_PAGES).next().value ?? [] };
    }
    this.#opening = await readPdfSlice(this.#source, choice, this.#options, this.#careful);
    return this.#opening.documentPages;
  }

  async read(pages: readonly number[], ocr: OcrContext): Promise<DraftReading[]> {
    if (this.#source.media !== 'pdf') return this.#readImages(pages, ocr);
    const opening = this.#opening;
    this.#opening = undefined;
    // The first slice may have been read by an earlier attempt already.
    const isOpening = opening !== undefined && holdsAny(opening, pages);
    const slice = isOpening
      ? opening
      : await readPdfSlice(this.#source, { pages }, this.#options, this.#careful);
    const forms = await readForms(annotatedPages(slice, pages), this.#source, this.#options, ocr.warn);
    const whole = this.#options.disableHeuristics
      ? slice.pages
      : await this.#broken.join(slice.pages, this.#source, this.#options);
    const found: { parsed: ParsedPage; draft: PageDraft }[] = [];
    for (const pageNumber of pages) {
      const page = whole.get(pageNumber);
      if (!page) continue;
      const place = this.#source.locate(pageNumber);
      found.push(
        await draftTextLayer(page, { pageNumber, place, form: forms.get(pageNumber) }, this.#options),
      );
    }
    const readings = await readPictures(found, ocr);
    const byPage = new Map(
      readings.map((reading) => [
        'draft' in reading ? reading.draft.pageNumber : reading.fault.pageNumber,
        reading,
      ]),
    );
    return pages.map(
      (pageNumber) => byPage.get(pageNumber) ?? lostPage(pageNumber, slice.errors.get(pageNumber)),
    );
  }

  async #readImages(pages: readonly number[], ocr: OcrContext): Promise<DraftReading[]> {
    const readings: DraftReading[] = [];
    for (const pageNumber of pages) {
      try {
        const parsed = await readImagePage(this.#source, pageNumber, this.#options);
        this.pictureSizes.set(pageNumber, { width: parsed.width, height: parsed.height });
        readings.push(
          ...(await readPictures(
            [{ parsed, draft: textLayerDraft(parsed, pageNumber, this.#options) }],
            ocr,
          )),
        );
      } catch (error) {
        // One undecodable page of a TIFF leaves the others; a single image is the whole document.
        if (!(error instanceof DocumentFailure) || this.#source.pages === 1) throw error;
        readings.push(lostPage(pageNumber, error.message));
      }
    }
    return readings;
  }
}

function annotatedPages(slice: TextLayerSlice, pages: readonly number[]): AnnotatedPage[] {
  return pages.flatMap((pageNumber) => {
    const annotations = slice.pages.get(pageNumber)?.annotations ?? [];
    return annotations.length > 0 ? [{ pageNumber, annotations }] : [];
  });
}

function holdsAny(slice: TextLayerSlice, pages: readonly number[]): boolean {
  return pages.some((page) => slice.pages.has(page) || slice.errors.has(page));
}

function lostPage(pageNumber: number, detail: string | undefined): DraftReading {
  const error = `The page could not be read: ${detail ?? 'the engine gave nothing back for it'}.`.replace(
    /\.\.$/,
    '.',
  );
  return { fault: { pageNumber, error, isOcrFault: false } };
}
