import type { Item, ReadPage, TableItem } from '../../../model/document.ts';

/** A table of a page and its place among the page's items. */
export interface PlacedTable {
  readonly item: TableItem;
  readonly index: number;
}

/** The share of a page at its top and at its foot where page numbers, logos and the like stand. */
const EDGE_SHARE = 0.12;
/** A longer text is no line that only says that a table goes on. */
const LONGEST_LABEL = 160;
/** A table's title and the line that says that it goes on. */
const MOST_LABELS = 3;
/** More items below a table or above it are content, whether they repeat or not. */
const MOST_ITEMS = 12;
const GOES_ON =
  /\b(?:continued|cont['’]?d|cont\.|continues|see (?:foot)?notes? at end of (?:the )?table|fortsetzung|suite|continuaci[oó]n|continua)/i;
/** A table that fills its page ends in its lower part, and its rest begins in the upper one. */
const LOWEST_END = 0.6;
const HIGHEST_REST = 0.4;

/** The table that may go on behind a page: its last one, where that ends low enough. */
export function lastTable(page: ReadPage): PlacedTable | undefined {
  for (let index = page.items.length - 1; index >= 0; index -= 1) {
    const item = page.items[index];
    if (item?.type !== 'table' || item.source === undefined) continue;
    const box = item.boxes[0];
    return box && box.y + box.h < page.height * LOWEST_END ? undefined : { item, index };
  }
  return undefined;
}

/**
 * The table with which a page begins, when the page before ends with `table`. What stands between the two must run: over
 * the pages, as headers, footers, page numbers and whatever else stands on both, or be a line that says that the table goes
 * on.
 */
export function restOn(page: ReadPage, before: ReadPage, table: PlacedTable): PlacedTable | undefined {
  const below = before.items.slice(table.index + 1);
  if (below.length > MOST_ITEMS + linksIn(below)) return undefined;
  const keys = keysOf(page.items);
  if (!below.every((item) => isBeside(item, before, 'foot', keys))) return undefined;
  const keysBefore = keysOf(before.items);
  let labels = 0;
  let isMarked = false;
  for (const [index, item] of page.items.entries()) {
    const isRunning = isBeside(item, page, 'top', keysBefore);
    if (item.type === 'table' && !isRunning) {
      const box = item.boxes[0];
      const isHigh = !box || box.y <= page.height * HIGHEST_REST;
      return isHigh && (labels === 0 || isMarked) ? { item, index } : undefined;
    }
    isMarked ||= isLabel(item) && saysGoesOn(item);
    if (isRunning) continue;
    labels += 1;
    if (!isLabel(item) || labels > MOST_LABELS) return undefined;
  }
  return undefined;
}

/** What may stand between the two parts of a table. @param repeated what stands on the other page */
function isBeside(item: Item, page: ReadPage, edge: 'top' | 'foot', repeated: ReadonlySet<string>): boolean {
  if (item.type === 'header' || item.type === 'footer' || item.type === 'link') return true;
  if (isLabel(item) && saysGoesOn(item)) return true;
  if (item.type !== 'image' && repeated.has(keyOf(item))) return true;
  if ((item.type !== 'text' && item.type !== 'image') || item.md.length > LONGEST_LABEL) return false;
  const box = item.boxes[0];
  if (!box) return false;
  return edge === 'top' ? box.y + box.h <= page.height * EDGE_SHARE : box.y >= page.height * (1 - EDGE_SHARE);
}

function isLabel(item: Item): boolean {
  return (item.type === 'text' || item.type === 'heading') && item.value.length <= LONGEST_LABEL;
}

function saysGoesOn({ md }: Item): boolean {
  return GOES_ON.test(md);
}

function linksIn(items: readonly Item[]): number {
  return items.filter(({ type }) => type === 'link').length;
}

/** So much of a text tells whether it is the same. */
const KEY_LENGTH = 1_000;

function keysOf(items: readonly Item[]): ReadonlySet<string> {
  return new Set(items.map(keyOf));
}

/** Equal for items that differ in numbers only, such as those of pages; of tables of numbers all would be equal. */
function keyOf({ type, md }: Item): string {
  const start = md.slice(0, KEY_LENGTH);
  return (type === 'table' ? start : start.replaceAll(/\d+/g, '#')).replaceAll(/\s+/g, ' ').trim();
}
