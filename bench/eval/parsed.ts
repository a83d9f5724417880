import type { GridCell } from './table-relations.ts';

/** What a parser made of a document, in the form that the measures compare. */
export interface ParsedPage {
  readonly pageNumber: number;
  readonly text: string;
  readonly markdown: string;
  readonly tables: readonly (readonly GridCell[])[];
}

export type Parsed =
  | { readonly ok: true; readonly pages: readonly ParsedPage[]; readonly seconds: number }
  | { readonly ok: false; readonly reason: string; readonly seconds: number };

/** Pages as one text, as `markdown_full` joins them. */
export function wholeMarkdown(parsed: Parsed): string {
  return parsed.ok ? parsed.pages.map((page) => page.markdown).join('\n\n') : '';
}
