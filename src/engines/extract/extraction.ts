import type { Box } from '../../model/document.ts';

export type Json = null | string | number | boolean | readonly Json[] | { readonly [key: string]: Json };

/** Where the document says a value. */
export interface Citation {
  /** 1-based position in the source document. */
  readonly page: number;
  /** The text as the document has it. */
  readonly matchingText: string;
  /** In points from the page's top left; none where the format has no places. */
  readonly boxes: readonly Box[];
  readonly pageSize?: { readonly width: number; readonly height: number };
}

/** Who found a value: `none` where nobody did. */
export type FoundBy = 'rules' | 'model' | 'none';

/** One scalar of the data, and what is known about it. */
export interface ExtractedLeaf {
  readonly kind: 'leaf';
  readonly value: string | number | boolean | null;
  readonly foundBy: FoundBy;
  readonly citations: readonly Citation[];
  /** 0 to 1: how likely the value is right; how sure the choice is, times how well the text could be read. */
  readonly confidence: number;
  readonly extractionConfidence: number;
  readonly parsingConfidence: number;
}

/** Mirrors the data: objects, lists, and leaves for scalars. A leaf with null also stands for an object or list. */
export type ExtractedField =
  | ExtractedLeaf
  | { readonly kind: 'object'; readonly fields: Readonly<Record<string, ExtractedField>> }
  | { readonly kind: 'list'; readonly items: readonly ExtractedField[] };

export interface Extraction {
  /** An object for a whole document, a list for pages and rows. */
  readonly data: Json;
  readonly fields: ExtractedField;
  /** The pages that were looked at, 1-based. */
  readonly pages: readonly number[];
  /** One sentence each, for the document's owner. */
  readonly warnings: readonly string[];
}

/** What nobody found. */
export const NOT_FOUND: ExtractedLeaf = {
  kind: 'leaf',
  value: null,
  foundBy: 'none',
  citations: [],
  confidence: 0,
  extractionConfidence: 0,
  parsingConfidence: 0,
};

/** The data that a tree of fields says. */
export function dataOf(field: ExtractedField): Json {
  switch (field.kind) {
    case 'leaf':
      return field.value;
    case 'list':
      return field.items.map((item) => dataOf(item));
    case 'object':
      return Object.fromEntries(Object.entries(field.fields).map(([name, inner]) => [name, dataOf(inner)]));
  }
}
