import type { FormField } from '../../../model/document.ts';
import type { ParsedPage, StoredItem } from '../parsed-document.ts';

/** A line of what a model is shown of a page. */
export interface TextLine {
  readonly text: string;
  /** Of a row of a table: the row that heads it, which a part that begins amid the table repeats. */
  readonly head?: string;
}

export interface PageText {
  readonly pageNumber: number;
  readonly lines: readonly TextLine[];
}

/** Where lines hold this much more text than the items, the items lack something. */
const LEAST_IN_ITEMS = 0.85;
const COLUMNS_APART = '   ';
/** A line longer than this is cut into several, so that any line fits into a question. */
const LONGEST_LINE = 2_000;

/**
 * Pages as text for a model: tables row by row, everything else line by line with columns apart, which keeps labels
 * beside their values; then what the page's form fields hold.
 */
export function pageTexts(pages: readonly ParsedPage[]): PageText[] {
  const texts: PageText[] = [];
  let openHead: readonly string[] | undefined;
  for (const page of pages) {
    const lines: TextLine[] = [];
    const byItems = prefersItems(page);
    if (byItems) {
      for (const [index, item] of page.items.entries()) {
        const continued = index === firstContent(page) ? openHead : undefined;
        lines.push(...linesOfItem(item, continued));
      }
    } else for (const line of page.lines) lines.push(joined(line.segments.map(({ text }) => text)));
    for (const field of page.fields) lines.push(...linesOfField(field));
    texts.push({ pageNumber: page.pageNumber, lines: lines.flatMap((line) => bounded(line)) });
    openHead = byItems ? headAtEnd(page) : undefined;
  }
  return texts;
}

/** Only items know what a table is; lines know better what stands side by side. */
function prefersItems({ items, lines }: ParsedPage): boolean {
  if (lines.length === 0) return true;
  if (!items.some((item) => item.type === 'table')) return false;
  const inLines = sum(lines.flatMap((line) => line.segments.map(({ text }) => letters(text))));
  const inItems = sum(items.flatMap((item) => linesOfItem(item).map(({ text }) => letters(text))));
  return inItems >= inLines * LEAST_IN_ITEMS;
}

function letters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

function linesOfItem(item: StoredItem, continuedHead?: readonly string[]): TextLine[] {
  switch (item.type) {
    case 'table':
      return linesOfTable(item, continuedHead);
    case 'list':
    case 'header':
    case 'footer':
      return (item.items ?? []).flatMap((inner) => linesOfItem(inner));
    case 'image':
      return item.caption ? [{ text: flat(item.caption) }] : [];
    case 'link':
      return [{ text: flat([item.text, item.url].filter(Boolean).join(' ')) }];
    default:
      return (item.value ?? '').split('\n').flatMap((line) => (flat(line) ? [{ text: flat(line) }] : []));
  }
}

function linesOfTable({ rows = [] }: StoredItem, continuedHead: readonly string[] | undefined): TextLine[] {
  const cells = rows.map((row) => row.map((cell) => flat(cell === null ? '' : String(cell))));
  const [first = []] = cells;
  const goesOn = continuedHead !== undefined && continuedHead.length === first.length;
  const head = goesOn ? continuedHead : first;
  const headText = rowText(head);
  return cells.map((row) => ({ text: rowText(row), head: headText }));
}

function rowText(cells: readonly string[]): string {
  return `| ${cells.map((cell) => cell.replaceAll('|', '/')).join(' | ')} |`;
}

/** What may stand before a table that goes on from the page before. */
function firstContent({ items }: ParsedPage): number {
  return items.findIndex((item) => item.type !== 'header' && item.type !== 'footer');
}

function headAtEnd({ items }: ParsedPage): readonly string[] | undefined {
  const last = items.findLast((item) => item.type !== 'header' && item.type !== 'footer');
  if (last?.type !== 'table' || !last.rows?.[0]) return undefined;
  return last.rows[0].map((cell) => flat(cell === null ? '' : String(cell)));
}

function linesOfField({ kind, label, id, value }: FormField): TextLine[] {
  const name = flat(label ?? id);
  const said = Array.isArray(value) ? value.join(', ') : value;
  if (said === undefined || said === null || said === '' || name === '') return [];
  const shown = typeof said === 'boolean' ? (said ? '☒' : '☐') : flat(String(said));
  return [{ text: `[form field, ${kind}] ${name}: ${shown}` }];
}

function joined(texts: readonly string[]): TextLine {
  return { text: texts.join(COLUMNS_APART) };
}

function flat(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function bounded(line: TextLine): TextLine[] {
  const { text, head } = line;
  if (text.length <= LONGEST_LINE) return [line];
  const pieces: TextLine[] = [];
  for (let at = 0; at < text.length;) {
    const limit = text.slice(at, at + LONGEST_LINE);
    const space = at + limit.length < text.length ? limit.lastIndexOf(' ') : -1;
    const piece = space > LONGEST_LINE / 2 ? limit.slice(0, space) : limit;
    pieces.push({ text: piece, ...(head !== undefined && head.length <= LONGEST_LINE && { head }) });
    at += piece.length;
  }
  return pieces;
}
