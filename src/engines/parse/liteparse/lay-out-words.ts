import type { LayoutBlock, ParsedPage, TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { parserFor } from './kept-parsers.ts';
import { layoutConfig } from './lite-config.ts';
import { linkedBlocks } from './link-items.ts';
import { alignOcrLines } from './ocr-words.ts';
import { withParagraphBreaks } from './paragraph-breaks.ts';

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
  const input = {
    pageNumber: 1,
    pageWidth: page.width,
    pageHeight: page.height,
    textItems: textItems.map(asInput),
  };
  const laidOut = parserFor(layoutConfig(options)).parsePages([input]).pages[0];
  const text = laidOut?.text ?? words.map((word) => word.text).join(' ');
  const blocks = laidOut?.blocks ?? [];
  return {
    text,
    blocks: options.disableHeuristics ? blocks : withParagraphBreaks(blocks, textItems),
    textItems,
  };
}

/** Lays a page of the first pass out again with only some of its text; its ruling lines and figures stay. */
export function layOutAgain(page: ParsedPage, items: readonly TextItem[], options: ParseOptions): ParsedPage {
  const [laidOut] = layOutParts(page, [items], options);
  return {
    ...page,
    text: laidOut?.text ?? '',
    blocks: [...(laidOut?.blocks ?? []), ...(page.blocks ?? []).filter((block) => block.kind === 'figure')],
    textItems: [...items],
  };
}

/** Lays parts of a page's text out, each for itself, with the ruling lines of the page. */
export function layOutParts(
  page: ParsedPage,
  parts: readonly (readonly TextItem[])[],
  options: ParseOptions,
): Pick<LaidOut, 'text' | 'blocks'>[] {
  const { lines = [], shapes = [] } = page.vectorGraphics ?? {};
  const graphics = [
    ...lines.map(({ x1, y1, x2, y2, strokeWidth }) => ({
      kind: 'stroke' as const,
      x1,
      y1,
      x2,
      y2,
      ...(strokeWidth === undefined ? {} : { lineWidth: strokeWidth }),
    })),
    ...shapes.map(({ bbox, fill, stroke }) => ({
      kind: 'rect' as const,
      ...bbox,
      hasFill: fill,
      hasStroke: stroke,
    })),
  ];
  const inputs = parts.map((items, index) => ({
    pageNumber: index + 1,
    pageWidth: page.width,
    pageHeight: page.height,
    textItems: items.map(asInput),
    graphics,
  }));
  const { pages } = parserFor(layoutConfig(options)).parsePages(inputs);
  return parts.map((items, index) => {
    const { text = '', blocks = [] } = pages[index] ?? {};
    const annotations = page.annotations ?? [];
    return { text, blocks: options.annotateLinks ? linkedBlocks(blocks, annotations, items) : blocks };
  });
}

/** LiteParse refuses runs of text that leave their words out. */
function asInput(item: TextItem): TextItem {
  return { ...item, words: item.words ?? [] };
}
