import type { Citation, ExtractedLeaf } from '../../extraction.ts';
import type { ParsedPage } from '../../parsed-document.ts';
import { compact } from './text-index.ts';
import type { Finding } from './find-value.ts';

/** How sure a value is that a model gave, by what the document says to it. */
const SURE = {
  /** The rules find the same at a label of the field. */
  agreed: 0.97,
  /** It stands at a label of the field. */
  labelled: 0.92,
  /** It stands in the row of other values of its entry. */
  inRow: 0.9,
  exact: 0.82,
  equivalent: 0.75,
  pieces: 0.65,
  /** It stands somewhere, but so does anything that short; or far from its row. */
  weak: 0.5,
  /** It stands nowhere. */
  ungrounded: 0.3,
} as const;
export type Standing = keyof typeof SURE;

/** Signs of a value that stands in many a document by chance. */
const FEW_SIGNS = 2;

/** The standing of a value that only its own likeness speaks for. */
export function standingOf(finding: Finding | undefined, value: string | number | boolean): Standing {
  if (!finding) return 'ungrounded';
  return compact(String(value)).length <= FEW_SIGNS ? 'weak' : finding.likeness;
}

/** A value that a model gave, with what is known about it. */
export function modelLeaf(
  value: string | number | boolean,
  standing: Standing,
  citations: readonly Citation[],
  pageByNumber: ReadonlyMap<number, ParsedPage>,
): ExtractedLeaf {
  const read = Math.min(1, ...citations.map(({ page }) => pageByNumber.get(page)?.confidence ?? 1));
  const sure = SURE[standing];
  return {
    kind: 'leaf',
    value,
    foundBy: 'model',
    citations,
    confidence: Math.round(sure * read * 100) / 100,
    extractionConfidence: sure,
    parsingConfidence: Math.round(read * 100) / 100,
  };
}
