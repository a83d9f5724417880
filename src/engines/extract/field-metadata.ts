import type { Citation, ExtractedField, ExtractedLeaf, Json } from './extraction.ts';
import type { ExtractSettings } from './extract-by-rules.ts';

/** What is told about each value (contract 7.3, `cite_sources` and `confidence_scores`). */
export interface Told {
  readonly citations: boolean;
  readonly confidence: boolean;
}

/**
 * `field_metadata` of contract 9: a tree that mirrors the data, under the name that belongs to the target. Objects and
 * lists that were not found are leaves, as they are in the data.
 */
export function fieldMetadata(
  fields: ExtractedField,
  target: ExtractSettings['extraction_target'],
  told: Told,
): Json {
  const tree = treeOf(fields, told);
  return {
    document_metadata: target === 'per_page' || target === 'per_table_row' ? null : tree,
    page_metadata: target === 'per_page' ? tree : null,
    row_metadata: target === 'per_table_row' ? tree : null,
  };
}

function treeOf(field: ExtractedField, told: Told): Json {
  switch (field.kind) {
    case 'leaf':
      return leafOf(field, told);
    case 'list':
      return field.items.map((item) => treeOf(item, told));
    case 'object':
      return Object.fromEntries(
        Object.entries(field.fields).map(([name, inner]) => [name, treeOf(inner, told)]),
      );
  }
}

/** `found_by` is an addition of Sheaf. */
function leafOf(leaf: ExtractedLeaf, told: Told): Json {
  return {
    ...(told.citations && { citation: leaf.citations.map(citationOf) }),
    ...(told.confidence && {
      confidence: leaf.confidence,
      extraction_confidence: leaf.extractionConfidence,
      parsing_confidence: leaf.parsingConfidence,
    }),
    found_by: leaf.foundBy,
  };
}

function citationOf({ page, matchingText, boxes, pageSize }: Citation): Json {
  return {
    page,
    matching_text: matchingText,
    bounding_boxes: boxes.map(({ x, y, w, h }) => ({ x, y, w, h })),
    ...(pageSize && { page_dimensions: { width: pageSize.width, height: pageSize.height } }),
  };
}
