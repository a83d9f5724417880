import { attribute, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { inlineOfNodes, type InlineOptions } from './inline.ts';
import { CELLS, ROWS } from './vocabulary.ts';

/**
 * Tables of XHTML, of XSL-FO, and of CALS, whose cells name the columns where they begin and end (OASIS TR 9503).
 * @returns nothing where no rows with cells are known: other vocabularies call other things tables
 */
export function tableBlock(element: XmlElement, options: InlineOptions): FlowBlock[] {
  const rows: TableCell[][] = [];
  let headerRows = 0;
  const walk = (parent: XmlElement, inHead: boolean, columns: ReadonlyMap<string, number>): void => {
    for (const one of elements(parent)) {
      const name = one.name.toLowerCase();
      if (!ROWS.has(name)) {
        walk(one, inHead || HEADS.has(name), name === 'tgroup' ? columnsOf(one) : columns);
        continue;
      }
      const cells = elements(one).filter((cell) => CELLS.has(cell.name.toLowerCase()));
      rows.push(cells.map((cell) => tableCell(cell, columns, options)));
      const isHead =
        inHead || name === 'sthead' || (cells.length > 0 && cells.every((cell) => cell.name === 'th'));
      if (isHead && headerRows === rows.length - 1) headerRows += 1;
    }
  };
  walk(element, false, columnsOf(element));
  return rows.some((cells) => cells.length > 0) ? [{ kind: 'table', rows, headerRows }] : [];
}

/** Whether what is called a table has rows and cells that are known. */
export function isTable(element: XmlElement): boolean {
  return elements(element).some((one) =>
    ROWS.has(one.name.toLowerCase())
      ? elements(one).some((cell) => CELLS.has(cell.name.toLowerCase()))
      : isTable(one),
  );
}

const HEADS = new Set(['thead', 'table-header']);

/** Columns by name, from 0. */
function columnsOf(group: XmlElement): ReadonlyMap<string, number> {
  const specs = elements(group).filter((one) => one.name.toLowerCase() === 'colspec');
  return new Map(specs.map((spec, index) => [attribute(spec, 'colname') ?? String(index + 1), index]));
}

function tableCell(
  cell: XmlElement,
  columns: ReadonlyMap<string, number>,
  options: InlineOptions,
): TableCell {
  const { text, md } = inlineOfNodes(cell.children, options);
  const from = columns.get(attribute(cell, 'namest') ?? '');
  const to = columns.get(attribute(cell, 'nameend') ?? '');
  const named = from !== undefined && to !== undefined ? to - from + 1 : undefined;
  const colSpan =
    named ?? Number(attribute(cell, 'colspan') ?? attribute(cell, 'number-columns-spanned') ?? 1);
  const rowSpan = Number(
    attribute(cell, 'rowspan') ??
      attribute(cell, 'number-rows-spanned') ??
      1 + Number(attribute(cell, 'morerows') ?? 0),
  );
  return { md, value: text, colSpan, rowSpan };
}
