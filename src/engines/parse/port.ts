import type { ParseSummary, SectionIndex } from '../../model/parse-result.ts';

/** One document to parse. */
export interface ParseRequest {
  /** Names the work in logs and in the child's process title. */
  readonly jobId: string;
  /** A local file; its name need not carry the right extension: type is decided by content. */
  readonly inputPath: string;
  /** The name the owner gave the file; for messages and as a hint for types that content cannot tell apart. */
  readonly fileName: string;
  /** Resolved `parse_v2` parameters (contract 7.2), as stored. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** An existing empty directory that the engine may fill; the caller moves what it needs and removes the rest. */
  readonly outputDir: string;
}

/**
 * Codes of contract 8.4 and Sheaf's own. All of them are final: the same document would fail again.
 * `ENGINE_CRASHED` is given after one retry in a fresh process.
 */
export type ParseErrorCode =
  | 'UNSUPPORTED_FILE_TYPE'
  | 'PDF_IS_PROTECTED'
  | 'PDF_IS_BROKEN'
  | 'IMAGE_IS_BROKEN'
  | 'NO_DATA_FOUND_IN_FILE'
  | 'DOCUMENT_TOO_LARGE'
  | 'TOO_MANY_PAGES'
  | 'TOO_MANY_PAGES_FAILED'
  | 'INVALID_PAGE_RANGE'
  | 'OCR_LANGUAGE_MISSING'
  | 'TIMEOUT'
  | 'MEMORY_LIMIT_EXCEEDED'
  | 'ENGINE_CRASHED';

/** How one parse ended. Faults of Sheaf itself (a full disk, a missing input file) are thrown instead. */
export type ParseOutcome =
  | {
      readonly kind: 'success';
      /** The pack's path inside `outputDir`, written completely but not yet fsynced. */
      readonly packPath: string;
      readonly packBytes: number;
      readonly sections: SectionIndex;
      readonly summary: ParseSummary;
    }
  | {
      readonly kind: 'failure';
      readonly code: ParseErrorCode;
      /** A sentence for the document's owner: what failed, why, and the mend. */
      readonly message: string;
    }
  | { readonly kind: 'cancelled' };

/** Bytes in, document out. Knows neither the database nor HTTP. */
export interface ParseEngine {
  readonly name: string;
  readonly version: string;
  /** Documents that can be parsed at the same time. */
  readonly concurrency: number;
  /**
   * Parses one document. Resolves with an outcome for everything that is the document's doing, also for
   * time-outs and crashes; rejects only when the engine cannot work at all.
   * Aborting the signal kills the child that works on the document and resolves with `cancelled`.
   */
  parse(request: ParseRequest, signal: AbortSignal): Promise<ParseOutcome>;
  /** Kills the children and waits until they are gone. Safe to call twice. */
  close(): Promise<void>;
}
