import type { Box, ReadPage } from '../../model/document.ts';
import type { ParseOptions } from '../../model/parse-options.ts';
import type { ImageCategory } from '../../model/parse-result.ts';
import type { Media } from './media/media.ts';

/** Pages handled together: memory stays flat however long the document, and repetition is still seen. */
export const SLICE_PAGES = 100;

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
  /**
   * What the reader can give beside pages. Whatever else was asked for is reported as not applied: a reader that
   * calls {@link ImageSink.save} names `embedded` here.
   */
  readonly offers?: readonly Offer[];
  /** A PDF of the document, kept when `save_output_pdf` asks for it: the one that was read. */
  readonly pdfPath?: string;
}

/** Pictures by their category, and the places of words (`ReadPage.words`). */
export type Offer = ImageCategory | 'words';

/** A picture that a reader found. Its type is told by its bytes; a kind that browsers do not show is not kept. */
export interface FoundImage {
  readonly pageNumber: number;
  readonly category: ImageCategory;
  readonly bytes: Uint8Array;
  /** Where it stands, when the page has places. */
  readonly box?: Box;
  /** False for a picture that no link will lead to, so that it need not be in the markdown. */
  readonly isLinked?: boolean;
}

/** Where readers put pictures while they read (contract 7.2, `images_to_save` and `inline_images`). */
export interface ImageSink {
  /** Pictures of the category are kept as files. */
  keeps(category: ImageCategory): boolean;
  /** Pictures that the text refers to stand in the markdown as data URIs. */
  readonly inlines: boolean;
  /**
   * Whether the pictures inside a document are needed at all. Ask before unpacking them; then save each and put what
   * comes back into `url` of the image block.
   */
  readonly wantsEmbedded: boolean;
  /**
   * Takes a picture.
   * @returns what a link to it leads to: its file name, or a data URI; undefined when it is not kept, because its kind
   * is none or the page has too many
   */
  save(image: FoundImage): string | undefined;
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
  /** The program that converts office documents, or `off`; absent: one on PATH, if there is one. */
  readonly soffice?: string;
  /** Collects sentences for the document's owner. */
  readonly warn: (sentence: string) => void;
  readonly images: ImageSink;
}

/**
 * Opens one kind of document. @throws {DocumentFailure} for everything that is the document's doing; other errors are
 * taken for faults of Sheaf
 */
export type DocumentReader = (input: ReaderInput) => Promise<OpenDocument>;
