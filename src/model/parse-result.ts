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

/** How a document's pages fared; the counts always add up to `total`. */
export interface PageCounts {
  /** Pages asked for: the source's pages after page ranges. */
  readonly total: number;
  readonly textLayer: number;
  readonly ocr: number;
  readonly native: number;
  readonly empty: number;
  readonly failed: number;
}

/** What is told about a finished parse beside its content; stored in the row, served as `job_metadata`. */
export interface ParseSummary {
  readonly engine: { readonly name: string; readonly version: string };
  /** Pages of the source document. */
  readonly documentPages: number;
  readonly pages: PageCounts;
  /** Seconds of engine time, waiting excluded. */
  readonly seconds: number;
  /** Paths of options that were given but that this engine does not apply, for example `agentic_options.custom_prompt`. */
  readonly optionsNotApplied: readonly string[];
  /** Things the document's owner should know, one sentence each. */
  readonly warnings: readonly string[];
}
