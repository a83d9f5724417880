import { LabelIndex } from './candidates/label-index.ts';
import { notationOf } from './notation.ts';
import type { ParsedDocument, ParsedPage } from './parsed-document.ts';
import type { Notation } from './values/read-value.ts';

/** A document with what is worked out about it once. */
export interface Reading {
  readonly document: ParsedDocument;
  readonly labels: LabelIndex;
  readonly notation: Notation;
  readonly pageByNumber: ReadonlyMap<number, ParsedPage>;
}

export function readDocument(document: ParsedDocument): Reading {
  return {
    document,
    labels: new LabelIndex(document),
    notation: notationOf(document),
    pageByNumber: new Map(document.pages.map((page) => [page.pageNumber, page])),
  };
}
