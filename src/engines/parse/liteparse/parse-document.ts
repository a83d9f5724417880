import {
  countPages,
  parseTargetPages,
  resolvePageSpans,
  slicePages,
  type PageSpan,
} from '../../../model/parse-page-range.ts';
import { resolveParseOptions, type ResolvedParseOptions } from '../../../model/parse-options.ts';
import type { ParseSummary } from '../../../model/parse-result.ts';
import { PackWriter } from '../pack-writer.ts';
import type { ParseOutcome } from '../port.ts';
import { type DocumentSource, openSource } from './document-source.ts';
import { DocumentFailure } from './failure.ts';
import { finishPage } from './finish-page.ts';
import { type ImageShapes, readImageShapes } from './image-shapes.ts';
import { missingLanguages, tesseractName } from './ocr-languages.ts';
import { type OcrContext, type PageReading, readPictures } from './ocr-pass.ts';
import { textLayerDraft } from './page-draft.ts';
import { PageTally } from './page-tally.ts';
import type { DocumentTask } from './protocol.ts';
import { mendRightToLeft } from './right-to-left.ts';
import { RunningBands } from './running-bands.ts';
import { readImagePage, readPdfSlice, type TextLayerSlice } from './text-layer-pass.ts';
import { cutFractions } from '../../../model/parse-crop.ts';

/** Pages handled together: memory stays flat however long the document, and repetition is still seen. */
const SLICE_PAGES = 100;

/** What the document's supervisor needs to know early: the deadline grows with the pages. */
export interface DocumentExtent {
  readonly documentPages: number;
  readonly askedPages: number;
}

/** Parses one document and writes its pack. Throws only what is not the document's doing. */
export async function parseDocument(
  task: DocumentTask,
  scratch: string,
  onExtent: (extent: DocumentExtent) => void,
): Promise<ParseOutcome> {
  const writer = new PackWriter(task.outputDir);
  try {
    const started = performance.now();
    const resolved = resolveParseOptions(task.parameters);
    const summarise = await writePages(task, scratch, resolved, writer, onExtent);
    const pack = writer.finish();
    const seconds = Math.round(performance.now() - started) / 1000;
    return { kind: 'success', ...pack, summary: summarise(seconds) };
  } catch (error) {
    writer.discard();
    if (error instanceof DocumentFailure)
      return { kind: 'failure', code: error.code, message: error.message };
    throw error;
  }
}

async function writePages(
  task: DocumentTask,
  scratch: string,
  { options, optionsNotApplied }: ResolvedParseOptions,
  writer: PackWriter,
  onExtent: (extent: DocumentExtent) => void,
): Promise<(seconds: number) => ParseSummary> {
  const source = openSource(task.inputPath, task.fileName, scratch);
  const warnings: string[] = [];
  const ocr = ocrContext(task, source, options, (sentence) => warnings.push(sentence));
  const reader = new SliceReader(source, options);
  const documentPages = await reader.open();
  if (documentPages === 0) {
    throw new DocumentFailure(
      'NO_DATA_FOUND_IN_FILE',
      'The document has no pages. Export it again and upload it.',
    );
  }
  const spans = askedSpans(options, documentPages, task.maxPages);
  const tally = new PageTally(countPages(spans), options);
  onExtent({ documentPages, askedPages: tally.total });
  const bands = new RunningBands();
  for (const slice of slicePages(spans, SLICE_PAGES)) {
    const readings = await reader.read(slice, ocr);
    bands.learn(readings.flatMap((reading) => ('draft' in reading ? [reading.draft] : [])));
    for (const reading of readings) {
      if ('fault' in reading) {
        tally.addFault(reading.fault);
        writer.add({ success: false, pageNumber: reading.fault.pageNumber, error: reading.fault.error });
      } else {
        const page = finishPage(reading.draft, bands, options);
        tally.add(page.source);
        writer.add(page);
      }
    }
  }
  tally.assertEnoughPages();
  const emptyCrop = options.cropBox !== undefined && cutFractions(options.cropBox) === undefined;
  return (seconds) => ({
    engine: task.engine,
    documentPages,
    pages: tally.counts(),
    seconds,
    optionsNotApplied: emptyCrop ? [...optionsNotApplied, 'crop_box'] : optionsNotApplied,
    warnings,
  });
}

