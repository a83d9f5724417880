import type { ParseErrorCode } from '../../model/job-errors.ts';
import type { JoinedLengths, ParseSummary, PartIndex, SectionIndex } from '../../model/parse-result.ts';

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

/** How one parse ended. Faults of Sheaf itself (a full disk, a missing input file) are thrown instead. */
export type ParseOutcome =
  | {
      readonly kind: 'success';
      /** The pack's path inside `outputDir`, written completely but not yet fsynced. */
      readonly packPath: string;
      readonly packBytes: number;
      readonly sections: SectionIndex;
      /** What lies in the pack beside the sections; none by default. */
      readonly parts?: PartIndex;
      readonly joined?: JoinedLengths;
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
  /** The model that reads pages of agentic tiers; absent: there is none. */
  readonly model?: string;
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
