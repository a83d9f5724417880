import type { Page, ReadPage, TableItem, TableSource } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { tableItem, tableStyle } from '../items/table.ts';
import { withItem } from './joined-page.ts';
import { lastTable, type PlacedTable, restOn } from './page-edges.ts';
import { hasSameLabels, sameColumns } from './same-columns.ts';
import { repeatedHead } from './table-head.ts';

/** Pages that one table may hold back; one that goes on longer becomes several. */
export const MOST_PAGES_OF_A_TABLE = 100;
/** Cells of one table, by the same reason. */
const MOST_CELLS = 200_000;

/** A table that may go on, and the pages that wait for its end, the one where it begins first. */
interface OpenTable {
  readonly pages: ReadPage[];
  /** Its place on the first page. */
  readonly first: PlacedTable;
  readonly source: TableSource;
  /** Everything below its head, by page. */
  readonly rows: (readonly TableSource['rows'][number][])[];
  readonly fromPages: number[];
  /** Its latest part, which the next one is compared with, on its page as that was read. */
  last: PlacedTable;
  lastPage: ReadPage;
  cells: number;
}

/**
 * Joins tables that go on across pages (contract 7.2, `merge_continued_tables`) while pages pass through: the whole table
 * stands on the page where it begins, and an empty one keeps its place on the pages after it. Pages come out in the order
 * in which they went in; only those of a table that has not ended yet are held.
 */
export class ContinuedTables {
  readonly #options: ParseOptions;
  #open: OpenTable | undefined;

  constructor(options: ParseOptions) {
    this.#options = options;
  }

  /** Takes the next page. @returns pages that are finished */
  push(page: Page): readonly Page[] {
    if (!page.success) return [...this.finish(), page];
    const joined = this.#open && this.#join(this.#open, page);
    if (joined === undefined) return [...this.finish(), ...this.#begin(page)];
    // Below the table's end another one may begin.
    if (joined === 'ended') {
      const last = this.#open?.pages.pop();
      return [...this.finish(), ...(last ? this.#begin(last) : [])];
    }
    return [];
  }

  /** @returns the pages that are still held */
  finish(): readonly Page[] {
    const open = this.#open;
    this.#open = undefined;
    if (!open) return [];
    const [first, ...rest] = open.pages;
    if (!first || open.fromPages.length < 2) return open.pages;
    const rows = [...open.source.rows, ...open.rows.flat()];
    const { boxes, cellBoxes } = open.first.item;
    const whole = tableItem(rows, open.source.headerRows, tableStyle(this.#options), boxes);
    if (!whole) return open.pages;
    const { source: _source, cellBoxes: _cellBoxes, ...table } = whole;
    // Places are places on one page: those of the rows from other pages are not told.
    const places = cellBoxes && whole.rows.map((row, y) => cellBoxes[y] ?? row.map(() => undefined));
    const item: TableItem = {
      ...table,
      mergedFromPages: open.fromPages,
      ...(places && { cellBoxes: places }),
    };
    return [withItem(first, open.first.index, item, this.#options), ...rest];
  }

  #begin(page: ReadPage): readonly Page[] {
    const first = lastTable(page);
    const source = first?.item.source;
    if (!first || !source) return [page];
    const { item } = first;
    const { pageNumber } = page;
    this.#open = {
      pages: [page],
      first,
      source,
      rows: [],
      fromPages: [pageNumber],
      last: first,
      lastPage: page,
      cells: cellsOf(item),
    };
    return [];
  }

  /** @returns undefined when the page does not go on with the table */
  #join(open: OpenTable, page: ReadPage): 'goes on' | 'ended' | undefined {
    if (open.lastPage.pageNumber !== page.pageNumber - 1) return undefined;
    const rest = restOn(page, open.lastPage, open.last);
    const source = rest?.item.source;
    if (!rest || !source) return undefined;
    const head = headOfRest(open, rest.item, source);
    if (head === undefined || open.pages.length >= MOST_PAGES_OF_A_TABLE) return undefined;
    if (open.cells + cellsOf(rest.item) > MOST_CELLS) return undefined;
    open.rows.push(source.rows.slice(head));
    open.fromPages.push(page.pageNumber);
    open.cells += cellsOf(rest.item);
    const goesOn = lastTable(page)?.index === rest.index;
    open.last = rest;
    open.lastPage = page;
    const [begin = page.pageNumber] = open.fromPages;
    open.pages.push(withItem(page, rest.index, emptied(rest.item, begin), this.#options));
    return goesOn ? 'goes on' : 'ended';
  }
}

/** Rows of the rest that only repeat the head; undefined when it is another table. */
function headOfRest(open: OpenTable, rest: TableItem, source: TableSource): number | undefined {
  const { item: last } = open.last;
  const sameWidth = last.rows[0]?.length === rest.rows[0]?.length;
  if (source.continues === true) return sameWidth ? (repeatedHead(open.source, source) ?? 0) : undefined;
  if (!sameColumns(last, rest) || hasSameLabels(last, rest)) return undefined;
  return repeatedHead(open.source, source);
}

function cellsOf({ rows }: TableItem): number {
  return rows.length * (rows[0]?.length ?? 0);
}

function emptied({ boxes }: TableItem, mergedIntoPage: number): TableItem {
  return { type: 'table', md: '', html: '', csv: '', rows: [], boxes, mergedIntoPage };
}
