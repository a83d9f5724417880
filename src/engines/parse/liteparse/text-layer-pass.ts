import type { LiteParseConfig, ParsedPage } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { DocumentSource } from './document-source.ts';
import { documentFailure, mayBeOnePagesFault } from './failure.ts';
import { parserFor } from './kept-parsers.ts';
import { access, type PageChoice, pageChoice, textLayerConfig } from './lite-config.ts';

/** What the first pass found on some pages of a document. */
export interface TextLayerSlice {
  readonly documentPages: number;
  /** By page number of the document. */
  readonly pages: ReadonlyMap<number, ParsedPage>;
  readonly errors: ReadonlyMap<number, string>;
}

/** What is not the text of a page, and may be what a document crashes on. */
const CAREFUL: Partial<LiteParseConfig> = {
  extractAnnotations: false,
  extractLinks: false,
  extractVectorGraphics: false,
};

/**
 * Reads pages of a PDF without OCR. When LiteParse gives up on the slice for a reason that may lie in one page,
 * the pages are read one by one, so that only the bad ones fail.
 */
export async function readPdfSlice(
  source: DocumentSource,
  choice: PageChoice,
  options: ParseOptions,
  careful: boolean,
): Promise<TextLayerSlice> {
  const config = { ...textLayerConfig(options), ...(careful && CAREFUL) };
  try {
    return await parseSlice(source, choice, config);
  } catch (error) {
    if (!mayBeOnePagesFault(error)) throw documentFailure(error, source.media) ?? error;
    const pages =
      'pages' in choice
        ? choice.pages
        : await countablePages(source, choice.firstPages, { options, sliceError: error });
    return readOneByOne(source, pages, config, error);
  }
}

async function parseSlice(
  source: DocumentSource,
  choice: PageChoice,
  config: Partial<LiteParseConfig>,
): Promise<TextLayerSlice> {
  const result = await parserFor({ ...config, ...pageChoice(choice) }).parse(source.locate(1).path);
  return {
    documentPages: result.totalPages,
    pages: new Map(result.pages.map((page) => [page.pageNum, page])),
    errors: new Map(result.pageErrors.map((error) => [error.pageNum, error.message])),
  };
}

async function readOneByOne(
  source: DocumentSource,
  pages: readonly number[],
  config: Partial<LiteParseConfig>,
  sliceError: unknown,
): Promise<TextLayerSlice> {
  const found = new Map<number, ParsedPage>();
  const errors = new Map<number, string>();
  let documentPages = 0;
  for (const page of pages) {
    try {
      const slice = await parseSlice(source, { pages: [page] }, config);
      documentPages = slice.documentPages;
      for (const [number, parsed] of slice.pages) found.set(number, parsed);
      for (const [number, message] of slice.errors) errors.set(number, message);
    } catch (error) {
      errors.set(page, error instanceof Error ? error.message : String(error));
    }
  }
  if (documentPages === 0) throw documentFailure(sliceError, source.media) ?? sliceError;
  return { documentPages, pages: found, errors };
}

/** The document's length from a page that can be read, looked for among the first few. */
async function countablePages(
  source: DocumentSource,
  atMost: number,
  { options, sliceError }: { options: ParseOptions; sliceError: unknown },
): Promise<number[]> {
  for (const page of [1, 2, 3]) {
    try {
      const config = { ...access(options), ocrEnabled: false, outputFormat: 'text' } as const;
      const { documentPages } = await parseSlice(source, { pages: [page] }, config);
      if (documentPages > 0)
        return Array.from({ length: Math.min(atMost, documentPages) }, (_, index) => index + 1);
    } catch {
      continue;
    }
  }
  throw documentFailure(sliceError, source.media) ?? sliceError;
}

/** Reads an image as one page: its size now, its text by OCR later. */
export async function readImagePage(
  source: DocumentSource,
  pageNumber: number,
  options: ParseOptions,
): Promise<ParsedPage> {
  try {
    const parser = parserFor({ ...textLayerConfig(options), ...pageChoice({ firstPages: 1 }) });
    const page = (await parser.parse(source.locate(pageNumber).path)).pages[0];
    if (page) return page;
  } catch (error) {
    throw documentFailure(error, source.media) ?? error;
  }
  throw new Error('image error: no page came back');
}
