import type { LayoutBlock, Rect, TextItem } from '@llamaindex/liteparse';
import { escapeMarkdown } from '../items/markup.ts';
import { lineText } from './line-text.ts';
import { unionRect } from './geometry.ts';
import type { PageDraft } from './page-draft.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** Print of this many times the size of the page's text is a title's. */
const LARGE = 1.25;
/** From here on it is the title of a document rather than of a part. */
const HUGE = 1.6;
/** The least size of a title, in points. */
const LEAST_TITLE = 12;
/** Smaller sizes are such as stand in the file, before the text is scaled up. */
const LEAST_FONT = 3;
/** Longer bold lines are prose, in characters. */
const LONGEST_BOLD_TITLE = 80;

/** Whether a line is of print in which titles are set. */
export function isTitlePrint(line: readonly TextItem[], page: PageDraft): boolean {
  return sizeOf(line) >= LEAST_TITLE && sizeOf(line) >= LARGE * textSize(page);
}

/** Boxes that close tightly around letters tell little of the print's size, so they count only where nothing else does. */
function printSize({ fontSize = 0, height }: TextItem): number {
  return fontSize >= LEAST_FONT ? fontSize : height;
}

function sizeOf(line: readonly TextItem[]): number {
  return Math.min(...line.map(printSize));
}

/** The size of most of the page's text. */
function textSize(page: PageDraft): number {
  const upright = page.textItems.filter((item) => (item.rotation ?? 0) === 0);
  const bySize = upright.toSorted((a, b) => printSize(a) - printSize(b));
  let left = bySize.reduce((sum, item) => sum + item.text.length, 0) / 2;
  const middle = bySize.find((item) => (left -= item.text.length) <= 0);
  return middle ? printSize(middle) : Number.POSITIVE_INFINITY;
}

/** A line of text as a block of its own: a heading where its print is larger than the text's, or bold. */
export function lineBlock(line: readonly TextItem[], page: PageDraft): DraftBlock | undefined {
  const bbox = unionRect(line);
  if (!bbox) return undefined;
  const text = lineText(line);
  const level = headingLevel(text, bbox, line, page);
  return level === undefined
    ? { kind: 'paragraph', text: escapeMarkdown(text), bold: false, italic: false, bbox }
    : { kind: 'heading', level, text: escapeMarkdown(text), bbox };
}

function headingLevel(
  text: string,
  rect: Rect,
  line: readonly TextItem[],
  page: PageDraft,
): number | undefined {
  if (!/\p{L}{2}/u.test(text)) return undefined;
  const size = textSize(page);
  if (sizeOf(line) >= LARGE * size)
    return levelOfLike(rect, page.blocks) ?? (sizeOf(line) >= HUGE * size ? 1 : 2);
  const isTitle = text.length <= LONGEST_BOLD_TITLE && line.length === 1 && !/[.,:;]$/.test(text);
  return isTitle && line.every(isBold) && !mostlyBold(page)
    ? (levelOfLike(rect, page.blocks) ?? 3)
    : undefined;
}

/** The level of a heading of one line in print of this height. */
function levelOfLike(rect: Rect, blocks: readonly LayoutBlock[]): number | undefined {
  return blocks.find(
    ({ kind, bbox }) => kind === 'heading' && bbox && Math.abs(bbox.height - rect.height) <= rect.height / 10,
  )?.level;
}

function isBold({ fontName, fontWeight }: TextItem): boolean {
  return /bold|black|heavy/i.test(fontName ?? '') || (fontWeight ?? 0) >= 600;
}

function mostlyBold({ textItems }: PageDraft): boolean {
  const signs = (items: readonly TextItem[]) => items.reduce((sum, item) => sum + item.text.length, 0);
  return signs(textItems.filter(isBold)) * 2 > signs(textItems);
}
