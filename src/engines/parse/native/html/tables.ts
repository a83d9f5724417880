import type { FlowBlock, Inline } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { linesOf } from '../block-lines.ts';
import { cellPictures } from '../pictures/pictures-in.ts';
import { attributeOf, isElement, type Element, type Node } from './dom.ts';
import { isLeftOut, type HtmlContext } from './visibility.ts';

/**
 * A table, after its caption. Tables that only lay the page out, with one cell, are their content.
 * @param blocksOf reads what stands inside captions and cells
 */
export function tableBlocks(table: Element, context: HtmlContext, blocksOf: BlocksOf): FlowBlock[] {
  const { rows, captions } = collect(table, context);
  const before = captions.flatMap((caption) => blocksOf(caption.childNodes));
  const cells = rows.map((row) => row.cells);
  const [only] = cells.length === 1 ? (cells[0] ?? []) : [];
  if (only && cells[0]?.length === 1) return [...before, ...blocksOf(only.childNodes)];
  const pictures: Pick<Inline, 'pictures'>[] = [];
  const grid = cells.map((row) => row.map((cell) => tableCell(cell, blocksOf, pictures)));
  let headerRows = rows.findIndex((row) => !row.isHead && row.cells.some((cell) => cell.tagName !== 'th'));
  if (headerRows < 0) headerRows = rows.length;
  return [...before, { kind: 'table', rows: grid, headerRows, ...cellPictures(pictures) }];
}

type BlocksOf = (nodes: readonly Node[]) => readonly FlowBlock[];

interface Row {
  readonly cells: readonly Element[];
  readonly isHead: boolean;
}

function collect(table: Element, context: HtmlContext): { rows: Row[]; captions: Element[] } {
  const rows: Row[] = [];
  const captions: Element[] = [];
  const walk = (nodes: readonly Node[], isHead: boolean): void => {
    for (const node of nodes) {
      if (!isElement(node) || isLeftOut(node, context.html)) continue;
      if (node.tagName === 'caption') captions.push(node);
      else if (node.tagName === 'tr') rows.push({ cells: cellsOf(node, context), isHead });
      else if (/^t(?:head|body|foot)$/.test(node.tagName)) walk(node.childNodes, node.tagName === 'thead');
    }
  };
  walk(table.childNodes, false);
  return { rows, captions };
}

function cellsOf(row: Element, context: HtmlContext): Element[] {
  return row.childNodes.filter(
    (node): node is Element =>
      isElement(node) && (node.tagName === 'td' || node.tagName === 'th') && !isLeftOut(node, context.html),
  );
}

/** @param pictures takes those of the cell */
function tableCell(cell: Element, blocksOf: BlocksOf, pictures: Pick<Inline, 'pictures'>[]): TableCell {
  const content = linesOf(blocksOf(cell.childNodes));
  const { md, text } = content;
  if (content.pictures) pictures.push(content);
  const colSpan = spanOf(cell, 'colspan');
  const rowSpan = spanOf(cell, 'rowspan');
  return { md, value: text, ...(colSpan > 1 && { colSpan }), ...(rowSpan > 1 && { rowSpan }) };
}

function spanOf(cell: Element, name: 'colspan' | 'rowspan'): number {
  const span = Number(attributeOf(cell, name) ?? 1);
  return Number.isInteger(span) && span > 0 ? span : 1;
}
