import type { FlowBlock } from '../../items/flow.ts';
import type { TableCell } from '../../items/table.ts';
import { asciidocInline } from './inline.ts';

/** What may stand before a cell's bar: its spans, its alignment and its style. */
const CELL_SPEC = /(?:^|\s)(?:(\d+)?(?:\.(\d+))?[+*])?[<^>]?(?:\.[<^>])?[adehlmsv]?$/;

/** The table between two `|===`, or lines of bars alone. @param columns how many its attributes declare */
export function asciidocTable(
  lines: readonly string[],
  columns: number | undefined,
  options: { readonly annotateLinks: boolean },
): FlowBlock[] {
  const shown = lines.filter((line) => line.trim() !== '');
  const byLine = shown.map((line) => lineCells(line, options));
  const width = columns ?? byLine[0]?.length ?? 0;
  if (width === 0) return [];
  const isRowPerLine =
    width > 1 &&
    shown.every((line, index) => line.trimStart().startsWith('|') && (byLine[index]?.length ?? 0) > 1);
  const rows = isRowPerLine
    ? byLine.map((cells) => (cells.length > width && cells.at(-1)?.md === '' ? cells.slice(0, -1) : cells))
    : chunks(byLine.flat(), width);
  return [{ kind: 'table', rows, headerRows: rows.length > 1 ? 1 : 0 }];
}

/** A line without a bar goes on with the cell before; such text is a cell of its own here. */
function lineCells(line: string, options: { readonly annotateLinks: boolean }): TableCell[] {
  const parts = line.trim().split(/(?<!\\)\|/);
  const cells: TableCell[] = [];
  let spec = CELL_SPEC.exec(parts[0] ?? '');
  if (parts.length === 1) return [cellOf(parts[0] ?? '', null, options)];
  for (const [index, part] of parts.entries()) {
    if (index === 0) continue;
    const next = index < parts.length - 1 ? CELL_SPEC.exec(part) : null;
    // One letter alone is what the cell says.
    const isSpec = next !== null && next[0].trim() !== '' && /[\d+*^<>.]/.test(next[0]);
    cells.push(cellOf(isSpec ? part.slice(0, next.index) : part, spec, options));
    spec = isSpec ? next : null;
  }
  return cells;
}

function cellOf(
  text: string,
  spec: RegExpExecArray | null,
  options: { readonly annotateLinks: boolean },
): TableCell {
  const { md, text: value } = asciidocInline(text.trim().replaceAll('\\|', '|'), options);
  const colSpan = Number(spec?.[1] ?? 1);
  const rowSpan = Number(spec?.[2] ?? 1);
  return { md, value, ...(colSpan > 1 && { colSpan }), ...(rowSpan > 1 && { rowSpan }) };
}

function chunks(cells: readonly TableCell[], width: number): TableCell[][] {
  const rows: TableCell[][] = [];
  let place = width;
  for (const cell of cells) {
    if (place >= width) {
      rows.push([]);
      place = 0;
    }
    rows.at(-1)?.push(cell);
    place += cell.colSpan ?? 1;
  }
  return rows;
}
