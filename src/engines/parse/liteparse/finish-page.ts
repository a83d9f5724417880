import type {
  FooterItem,
  HeaderItem,
  Item,
  ReadPage,
  TextItem as TextResult,
} from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { bodyMarkdown } from '../items/page-markdown.ts';
import { tableStyle } from '../items/table.ts';
import { bodyItems } from './body-items.ts';
import { roundPoint, toBox } from './geometry.ts';
import { escapeMarkdown } from '../items/markup.ts';
import { placeLineNumbers } from './line-numbers.ts';
import { linkItems } from './link-items.ts';
import type { PageDraft } from './page-draft.ts';
import type { FigureLinks } from './page-pictures.ts';
import { printedPageNumber } from './printed-page-number.ts';
import type { BandLine, RunningBands } from './running-bands.ts';
import { wantsWords, wordsOf } from './word-boxes.ts';

/** What was found of a page apart from its text. */
export interface PageExtras {
  readonly figures?: FigureLinks;
}

/** Turns a draft into a page of the result. `bands` must have learnt the page. */
export function finishPage(
  draft: PageDraft,
  bands: RunningBands,
  options: ParseOptions,
  extras: PageExtras = {},
): ReadPage {
  const banded = bands.split(draft);
  const style = tableStyle(options);
  const body = bodyItems(banded.body, style, extras.figures);
  const header = bandText(banded.header);
  const footer = bandText(banded.footer);
  const items: Item[] = [...body];
  if (draft.annotations.length > 0) items.push(...linkItems(draft.annotations, draft.textItems));
  if (header !== undefined) items.unshift(bandItem('header', banded.header, header));
  if (footer !== undefined) items.push(bandItem('footer', banded.footer, footer));
  const printed = options.extractPrintedPageNumber ? printedPageNumber(banded, draft.label) : undefined;
  const markdown = bodyMarkdown(body, options.tablesAsMarkdown);
  const isEmpty = markdown === '' && header === undefined && footer === undefined && draft.text.trim() === '';
  return {
    success: true,
    pageNumber: draft.pageNumber,
    width: roundPoint(draft.width),
    height: roundPoint(draft.height),
    source: isEmpty ? 'empty' : draft.source,
    text: draft.text,
    markdown,
    items,
    ...(header === undefined ? {} : { header }),
    ...(footer === undefined ? {} : { footer }),
    ...(printed === undefined ? {} : { printedPageNumber: printed }),
    ...(draft.lineNumbers && { lineNumbers: placeLineNumbers(draft.lineNumbers, markdown) }),
    ...(draft.orientation === undefined ? {} : { originalOrientationAngle: draft.orientation }),
    ...(draft.confidence === undefined ? {} : { confidence: draft.confidence }),
    ...(draft.fields && { fields: draft.fields }),
    ...(wantsWords(options) && { words: wordsOf(draft.textItems) }),
  };
}

function bandText(lines: readonly BandLine[]): string | undefined {
  return lines.length > 0 ? lines.map((line) => escapeMarkdown(line.text)).join('\n') : undefined;
}

function bandItem(
  type: 'header' | 'footer',
  lines: readonly BandLine[],
  md: string,
): HeaderItem | FooterItem {
  const items = lines.map((line): TextResult => {
    return { type: 'text', value: line.text, md: escapeMarkdown(line.text), boxes: [toBox(line.rect)] };
  });
  return { type, md, boxes: lines.map((line) => toBox(line.rect)), items };
}
