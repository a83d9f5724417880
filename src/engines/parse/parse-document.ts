import type { Page } from '../../model/document.ts';
import { MODEL_APPLIED_OPTIONS, readAgenticOptions } from '../../model/agentic-options.ts';
import { resolveParseOptions, type ParseOptions } from '../../model/parse-options.ts';
import { countPages, resolvePageSpans, slicePages, type PageSpan } from '../../model/parse-page-range.ts';
import type { ParseSummary } from '../../model/parse-result.ts';
import type { AskModel } from '../model/port.ts';
import { ArtifactWriter } from './artifacts/artifact-writer.ts';
import { ImageStore } from './artifacts/image-store.ts';
import { openWithAutoMode } from './auto-mode/open.ts';
import { Checkpoint } from './checkpoint.ts';
import { ContinuedTables } from './continued-tables/continued-tables.ts';
import { blameFullDisk } from './disk-space.ts';
import { DocumentFailure, failureOf } from './document-failure.ts';
import { PackWriter } from './pack-writer.ts';
import { notApplicable } from './not-applied.ts';
import { PageTally } from './page-tally.ts';
import { type ModelWork, openModelReading } from './model-reading/open.ts';
import type { ParseOutcome } from './port.ts';
import { SLICE_PAGES, type OpenDocument } from './reader.ts';
import type { DocumentTask } from './supervised/protocol.ts';

/** What the document's supervisor needs to know early: the deadline grows with the pages. */
export interface DocumentExtent {
  readonly documentPages: number;
  readonly askedPages: number;
}

/** What a document is parsed with. */
export interface ParseParts {
  /** An empty directory of the document's own, removed afterwards. */
  readonly scratch: string;
  /** Asks the model that the task names. */
  readonly ask: AskModel;
  readonly onExtent: (extent: DocumentExtent) => void;
}

/** Parses one document and writes its pack. Throws only what is not the document's doing. */
export async function parseDocument(task: DocumentTask, parts: ParseParts): Promise<ParseOutcome> {
  const started = performance.now();
  const writer = new PackWriter(task.outputDir);
  try {
    const summary = await writePages(task, parts, writer);
    if (summary.pages.failed > 0) blameFullDisk([task.outputDir, parts.scratch], undefined);
    const pack = writer.finish();
    const seconds = Math.round(performance.now() - started) / 1000;
    return { kind: 'success', ...pack, summary: { ...summary, seconds } };
  } catch (error) {
    // Before anything is removed that fills it.
    blameFullDisk([task.outputDir, parts.scratch], error);
    writer.discard();
    const failure = failureOf(error);
    if (!failure) throw error;
    return { kind: 'failure', code: failure.code, message: failure.message };
  }
}

async function writePages(
  task: DocumentTask,
  parts: ParseParts,
  writer: PackWriter,
): Promise<Omit<ParseSummary, 'seconds'>> {
  const { options } = resolveParseOptions(task.parameters);
  const warnings: string[] = [];
  const warn = (sentence: string) => void warnings.push(sentence);
  if (task.careful)
    warn(
      'The document crashed the parser, so it was read again, without its outline, links, forms and drawn lines.',
    );
  const images = new ImageStore(options.artifacts, writer, warn);
  const document = await openWithAutoMode({
    path: task.inputPath,
    fileName: task.fileName,
    options,
    scratch: parts.scratch,
    warn,
    images,
    ...(task.careful && { careful: true }),
    wantsViews: task.model !== undefined && readAgenticOptions(task.parameters) !== undefined,
    ...(task.tessdataDir !== undefined && { tessdataDir: task.tessdataDir }),
    ...(task.soffice !== undefined && { soffice: task.soffice }),
  });
  const { documentPages } = document;
  if (documentPages === 0) {
    throw new DocumentFailure(
      'NO_DATA_FOUND_IN_FILE',
      'The document has no pages. Export it again and upload it.',
    );
  }
  const spans = askedSpans(options, documentPages, task.maxPages);
  const tally = new PageTally(countPages(spans), options);
  parts.onExtent({ documentPages, askedPages: tally.total });
  const artifacts = new ArtifactWriter(options.artifacts, writer);
  const checkpoint = new Checkpoint(
    mayResume(tally.total, images, options.artifacts.saveOutputPdf && document.makePdf !== undefined)
      ? task.checkpointDir
      : undefined,
  );
  const continued = options.mergeContinuedTables ? new ContinuedTables(options) : undefined;
  const write = (page: Page) => {
    writer.add(page);
    artifacts.add(page);
  };
  const model = openModelReading(task, options, document, parts);
  await copyPages({ document, checkpoint, spans, tally, model }, (page) => {
    for (const ready of continued ? continued.push(page) : [page]) write(ready);
  });
  for (const page of continued?.finish() ?? []) write(page);
  document.finish?.();
  tally.assertEnoughPages();
  const pdfPath = options.artifacts.saveOutputPdf ? await document.makePdf?.() : undefined;
  const notGiven = artifacts.finish(pdfPath === undefined ? document : { ...document, pdfPath });
  const { optionsNotApplied } = resolveParseOptions(task.parameters, model && MODEL_APPLIED_OPTIONS);
  return {
    engine: document.engine,
    documentPages,
    pages: tally.counts(),
    ...(model && { model: model.tally.summary(model.name) }),
    optionsNotApplied: [...optionsNotApplied, ...notApplicable(options, document), ...notGiven],
    warnings: [...warnings, ...(model?.tally.warnings() ?? [])],
  };
}

/**
 * A short document is as quickly read again, and pictures go into the pack while pages are read, or out of what was read
 * into a PDF.
 */
function mayResume(askedPages: number, images: ImageStore, makesPdf: boolean): boolean {
  const savesImages = images.wantsEmbedded || images.keeps('screenshot') || images.keeps('layout');
  return askedPages > SLICE_PAGES && !savesImages && !makesPdf;
}

interface Copying {
  readonly document: OpenDocument;
  readonly checkpoint: Checkpoint;
  readonly spans: readonly PageSpan[];
  readonly tally: PageTally;
  readonly model: ModelWork | undefined;
}

async function copyPages(
  { document, checkpoint, spans, tally, model }: Copying,
  add: (page: Page) => void,
): Promise<void> {
  for (const slice of slicePages(spans, SLICE_PAGES)) {
    let readings = checkpoint.load(slice);
    if (!readings) {
      const read = await document.read(slice);
      readings = model ? await model.pass.read(read) : read;
      checkpoint.keep(slice, readings);
    }
    for (const reading of readings) {
      if ('fault' in reading) {
        tally.addFault(reading.fault);
        add({ success: false, pageNumber: reading.fault.pageNumber, error: reading.fault.error });
      } else {
        tally.add(reading.page.source);
        if (reading.model) model?.tally.add(reading.page.pageNumber, reading.model);
        add(reading.page);
      }
    }
  }
}

function askedSpans(options: ParseOptions, documentPages: number, mostPages: number): readonly PageSpan[] {
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
