import type { SectionRange } from './parse-result.ts';

/**
 * What the pack of an extraction holds: `data`, the object or list of contract 9 (`extract_result`), and
 * `field_metadata`, the tree that mirrors it, each as the JSON that goes over the wire.
 */
export const EXTRACT_SECTIONS = ['data', 'field_metadata'] as const;
export type ExtractSection = (typeof EXTRACT_SECTIONS)[number];
export type ExtractSectionIndex = Readonly<Record<ExtractSection, SectionRange>>;

/** What is told about a finished extraction beside its data; stored in the row. */
export interface ExtractSummary {
  readonly engine: { readonly name: string; readonly version: string };
  /** Pages that were looked at, after `target_pages`, `sheet_names` and `max_pages`. */
  readonly pages: number;
  /** Pages that could not be parsed, so that nothing was found on them. */
  readonly failedPages?: number;
  /** Seconds of engine time, waiting excluded. */
  readonly seconds: number;
  /** Leaves of the data by who found them; `none` are the nulls. */
  readonly fields: { readonly rules: number; readonly model: number; readonly none: number };
  /** The model's part; absent where the rules worked alone. */
  readonly model?: {
    readonly name: string;
    /** Whether it was asked for what the rules missed or were unsure of, or for every field. */
    readonly asked: 'gaps' | 'everything';
    /** What it was not asked, or did not answer, so that there is only what the rules found. */
    readonly fallbacks: readonly {
      readonly code: string;
      /** A sentence. */
      readonly reason: string;
      /** Names from the root with points between. */
      readonly fields: readonly string[];
      readonly pages: readonly number[];
    }[];
  };
  /** Tokens that a model used; absent when none was asked. */
  readonly tokens?: { readonly input: number; readonly output: number };
  /** Parameters that were given but not applied, for example `system_prompt` without a model. */
  readonly optionsNotApplied: readonly string[];
  /** Things the document's owner should know, one sentence each. */
  readonly warnings: readonly string[];
}
