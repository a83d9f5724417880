import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { linesOf } from '../block-lines.ts';
import { cellPictures, picturesOf } from '../pictures/pictures-in.ts';
import { findBelow } from '../ooxml/alternate-content.ts';
import { isOn } from '../ooxml/package.ts';
import type { DocxContext } from './context.ts';
import { wholeNumber } from './numbering.ts';
import { isRemoved, isRemovedRow } from './tracked-changes.ts';

interface Cell {
  readonly element: XmlElement | undefined;
  readonly width: number;
  /** Continues the cell above. */
  readonly continues: boolean;
}
interface Row {
  readonly element: XmlElement;
  readonly cells: readonly Cell[];
  readonly isHeader: boolean;
  /** Word last found a page to end before this row. */
  readonly startsPage: boolean;
}

/** A part of a table that stands on one page. */
export interface TablePart {
  readonly blocks: readonly FlowBlock[];
  readonly startsPage: boolean;
  readonly firstRow?: XmlElement | undefined;
}

/** More columns than Word allows (63) with some room. */
const MOST_COLUMNS = 1_000;

/**
 * Reads a table (ECMA-376 part 1, 17.4), cut where pages ended, with its header rows again on each page, as Word shows it. A
 * table of one cell is a box around its content.
 */
export function readTable(table: XmlElement, context: DocxContext): TablePart[] {
  const rows = rowsOf(table);
  const [only] = rows;
  if (rows.length === 1 && only?.cells.length === 1)
    return [{ blocks: readCell(only.cells[0], context), startsPage: only.startsPage }];
  const read = rows.map((row) => ({ row, contents: row.cells.map((cell) => readCell(cell, context)) }));
  let headers = rows.findIndex((row) => !row.isHeader);
  if (headers < 0) headers = rows.length;
  const marked = headers > 0 ? headers : hasHeaderLook(table, context) && rows.length > 1 ? 1 : 0;
  const parts: TablePart[] = [];
  let start = 0;
  for (let end = 1; end <= read.length; end += 1) {
    if (end < read.length && !(read[end]?.row.startsPage && end > headers)) continue;
    const again = start > 0 ? read.slice(0, headers) : [];
    const block: FlowBlock = {
      kind: 'table',
      rows: tableRows([...again, ...read.slice(start, end)]),
      headerRows: start > 0 ? headers : marked,
      ...(start > 0 && { continues: true }),
      ...cellPictures(read.slice(start, end).flatMap(({ contents }) => contents.map(picturesOf))),
    };
    const first = read[start]?.row;
    parts.push({ blocks: [block], startsPage: first?.startsPage ?? false, firstRow: first?.element });
    start = end;
  }
  return parts;
}

/** Rows and cells may lie in content controls and custom markup. */
function inside(parent: XmlElement, name: string): XmlElement[] {
  return elements(parent).flatMap((node) => {
    if (node.name === name) return [node];
    if (isRemoved(node)) return [];
    return /^(?:sdt|sdtContent|customXml|ins|moveTo|smartTag)$/.test(node.name) ? inside(node, name) : [];
  });
}

function rowsOf(table: XmlElement): Row[] {
  return inside(table, 'tr').flatMap((row): Row[] => {
    const properties = child(row, 'trPr');
    if (isRemovedRow(properties)) return [];
    const before = gridWidth(child(properties, 'gridBefore'), 0);
    const cells = inside(row, 'tc').flatMap((cell) => cellOf(cell));
    if (cells.length === 0) return [];
    const indent: Cell[] = before > 0 ? [{ element: undefined, width: before, continues: false }] : [];
    return [
      {
        element: row,
        cells: [...indent, ...cells],
        isHeader: isOn(child(properties, 'tblHeader')),
        startsPage: findBelow(row, 'lastRenderedPageBreak') !== undefined,
      },
    ];
  });
}

function cellOf(element: XmlElement): Cell[] {
  const properties = child(element, 'tcPr');
  if (child(properties, 'cellDel') || attribute(child(properties, 'hMerge'), 'val') === 'continue') return [];
  const merge = child(properties, 'vMerge');
  const continues = merge !== undefined && attribute(merge, 'val') !== 'restart';
  return [{ element, width: gridWidth(child(properties, 'gridSpan'), 1), continues }];
}

function gridWidth(element: XmlElement | undefined, fallback: number): number {
  return Math.min(wholeNumber(attribute(element, 'val')) ?? fallback, MOST_COLUMNS) || fallback;
}

function readCell(cell: Cell | undefined, context: DocxContext): FlowBlock[] {
  return cell?.element && !cell.continues ? context.readBlocks(cell.element, context) : [];
}

/** Cells with their spans: a cell that continues one above makes that one taller. */
function tableRows(rows: readonly { row: Row; contents: readonly FlowBlock[][] }[]): TableCell[][] {
  const grid: { cell: TableCell; height: number; column: number; width: number }[][] = [];
  /** For each column, the cell that reaches down to the row above. */
  let above = new Map<number, { height: number; width: number }>();
  for (const { row, contents } of rows) {
    const line: (typeof grid)[number] = [];
    const reaching: typeof above = new Map();
    let column = 0;
    for (const [index, { continues, width }] of row.cells.entries()) {
      const owner = continues ? above.get(column) : undefined;
      if (owner && owner.width === width) {
        owner.height += 1;
        reaching.set(column, owner);
      } else {
        const { md, text } = linesOf(contents[index] ?? []);
        const placed = { cell: { md, value: text }, height: 1, column, width };
        line.push(placed);
        reaching.set(column, placed);
      }
      column += width;
    }
    grid.push(line);
    above = reaching;
  }
  return grid.map((line) =>
    line.map(({ cell, height, width }) => ({
      ...cell,
      ...(width > 1 && { colSpan: width }),
      ...(height > 1 && { rowSpan: height }),
    })),
  );
}

/** Whether the first row is set apart: the table asks for it and its style does something about it (17.4.55). */
function hasHeaderLook(table: XmlElement, context: DocxContext): boolean {
  const properties = child(table, 'tblPr');
  const look = child(properties, 'tblLook');
  const asked =
    attribute(look, 'firstRow') ??
    ((Number.parseInt(attribute(look, 'val') ?? '0', 16) & 0x20) > 0 ? '1' : '0');
  return asked === '1' && context.styles.marksFirstRow(attribute(child(properties, 'tblStyle'), 'val'));
}
