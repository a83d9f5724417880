import { elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock, Inline } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { linesOf } from '../block-lines.ts';
import { cellPictures } from '../pictures/pictures-in.ts';
import type { OdfContext } from './context.ts';

/** Cells that one table may have once repetitions are written out. */
const MOST_CELLS = 200_000;

interface Row {
  readonly cells: readonly TableCell[];
  readonly isHeader: boolean;
}

/** A table (OpenDocument 1.3 part 3, 9). Repeated rows and cells are written out, to a bound. */
export function odfTable(table: XmlElement, context: OdfContext): FlowBlock[] {
  const only = onlyCell(table);
  if (only) return context.readBlocks(only, context);
  const rows: Row[] = [];
  const pictures: Pick<Inline, 'pictures'>[] = [];
  let left = MOST_CELLS;
  for (const { row, isHeader } of rowsOf(table, false)) {
    const cells = rowCells(row, Math.min(left, MOST_CELLS), context, pictures);
    const repeated = repetitions(row, 'table:number-rows-repeated');
    // Empty rows at the end are repeated up to the size of a sheet.
    const times = cells.some((cell) => cell.md !== '') ? repeated : 1;
    for (let time = 0; time < times && left > 0; time += 1) {
      rows.push({ cells, isHeader });
      left -= Math.max(1, cells.length);
    }
  }
  if (left <= 0)
    context.warn(`A table of more than ${MOST_CELLS} cells is cut off. Split the table into several.`);
  const headers = rows.findIndex((row) => !row.isHeader);
  const headerRows = headers < 0 ? rows.length : headers;
  return [{ kind: 'table', rows: rows.map((row) => row.cells), headerRows, ...cellPictures(pictures) }];
}

function rowsOf(parent: XmlElement, isHeader: boolean): { row: XmlElement; isHeader: boolean }[] {
  return elements(parent).flatMap((node) => {
    if (node.name === 'table-row') return isHidden(node) ? [] : [{ row: node, isHeader }];
    if (node.name === 'table-header-rows') return rowsOf(node, true);
    return node.name === 'table-rows' || node.name === 'table-row-group' ? rowsOf(node, isHeader) : [];
  });
}

function isHidden(row: XmlElement): boolean {
  return /^(?:collapse|filter)$/.test(row.attributes['table:visibility'] ?? '');
}

/** @param pictures takes those of the cells */
function rowCells(
  row: XmlElement,
  most: number,
  context: OdfContext,
  pictures: Pick<Inline, 'pictures'>[],
): TableCell[] {
  const cells: TableCell[] = [];
  for (const element of elements(row, 'table-cell')) {
    const content = linesOf(context.readBlocks(element, context));
    const { md, text } = content;
    if (content.pictures) pictures.push(content);
    const colSpan = repetitions(element, 'table:number-columns-spanned');
    const rowSpan = repetitions(element, 'table:number-rows-spanned');
    const cell = { md, value: text, ...(colSpan > 1 && { colSpan }), ...(rowSpan > 1 && { rowSpan }) };
    const times = repetitions(element, 'table:number-columns-repeated');
    for (let time = 0; time < times && cells.length < most; time += 1) cells.push(cell);
  }
  return cells;
}

/** More columns than any table has. */
const MOST_REPETITIONS = 1_000;

function repetitions(element: XmlElement, name: string): number {
  const count = Number(element.attributes[name] ?? 1);
  return Number.isInteger(count) ? Math.min(Math.max(count, 1), MOST_REPETITIONS) : 1;
}

/** A table of one cell is a box around its content. */
function onlyCell(table: XmlElement): XmlElement | undefined {
  const rows = rowsOf(table, false);
  const cells = rows.length === 1 && rows[0] ? elements(rows[0].row, 'table-cell') : [];
  const [cell] = cells;
  return cells.length === 1 && cell && repetitions(cell, 'table:number-columns-repeated') === 1
    ? cell
    : undefined;
}
