import type { LiteParseConfig } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { cutFractions } from '../../../model/parse-crop.ts';
import { wantsWords } from './word-boxes.ts';

/** Resolution at which scanned pages are read best (word recall .94 against .86 at 150 and .91 at 300). */
export const OCR_DPI = 200;

/** What it takes to open the file at all. */
export function access(options: ParseOptions): Partial<LiteParseConfig> {
  return { quiet: true, ...(options.password === undefined ? {} : { password: options.password }) };
}

/** What both passes share. */
function sharedConfig(options: ParseOptions): Partial<LiteParseConfig> {
  const cropBox = options.cropBox ? cutFractions(options.cropBox) : undefined;
  return {
    continueOnPageError: true,
    emitWordBoxes: false,
    numWorkers: 1,
    preserveVerySmallText: options.preserveVerySmallText,
    skipDiagonalText: options.ignoreDiagonalText,
    ...access(options),
    ...(cropBox ? { cropBox } : {}),
  };
}

/** Which pages of the file: the first `n`, or a list. The default limit of 1000 is never left in force. */
export type PageChoice = { readonly firstPages: number } | { readonly pages: readonly number[] };

export function pageChoice(choice: PageChoice): Partial<LiteParseConfig> {
  return 'firstPages' in choice
    ? { maxPages: choice.firstPages }
    : { maxPages: choice.pages.length, targetPages: spans(choice.pages) };
}

/** Consecutive pages as ranges, because LiteParse compares every page of the document with every entry. */
function spans(pages: readonly number[]): string {
  const parts: string[] = [];
  for (let index = 0; index < pages.length;) {
    let end = index;
    while (pages[end + 1] === (pages[end] ?? 0) + 1) end += 1;
    parts.push(end === index ? `${pages[index]}` : `${pages[index]}-${pages[end]}`);
    index = end + 1;
  }
  return parts.join(',');
}

/** The first pass: text layer, blocks and annotations, without OCR. */
export function textLayerConfig(options: ParseOptions): Partial<LiteParseConfig> {
  return {
    ...sharedConfig(options),
    ...layoutConfig(options),
    extractAnnotations: true,
    extractContentBounds: true,
    // Costs half a parse more, and only tells which fonts cannot be trusted.
    extractTextMetadata: options.failOnBuggyFont,
  };
}

/**
 * Layout in markdown mode even though the markdown itself is not used: its tables are better than json mode's.
 */
export function layoutConfig(options: ParseOptions): Partial<LiteParseConfig> {
  return {
    quiet: true,
    ocrEnabled: false,
    outputFormat: 'markdown',
    extractBlocks: true,
    imageMode: 'placeholder',
    extractLinks: options.annotateLinks,
    emitWordBoxes: wantsWords(options),
    extractVectorGraphics: true,
  };
}

/** The text of the first pass and nothing else, with the place of every word. */
export function wordPlacesConfig(options: ParseOptions): Partial<LiteParseConfig> {
  return {
    ...sharedConfig(options),
    ocrEnabled: false,
    outputFormat: 'text',
    extractLinks: false,
    emitWordBoxes: true,
  };
}

/** Words of one page from its picture. A failed OCR must be an error here: it is one page that then fails. */
export function ocrConfig(
  options: ParseOptions,
  ocr: { readonly tessdataDir: string; readonly languages: string; readonly dpi: number },
): Partial<LiteParseConfig> {
  return {
    ...sharedConfig(options),
    ocrEnabled: true,
    outputFormat: 'text',
    emitWordBoxes: wantsWords(options),
    ocrFailureFatal: true,
    ocrLanguage: ocr.languages,
    tessdataPath: ocr.tessdataDir,
    dpi: ocr.dpi,
  };
}
