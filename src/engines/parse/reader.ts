import type { ReadPage } from '../../model/document.ts';
import type { ParseOptions } from '../../model/parse-options.ts';
import type { Media } from './media/media.ts';

/** A page that could not be read, as it goes into the result. */
export interface PageFault {
  readonly pageNumber: number;
  /** A sentence for the document's owner. */
  readonly error: string;
  readonly isOcrFault: boolean;
}

export type PageReading = { readonly page: ReadPage } | { readonly fault: PageFault };

/** A document that has been opened; lives in an engine process and ends with it. */
export interface OpenDocument {
  /** What reads it, as `job_metadata` names it. */
  readonly engine: { readonly name: string; readonly version: string };
  /** Pages, slides or sheets of the source; formats without pages have one. */
  readonly documentPages: number;
  /**
   * Reads pages, one reading for each, in the order asked for. Called with slices of ascending page numbers, each
   * slice after the one before; a page is asked for once.
   */
  read(pageNumbers: readonly number[]): Promise<readonly PageReading[]>;
}

/** What a reader is given. */
export interface ReaderInput {
  /** The file; its name says nothing. */
  readonly path: string;
  /** The name its owner gave it: for messages, and as a hint where content leaves a choice. */
  readonly fileName: string;
  readonly media: Media;
  readonly options: ParseOptions;
  /** An empty directory of this document's own, removed afterwards. */
  readonly scratch: string;
  /** Where OCR data lies; absent when this installation has none. */
  readonly tessdataDir?: string;
  /** Collects sentences for the document's owner. */
  readonly warn: (sentence: string) => void;
}

/**
 * Opens one kind of document. @throws {DocumentFailure} for everything that is the document's doing; other errors are
 * taken for faults of Sheaf
 */
export type DocumentReader = (input: ReaderInput) => Promise<OpenDocument>;
