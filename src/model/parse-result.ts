/**
 * The stored form of a parse result: one file (the *pack*) that holds the sections of contract 8.3 one after
 * the other, each as the JSON that goes over the wire, and an index that lives in the job's row. A request for
 * `expand=markdown` reads just those bytes and puts them into the answer without decoding them, and one file
 * costs one fsync however many sections it has.
 */
export const RESULT_SECTIONS = ['text', 'markdown', 'items', 'metadata'] as const;
export type ResultSection = (typeof RESULT_SECTIONS)[number];

/** Byte range of a section inside its pack. */
export interface SectionRange {
  readonly offset: number;
  readonly length: number;
}

export type SectionIndex = Readonly<Record<ResultSection, SectionRange>>;

/**
 * What a pack may hold beside its sections. `images` lists the pictures, one JSON object on each line, and
 * `image_bytes` holds them; the others are what a client downloads, as it stands.
 */
export const RESULT_PARTS = [
  'forms',
  'images',
  'image_bytes',
  'raw_words',
  'grounded_items',
  'stripped_md',
  'concatenated_stripped_txt',
  'xlsx',
  'output_pdf',
] as const;
export type ResultPart = (typeof RESULT_PARTS)[number];

/** Where the parts lie. A part that was not asked for, or of which the document has none, is absent. */
export type PartIndex = Readonly<Partial<Record<ResultPart, SectionRange>>>;

/** Bytes of the whole text and the whole markdown, pages joined, as UTF-8: what a download of them will send. */
export interface JoinedLengths {
  readonly text: number;
  readonly markdown: number;
}

/** Kinds of pictures that a parse can keep (contract 7.2, `output_options.images_to_save`). */
export type ImageCategory = 'screenshot' | 'embedded' | 'layout';

/** A line of the part `images`: contract 8.3 without the link, and where the picture's bytes begin in `image_bytes`. */
export interface StoredImage {
  /** From 0, in the order in which pictures were found. */
  readonly index: number;
  readonly filename: string;
  readonly content_type: string;
  readonly category: ImageCategory;
  readonly size_bytes: number;
  /** Whole points on the page. */
  readonly bbox?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly at: number;
}

/** How a document's pages fared; the counts always add up to `total`. */
export interface PageCounts {
  /** Pages asked for: the source's pages after page ranges. */
  readonly total: number;
  readonly textLayer: number;
  readonly ocr: number;
  readonly native: number;
  /** Absent in results from before there were models: none. */
  readonly model?: number;
  readonly empty: number;
  readonly failed: number;
}

/** Pages that stayed as they were read locally although a model was to read them, for one reason. */
export interface ModelFallbackPages {
  /** For programs; docs/models.md lists them. */
  readonly code: string;
  /** A sentence for the document's owner. */
  readonly reason: string;
  /** 1-based, in the order of the result. */
  readonly pages: readonly number[];
}

/** What a model had to do with a parse. */
export interface ModelSummary {
  readonly name: string;
  readonly fallbacks: readonly ModelFallbackPages[];
  /** Tokens that were used, as far as the endpoint counts them; those of answers that could not be used, too. */
  readonly tokens: { readonly input: number; readonly output: number };
}

/** What is told about a finished parse beside its content; stored in the row, served as `job_metadata`. */
export interface ParseSummary {
  readonly engine: { readonly name: string; readonly version: string };
  /** Pages of the source document. */
  readonly documentPages: number;
  readonly pages: PageCounts;
  /** There when a model was to read the pages; absent: everything was read locally. */
  readonly model?: ModelSummary;
  /** Seconds of engine time, waiting in line excluded. */
  readonly seconds: number;
  /** Paths of options that were given but that this engine does not apply, for example `agentic_options.custom_prompt`. */
  readonly optionsNotApplied: readonly string[];
  /** Things the document's owner should know, one sentence each. */
  readonly warnings: readonly string[];
}
