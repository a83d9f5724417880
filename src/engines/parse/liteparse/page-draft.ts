import type { DocumentAnnotation, ParsedPage, TextItem } from '@llamaindex/liteparse';
import type { FormField } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { ShownText } from './form-text.ts';
import type { NumberedLine } from './line-numbers.ts';
import { withParagraphBreaks } from './paragraph-breaks.ts';
import { mendTables } from './tables/mend-tables.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** A page between LiteParse and the result: what was read of it and how, before it is turned into items. */
export interface PageDraft {
  readonly pageNumber: number;
  readonly width: number;
  readonly height: number;
  readonly source: 'text_layer' | 'ocr';
  readonly text: string;
  readonly blocks: readonly DraftBlock[];
  readonly textItems: readonly TextItem[];
  readonly annotations: readonly DocumentAnnotation[];
  /** The document's own label for the page (`iv`, `A-1`). */
  readonly label?: string;
  /** 0 to 1, for OCR. */
  readonly confidence?: number;
  readonly orientation?: 0 | 90 | 180 | 270;
  /** Of the form on the page, where it has one. */
  readonly fields?: readonly FormField[];
  /** What viewers show on the page beside its content: values of its form, and what was typed onto it. */
  readonly shown?: readonly ShownText[];
  /** Lines with a number printed beside them; those numbers are in none of the texts. */
  readonly lineNumbers?: readonly NumberedLine[];
}

/** A page of the first pass. LiteParse counts from 1 inside the file it was given: images are all page 1. */
export function textLayerDraft(
  page: ParsedPage,
  pageNumber: number,
  { disableHeuristics, aggressiveTables }: Pick<ParseOptions, 'disableHeuristics' | 'aggressiveTables'>,
): PageDraft {
  return {
    pageNumber,
    width: page.width,
    height: page.height,
    source: 'text_layer',
    text: page.text,
    blocks: disableHeuristics ? (page.blocks ?? []) : blocksOf(page, aggressiveTables),
    textItems: page.textItems,
    annotations: page.annotations ?? [],
    ...(page.pageLabel === undefined ? {} : { label: page.pageLabel }),
  };
}

/** Tables first: what stands near them tells more as LiteParse joined it. */
function blocksOf(page: ParsedPage, aggressiveTables: boolean): readonly DraftBlock[] {
  return withParagraphBreaks(mendTables(page, aggressiveTables), page.textItems);
}
