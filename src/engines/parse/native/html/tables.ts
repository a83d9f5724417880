import type { FlowBlock, Inline } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { linesOf } from '../block-lines.ts';
import { cellPictures } from '../pictures/pictures-in.ts';
import { attributeOf, isElement, type Element, type Node } from './dom.ts';
import { isLeftOut, type HtmlContext } from './visibility.ts';

/**
 * A table, after its caption. Tables that only lay the page out are their content: those with one cell, those that say so,
 * and, as newsletters are built, those of one column that holds headings, lists or tables.
 * @param blocksOf reads what stands inside captions and cells
 */
export function tableBlocks(table: Element, context: HtmlContext, blocksOf: BlocksOf): FlowBlock[] {
  const { rows, captions } = collect(table, context);
  const before = captions.flatMap((caption) => blocksOf(caption.childNodes));
  const cells = rows.map((row) =>
    row.cells.map((cell): Cell => ({ cell, blocks: blocksOf(cell.childNodes) })),
  );
  if (isLayout(table, cells)) return [...before, ...cells.flat().flatMap(({ blocks }) => blocks)];
  const pictures: Pick<Inline, 'pictures'>[] = [];
  const grid = cells.map((row) => row.map((cell) => tableCell(cell, pictures)));
  let headerRows = rows.findIndex((row) => !row.isHead && row.cells.some((cell) => cell.tagName !== 'th'));
  if (headerRows < 0) headerRows = rows.length;
  return [...before, { kind: 'table', rows: grid, headerRows, ...cellPictures(pictures) }];
}

type BlocksOf = (nodes: readonly Node[]) => readonly FlowBlock[];

interface Cell {
  readonly cell: Element;
  readonly blocks: readonly FlowBlock[];
}

function isLayout(table: Element, rows: readonly (readonly Cell[])[]): boolean {
  if (/^(?:presentation|none)$/i.test(attributeOf(table, 'role')?.trim() ?? '')) return true;
  if (rows.length === 1 && rows[0]?.length === 1) return true;
  // Cells beside the column only keep a distance.
  const filled = rows.map((row) => row.filter(({ blocks }) => blocks.length > 0));
  if (filled.some((row) => row.length > 1)) return false;
  return filled.flat().some(({ cell, blocks }) => cell.tagName === 'td' && blocks.some(isStructure));
}

function isStructure({ kind }: FlowBlock): boolean {
  return kind === 'heading' || kind === 'list' || kind === 'table' || kind === 'code';
}

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
function tableCell({ cell, blocks }: Cell, pictures: Pick<Inline, 'pictures'>[]): TableCell {
  const content = linesOf(blocks);
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
