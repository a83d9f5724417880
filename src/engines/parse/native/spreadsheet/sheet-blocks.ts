import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { inlineOf } from '../../items/inline.ts';
import { escapeMarkdown } from '../../items/markup.ts';
import type { TableCell } from '../../items/table.ts';
import { MOST_CELLS, type SheetCell, type SheetRow } from './sheet.ts';
import { sheetAreas, type SheetArea } from './sub-tables.ts';

export interface SheetOptions {
  readonly annotateLinks: boolean;
  readonly detectSubTables: boolean;
}

/**
 * A sheet as a page: its name, then its tables; a cell that stands alone is a paragraph. A sheet that shows nothing is an
 * empty page.
 * @throws {DocumentFailure} DOCUMENT_TOO_LARGE for cells so far apart that the table between them cannot be held
 */
export function sheetBlocks(
  name: string,
  rows: readonly SheetRow[],
  options: SheetOptions,
  after: readonly FlowBlock[] = [],
): FlowBlock[] {
  const areas = sheetAreas(rows, options.detectSubTables).flatMap((area) => {
    const titles = titleRows(area);
    const parts = [
      ...titles.map((row) => ({ ...area, rows: [row] })),
      { ...area, rows: area.rows.slice(titles.length) },
    ];
    return parts.map((part) => areaBlock(part, options));
  });
  const blocks = [...areas, ...after];
  if (blocks.length === 0) return [];
  const title = { text: name, md: escapeMarkdown(name) };
  return [{ kind: 'heading', level: 2, content: title }, ...blocks];
}

/** Rows above a table that say what it is. */
const MOST_TITLE_ROWS = 6;

/** The rows at the top with one text each, at the left or across the table, above rows with several cells. */
function titleRows({ rows, left, headRows }: SheetArea): SheetRow[] {
  if (headRows !== undefined) return [];
  const titles: SheetRow[] = [];
  for (const row of rows) {
    const shown = row.cells.filter((cell) => !cell.covered);
    const [only] = shown;
    const isTitle =
      shown.length === 1 &&
      only !== undefined &&
      only.number === undefined &&
      (only.rowSpan ?? 1) === 1 &&
      (only.column === left || (only.colSpan ?? 1) > 1);
    if (!isTitle) return shown.length > 1 && titles.length <= MOST_TITLE_ROWS ? titles : [];
    titles.push(row);
  }
  return [];
}

function areaBlock(area: SheetArea, options: SheetOptions): FlowBlock {
  const shown = area.rows.flatMap((row) => row.cells.filter((cell) => !cell.covered)).slice(0, 2);
  const [only] = shown;
  if (only && shown.length === 1) {
    const content = inlineOf(
      [{ text: only.text, ...(only.url !== undefined && { url: only.url }) }],
      options,
    );
    return { kind: 'paragraph', content };
  }
  const grid = gridOf(area);
  if (grid.height * grid.width > MOST_CELLS) {
    throw new DocumentFailure(
      'DOCUMENT_TOO_LARGE',
      `A table of the sheet spans ${grid.height} rows and ${grid.width} columns, and at most ${MOST_CELLS} cells are ` +
        'read. Split it and upload the parts.',
    );
  }
  const rows = area.rows.filter(showsCells).map((row) => tableRow(row, grid, options));
  return { kind: 'table', rows, headerRows: area.headRows ?? (hasHead(area) ? 1 : 0) };
}

/** Where a sheet's rows and columns stand in the table: those that show nothing, or only what is merged, are left out. */
interface Grid {
  readonly height: number;
  readonly width: number;
  /** Table rows before a row of the sheet. */
  rowsBefore(row: number): number;
  /** Table columns before a column of the sheet. */
  columnsBefore(column: number): number;
}

function gridOf({ rows, right }: SheetArea): Grid {
  const used = new Uint8Array(right + 2);
  for (const { cells } of rows) for (const cell of cells) if (!cell.covered) used[cell.column] = 1;
  const columns = new Uint16Array(right + 2);
  for (let column = 0; column <= right; column += 1)
    columns[column + 1] = (columns[column] ?? 0) + (used[column] ?? 0);
  const width = columns[right + 1] ?? 0;
  const shown = rows.filter(showsCells).map((row) => row.index);
  return {
    height: shown.length,
    width,
    rowsBefore: (row) => countBelow(shown, row),
    columnsBefore: (column) => columns[column] ?? width,
  };
}

function showsCells(row: SheetRow): boolean {
  return row.cells.some((cell) => !cell.covered);
}

/** How many of ascending numbers are smaller than one. */
function countBelow(ascending: readonly number[], limit: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? 0) < limit) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** The row's cells, without the covered places, which a table leaves out, and with empty ones where nothing stands. */
function tableRow(row: SheetRow, grid: Grid, options: SheetOptions): TableCell[] {
  const cells: TableCell[] = [];
  let place = 0;
  for (const cell of row.cells) {
    const at = grid.columnsBefore(cell.column);
    for (; place < at; place += 1) cells.push(EMPTY);
    if (!cell.covered) cells.push(tableCell(cell, row.index, grid, options));
    place = Math.max(place, grid.columnsBefore(cell.column + 1));
  }
  for (; place < grid.width; place += 1) cells.push(EMPTY);
  return cells;
}

const EMPTY: TableCell = { md: '' };

function tableCell(cell: SheetCell, rowIndex: number, grid: Grid, options: SheetOptions): TableCell {
  const { column, text, number, url } = cell;
  const md =
    url === undefined || !options.annotateLinks
      ? escapeMarkdown(text)
      : inlineOf([{ text, url }], options).md;
  const colSpan = grid.columnsBefore(column + (cell.colSpan ?? 1)) - grid.columnsBefore(column);
  const rowSpan =
    cell.rowSpan === undefined ? 1 : grid.rowsBefore(rowIndex + cell.rowSpan) - grid.rowsBefore(rowIndex);
  return {
    md,
    value: number ?? text,
    ...(colSpan > 1 && { colSpan }),
    ...(rowSpan > 1 && { rowSpan }),
  };
}

/** The first row is a head when it has words only and something stands below it. */
function hasHead({ rows }: SheetArea): boolean {
  const [first] = rows;
  return first !== undefined && rows.length > 1 && first.cells.every((cell) => cell.number === undefined);
}
