import type { ExtractErrorCode } from '../../model/job-errors.ts';
import type { DataSchema } from '../../model/extract-schema/data-schema.ts';
import type { ExtractSectionIndex, ExtractSummary } from '../../model/extract-result.ts';
import type { PartIndex, SectionIndex } from '../../model/parse-result.ts';

/** A parsed document to extract from: the pack of a parse result, as a file of this machine. */
export interface ParsedSource {
  readonly packPath: string;
  readonly sections: SectionIndex;
  readonly parts?: PartIndex;
}

/** One extraction. */
export interface ExtractRequest {
  /** Names the work in logs and in the child's process title. */
  readonly jobId: string;
  readonly source: ParsedSource;
  /** The name the owner gave the file. */
  readonly fileName: string;
  readonly schema: DataSchema;
  /** Resolved `extract_v2` parameters (contract 7.3), as stored. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** An existing empty directory that the engine may fill; the caller moves what it needs and removes the rest. */
  readonly outputDir: string;
}

/** How one extraction ended. Faults of Sheaf itself (a full disk, a missing pack) are thrown instead. */
export type ExtractOutcome =
  | {
      readonly kind: 'success';
      /** The pack's path inside `outputDir`, written completely but not yet fsynced. */
      readonly packPath: string;
      readonly packBytes: number;
      readonly sections: ExtractSectionIndex;
      readonly summary: ExtractSummary;
    }
  | { readonly kind: 'failure'; readonly code: ExtractErrorCode; readonly message: string }
  | { readonly kind: 'cancelled' };

/** A parsed document in, data by schema out. Knows neither the database nor HTTP. */
export interface ExtractEngine {
  readonly name: string;
  /** Changes whenever equal input may give other results: part of the key under which results are used again. */
  readonly version: string;
  /** Resolves with an outcome for everything that is the document's doing; aborting resolves with `cancelled`. */
  extract(request: ExtractRequest, signal: AbortSignal): Promise<ExtractOutcome>;
}
