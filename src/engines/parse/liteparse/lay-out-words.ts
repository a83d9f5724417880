import { LiteParse, type LayoutBlock, type TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { layoutConfig } from './lite-config.ts';
import { alignOcrLines } from './ocr-words.ts';

/** Words as LiteParse lays them out. */
export interface LaidOut {
  readonly text: string;
  readonly blocks: readonly LayoutBlock[];
  readonly textItems: readonly TextItem[];
}

/** Lays words that OCR read out on a page of the given size, as LiteParse does with the words of a text layer. */
export function layOutWords(
  words: readonly TextItem[],
  page: { readonly width: number; readonly height: number },
  options: ParseOptions,
): LaidOut {
  const textItems = alignOcrLines(words);
  const input = { pageNumber: 1, pageWidth: page.width, pageHeight: page.height, textItems };
  const laidOut = new LiteParse(layoutConfig(options)).parsePages([input]).pages[0];
  return {
    text: laidOut?.text ?? words.map((word) => word.text).join(' '),
    blocks: laidOut?.blocks ?? [],
    textItems,
  };
}
