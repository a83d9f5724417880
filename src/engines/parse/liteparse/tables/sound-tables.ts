import type { LayoutBlock, ParsedPage, Rect } from '@llamaindex/liteparse';
import { holdsCentre } from '../geometry.ts';
import { type TableLine, tableLines } from './region.ts';
import { isValue } from './row-kinds.ts';
import { cluster, LINE_THICKNESS, type Ruling, type Rulings } from './rulings.ts';
import { bottomOf, middleY, pageWords, rightOf } from './words.ts';

/** Text this near to a table, in heights of its line, may be a row of it that was left out. */
const NEAR = 1.3;
/** Text with as many words is prose, and no head of a table. */
const PROSE_WORDS = 8;
const FEWEST_BODY_ROWS = 2;

/**
 * LiteParse's tables that can be taken as they are: every row has as many cells as the others, every cell its text, no
 * cell two values, nothing around looks like a row or a column that was left out, and where ruling lines make a grid, it
 * is the table's. Most tables of well-made documents are so; reading them again would cost a fifth of the page's time.
 */
export function soundTables(
  page: ParsedPage,
  tables: readonly LayoutBlock[],
  rulings: Rulings,
): readonly LayoutBlock[] {
  return tables.filter((table) => {
    const { bbox } = table;
    return (
      bbox !== undefined &&
      isComplete(table) &&
      isRuledAsRead(table, rulings, bbox) &&
      standsAlone(bbox, page)
    );
  });
}

/** A grid with a text in each place; the corner above the labels may be empty. */
function isComplete({ header = [], rows = [] }: LayoutBlock): boolean {
  if (header.length === 0) return areLabelledValues(rows);
  if (header.length < 2 || rows.length < FEWEST_BODY_ROWS) return false;
  const isFilled = header.every((cell, column) => column === 0 || cell.text.trim() !== '');
  return (
    isFilled &&
    rows.every(
      (row) => row.length === header.length && row.every((cell, column) => isOneText(cell.text, column)),
    )
  );
}

/** Labels with a value each, as letters and invoices begin: what looks like their head is the first of them. */
function areLabelledValues(rows: NonNullable<LayoutBlock['rows']>): boolean {
  return (
    rows.length >= FEWEST_BODY_ROWS &&
    rows.every(([label, value, ...more]) => {
      if (!label || !value || more.length > 0) return false;
      const isOne = isOneText(value.text, 1) || /\p{L}{2}/u.test(value.text);
      return isOne && isLabel(label.text) && wordCount(value.text) < 2 * PROSE_WORDS;
    })
  );
}

/** A few words, and no number among them. */
function isLabel(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return /\p{L}{2}/u.test(text) && parts.length < PROSE_WORDS && !parts.some(isValue);
}

/** Long texts run over lines whose order may be wrong; two values beside a label belong to two columns. */
function isOneText(text: string, column: number): boolean {
  const parts = text.trim().split(/\s+/);
  if (parts[0] === '' || parts.length >= 2 * PROSE_WORDS) return false;
  return column === 0 || parts.length === 1 || parts.filter(isValue).length < 2;
}

/** Strokes this near to the edge of the text enclose it. */
const EDGE = 2;
/** Strokes over this share of a table part all of it. */
const WHOLE_SHARE = 0.85;

/** Whether the strokes, if they part columns, make just LiteParse's rows and columns and join no cells. */
function isRuledAsRead(
  { header = [], rows = [] }: LayoutBlock,
  { horizontal, vertical }: Rulings,
  { x, y, width, height }: Rect,
): boolean {
  const columns = vertical.filter((line) => crosses(line, x, width, y, height));
  if (columns.length === 0) return true;
  const lines = horizontal.filter((line) => crosses(line, y, height, x, width));
  return (
    columns.every((line) => covered(line, y, height) >= WHOLE_SHARE * height) &&
    lines.every((line) => covered(line, x, width) >= WHOLE_SHARE * width) &&
    placesOf(columns) === header.length - 1 &&
    placesOf(lines) === rows.length
  );
}

/** Whether a stroke runs inside the table: `from` and `length` are its extent across the stroke, then along it. */
function crosses(line: Ruling, from: number, length: number, start: number, extent: number): boolean {
  const isInside = line.at > from + EDGE && line.at < from + length - EDGE;
  return isInside && covered(line, start, extent) > EDGE;
}

function covered(line: Ruling, from: number, length: number): number {
  return Math.min(line.to, from + length) - Math.max(line.from, from);
}

function placesOf(lines: readonly Ruling[]): number {
  return cluster(
    lines.map((line) => line.at),
    LINE_THICKNESS,
  ).length;
}

/** Whether no line beside, above or below the table looks like a part of it. */
function standsAlone(table: Rect, { textItems, blocks = [] }: ParsedPage): boolean {
  const others = blocks.filter((block) => isNoRow(block) && block.bbox !== table);
  const near = textItems.filter(
    (item) =>
      item.text.trim() !== '' &&
      isNear(item, table) &&
      !others.some(({ bbox }) => bbox && holdsCentre(bbox, item)),
  );
  return (
    !near.some((item) => isBeside(item, table)) &&
    tableLines(pageWords(near)).every((line) => isOtherText(line, table))
  );
}

/** What LiteParse knows to be something of its own. Of paragraphs only long ones: heads of tables are taken for short ones. */
function isNoRow({ kind, text = '' }: LayoutBlock): boolean {
  if (kind === 'paragraph') return wordCount(text) >= 2 * PROSE_WORDS;
  return kind === 'heading' || kind === 'list_item' || kind === 'table';
}

function wordCount(text: string): number {
  return text.split(/\s+/).length;
}

function isBeside(item: Rect, table: Rect): boolean {
  const y = middleY(item);
  return y > table.y && y < bottomOf(table);
}

function isNear(item: Rect, table: Rect): boolean {
  if (holdsCentre(table, item)) return false;
  if (isBeside(item, table)) return true;
  if (rightOf(item) < table.x || item.x > rightOf(table)) return false;
  const away = item.y < table.y ? table.y - bottomOf(item) : item.y - bottomOf(table);
  return away < NEAR * item.height;
}

/** One run of text: below the table no row, above it no head unless it stands over later columns. */
function isOtherText({ segments }: TableLine, table: Rect): boolean {
  const [only, next] = segments;
  if (!only || next) return false;
  return middleY(only) > table.y || only.x < table.x + only.height || only.words.length >= PROSE_WORDS;
}
