import type { DocumentAnnotation, ParsedPage, TextItem } from '@llamaindex/liteparse';
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
}

/** A page of the first pass. LiteParse counts from 1 inside the file it was given: images are all page 1. */
export function textLayerDraft(page: ParsedPage, pageNumber: number): PageDraft {
  return {
    pageNumber,
    width: page.width,
    height: page.height,
    source: 'text_layer',
    text: page.text,
    blocks: mendTables(page),
    textItems: page.textItems,
    annotations: page.annotations ?? [],
    ...(page.pageLabel === undefined ? {} : { label: page.pageLabel }),
  };
}
