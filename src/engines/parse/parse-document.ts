import type { Page } from '../../model/document.ts';
import { cutFractions } from '../../model/parse-crop.ts';
import { resolveParseOptions, type ParseOptions } from '../../model/parse-options.ts';
import { countPages, resolvePageSpans, slicePages, type PageSpan } from '../../model/parse-page-range.ts';
import type { ParseSummary } from '../../model/parse-result.ts';
import { ArtifactWriter } from './artifacts/artifact-writer.ts';
import { ImageStore } from './artifacts/image-store.ts';
import { Checkpoint } from './checkpoint.ts';
import { DocumentFailure } from './document-failure.ts';
import { PackWriter } from './pack-writer.ts';
import { PageTally } from './page-tally.ts';
import type { ParseOutcome } from './port.ts';
import { SLICE_PAGES, type OpenDocument } from './reader.ts';
import { openDocument } from './select-reader.ts';
import type { DocumentTask } from './supervised/protocol.ts';

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
  const started = performance.now();
  const writer = new PackWriter(task.outputDir);
  try {
    const summary = await writePages(task, scratch, writer, onExtent);
    const pack = writer.finish();
    const seconds = Math.round(performance.now() - started) / 1000;
    return { kind: 'success', ...pack, summary: { ...summary, seconds } };
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
  writer: PackWriter,
  onExtent: (extent: DocumentExtent) => void,
): Promise<Omit<ParseSummary, 'seconds'>> {
  const { options, optionsNotApplied } = resolveParseOptions(task.parameters);
  const warnings: string[] = [];
  const warn = (sentence: string) => void warnings.push(sentence);
  const images = new ImageStore(options.artifacts, writer, warn);
  const document = await openDocument({
    path: task.inputPath,
    fileName: task.fileName,
    options,
    scratch,
    warn,
    images,
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
  onExtent({ documentPages, askedPages: tally.total });
  const artifacts = new ArtifactWriter(options.artifacts, writer);
  const checkpoint = new Checkpoint(mayResume(tally.total, images) ? task.checkpointDir : undefined);
  await copyPages({ document, checkpoint, spans, tally }, (page) => {
    writer.add(page);
    artifacts.add(page);
  });
  tally.assertEnoughPages();
  const notGiven = artifacts.finish(document);
  const emptyCrop = options.cropBox !== undefined && cutFractions(options.cropBox) === undefined;
  return {
    engine: document.engine,
    documentPages,
    pages: tally.counts(),
    optionsNotApplied: [...optionsNotApplied, ...(emptyCrop ? ['crop_box'] : []), ...notGiven],
    warnings,
  };
}

/** A short document is as quickly read again, and pictures go into the pack while pages are read. */
function mayResume(askedPages: number, images: ImageStore): boolean {
  const savesImages = images.wantsEmbedded || images.keeps('screenshot') || images.keeps('layout');
  return askedPages > SLICE_PAGES && !savesImages;
}

interface Copying {
  readonly document: OpenDocument;
  readonly checkpoint: Checkpoint;
  readonly spans: readonly PageSpan[];
  readonly tally: PageTally;
}

async function copyPages(
  { document, checkpoint, spans, tally }: Copying,
  add: (page: Page) => void,
): Promise<void> {
  for (const slice of slicePages(spans, SLICE_PAGES)) {
    let readings = checkpoint.load(slice);
    if (!readings) {
      readings = await document.read(slice);
      checkpoint.keep(slice, readings);
    }
    for (const reading of readings) {
      if ('fault' in reading) {
        tally.addFault(reading.fault);
        add({ success: false, pageNumber: reading.fault.pageNumber, error: reading.fault.error });
      } else {
        tally.add(reading.page.source);
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
