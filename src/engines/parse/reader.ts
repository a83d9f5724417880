import type { Box, ReadPage, Word } from '../../model/document.ts';
import type { ParseOptions } from '../../model/parse-options.ts';
import type { ImageCategory } from '../../model/parse-result.ts';
import type { ModelUsage } from '../model/port.ts';
import type { Media } from './media/media.ts';
import type { ModelFallback } from './model-reading/fallback.ts';

/** Pages handled together: memory stays flat however long the document, and repetition is still seen. */
export const SLICE_PAGES = 100;

/** A page that could not be read, as it goes into the result. */
export interface PageFault {
  readonly pageNumber: number;
  /** A sentence for the document's owner. */
  readonly error: string;
  readonly isOcrFault: boolean;
  /** It is a page of a document that is attached to the one that was asked for, which does not fail for it. */
  readonly isAttached?: boolean;
}

/** What a model had to do with a page. */
export interface ModelReading {
  /** Tokens used for the page, where the endpoint counts them. */
  readonly tokens?: ModelUsage;
  /** Why the page stayed as it was read locally; absent: the model's answer was used. */
  readonly fallback?: ModelFallback;
  /** The answer says something else than the page, and the owner's instructions may have asked for that. */
  readonly saysElse?: boolean;
}

/** `model` is there when a model was to read the page. */
export type PageReading =
  { readonly page: ReadPage; readonly model?: ModelReading } | { readonly fault: PageFault };

/** How large a page is drawn. */
export interface ViewLimits {
  readonly dpi: number;
  /** The resolution is lowered until the page has no more. */
  readonly mostPixels: number;
}

export type PageView =
  | { readonly kind: 'picture'; readonly png: Uint8Array }
  /** The page shows nothing at all. */
  | { readonly kind: 'blank' }
  | { readonly kind: 'failed' };

/** Pages as somebody sees them who looks at the document. */
export interface PageViews {
  /** Draws a page upright, as far as the crop box leaves of it. */
  draw(page: ReadPage, limits: ViewLimits): Promise<PageView>;
  /** Words and their places, of a page of the slice that was read last. */
  words(pageNumber: number): readonly Word[];
}

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
   * Reads pages that {@link read} has just read in another way. A reader that knows no other way leaves this out.
   * @param options the document's own but for what concerns single pages
   */
  readAgain?(pageNumbers: readonly number[], options: ParseOptions): Promise<readonly PageReading[]>;
  /**
   * What the reader can give beside pages. Whatever else was asked for is reported as not applied: a reader that
   * calls {@link ImageSink.save} names `embedded` here.
   */
  readonly offers?: readonly Offer[];
  /** Called once when the last page that was asked for has been read; may still warn. */
  readonly finish?: () => void;
  /** There when they were wanted and the document's pages have a look: formats that flow have none. */
  readonly views?: PageViews;
  /** A PDF of the document, kept when `save_output_pdf` asks for it: the one that was read. */
  readonly pdfPath?: string;
  /** Makes one of a document that is none, out of the pages that were read; undefined when it would have no page. */
  readonly makePdf?: () => Promise<string | undefined>;
}

/** Pictures by their category, the places of words (`ReadPage.words`), and tracked changes (`ReadPage.revisions`). */
export type Offer = ImageCategory | 'words' | 'revisions';

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
  /** Asks for {@link OpenDocument.views}. */
  readonly wantsViews?: boolean;
  /** Leave out what is not the document's text and may crash a parser: it has done so. */
  readonly careful?: boolean;
  /** Opens a document that lies inside this one, whatever its kind. */
  readonly openInside: (input: DocumentInput) => Promise<OpenDocument>;
  /** There for documents that lie inside others. */
  readonly allowance?: AttachmentAllowance;
}

/** What it takes to open a document whose kind is not known yet. */
export type DocumentInput = Omit<ReaderInput, 'media' | 'openInside'>;

/** What may still be opened inside a document. Those that lie inside it share `left`. */
export interface AttachmentAllowance {
  /** Attachments around the document, one inside the other. */
  readonly depth: number;
  /** When nothing more is opened, by `performance.now()`. */
  readonly until: number;
  readonly left: { documents: number; bytes: number; mails: number };
}

/**
 * Opens one kind of document. @throws {DocumentFailure} for everything that is the document's doing; other errors are
 * taken for faults of Sheaf
 */
export type DocumentReader = (input: ReaderInput) => Promise<OpenDocument>;
