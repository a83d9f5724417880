import { attribute, child, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { linesOf } from '../block-lines.ts';
import { isTrue } from '../ooxml/package.ts';
import { textBlocks, type TextContext } from './text-body.ts';

/** A table of a slide (ECMA-376 part 1, 21.1.3). Cells that another one covers are marked in the file. */
export function slideTable(table: XmlElement, context: TextContext): FlowBlock {
  const headed = isTrue(attribute(child(table, 'tblPr'), 'firstRow'));
  const rows = elements(table, 'tr').map((row) =>
    elements(row, 'tc')
      .filter((cell) => !isTrue(attribute(cell, 'hMerge')) && !isTrue(attribute(cell, 'vMerge')))
      .map((cell) => tableCell(cell, context)),
  );
  return { kind: 'table', rows, headerRows: headed && rows.length > 1 ? 1 : 0 };
}

function tableCell(cell: XmlElement, context: TextContext): TableCell {
  const { md, text } = linesOf(textBlocks(child(cell, 'txBody'), [], context));
  const span = (name: string) => Number(attribute(cell, name) ?? 1);
  const [colSpan, rowSpan] = [span('gridSpan'), span('rowSpan')];
  return { md, value: text, ...(colSpan > 1 && { colSpan }), ...(rowSpan > 1 && { rowSpan }) };
}