function askedSpans(
  options: ResolvedParseOptions['options'],
  documentPages: number,
  mostPages: number,
): readonly PageSpan[] {
  const range = resolvePageSpans(options, documentPages);
  if (!range.ok) throw new DocumentFailure('INVALID_PAGE_RANGE', range.message);
  const asked = countPages(range.spans);
  if (asked <= mostPages) return range.spans;
  throw new DocumentFailure(
    'TOO_MANY_PAGES',
    `${asked} pages were asked for, and this server parses at most ${mostPages} of a document. ` +
      'Ask for part of it with page_ranges.target_pages.',
  );
}

/** Looks for the language data before anything is parsed: LiteParse would try to download what is missing. */
function ocrContext(
  task: DocumentTask,
  source: DocumentSource,
  options: ResolvedParseOptions['options'],
  warn: (sentence: string) => void,
): OcrContext {
  let shapes: ImageShapes | undefined;
  const images = () => (shapes ??= readImageShapes(task.inputPath));
  const { tessdataDir } = task;
  const base = { source, options, images, warn };
  const missing =
    tessdataDir === undefined ? options.ocrLanguages : missingLanguages(options.ocrLanguages, tessdataDir);
  if (missing.length > 0) {
    // Nobody asked for English: an installation without any data still parses text layers.
    if (missing.length === 1 && missing[0] === 'en') return { ...base, settings: undefined };
    const files = missing.map((code) => `${tesseractName(code)}.traineddata`).join(', ');
    throw new DocumentFailure(
      'OCR_LANGUAGE_MISSING',
      `OCR language data is not installed for: ${missing.join(', ')}. Put ${files} into the server's tessdata ` +
        'directory, or leave the language out of processing_options.ocr_parameters.languages.',
    );
  }
  const languages = options.ocrLanguages.map(tesseractName).join('+');
  return { ...base, settings: { tessdataDir: tessdataDir ?? '', languages, options } };
}

/** Reads slices of pages with both passes; the slice that told the document's length is not read twice. */
class SliceReader {
  readonly #source: DocumentSource;
  readonly #options: ResolvedParseOptions['options'];
  #opening: TextLayerSlice | undefined;

  constructor(source: DocumentSource, options: ResolvedParseOptions['options']) {
    this.#source = source;
    this.#options = options;
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
    this.#opening = await readPdfSlice(this.#source, choice, this.#options);
    return this.#opening.documentPages;
  }

  async read(pages: readonly number[], ocr: OcrContext): Promise<PageReading[]> {
    if (this.#source.media !== 'pdf') return this.#readImages(pages, ocr);
    const slice = this.#opening ?? (await readPdfSlice(this.#source, { pages }, this.#options));
    this.#opening = undefined;
    const found = pages.flatMap((pageNumber) => {
      const page = slice.pages.get(pageNumber);
      if (!page) return [];
      const parsed = mendRightToLeft(page);
      return [{ parsed, draft: textLayerDraft(parsed, pageNumber) }];
    });
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

  async #readImages(pages: readonly number[], ocr: OcrContext): Promise<PageReading[]> {
    const readings: PageReading[] = [];
    for (const pageNumber of pages) {
      try {
        const parsed = await readImagePage(this.#source, pageNumber, this.#options);
        readings.push(...(await readPictures([{ parsed, draft: textLayerDraft(parsed, pageNumber) }], ocr)));
      } catch (error) {
        // One undecodable page of a TIFF leaves the others; a single image is the whole document.
        if (!(error instanceof DocumentFailure) || this.#source.pages === 1) throw error;
        readings.push(lostPage(pageNumber, error.message));
      }
    }
    return readings;
  }
}

function lostPage(pageNumber: number, detail: string | undefined): PageReading {
  const error = `The page could not be read: ${detail ?? 'the engine gave nothing back for it'}.`.replace(
    /\.\.$/,
    '.',
  );
  return { fault: { pageNumber, error, isOcrFault: false } };
}
