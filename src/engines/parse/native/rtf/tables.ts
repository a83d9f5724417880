import type { FlowBlock, Inline } from '../../items/flow.ts';
import { cellPictures } from '../pictures/pictures-in.ts';

/** How a cell of a row is defined before its content comes. */
export interface CellDefinition {
  /** Its right edge, in twips. */
  readonly edge: number;
  /** Goes on with the cell on its left, or the one above. */
  readonly joinsLeft: boolean;
  readonly joinsAbove: boolean;
}

export interface RtfRow {
  readonly cells: readonly Inline[];
  readonly definitions: readonly CellDefinition[];
  readonly isHead: boolean;
}

/** Edges nearer than this are the same line. */
const SAME_EDGE_TWIPS = 30;
const MOST_EDGES = 1_000;

/** Makes a table of rows that follow each other. Where rows are cut differently, edges tell which columns a cell covers. */
export function rtfTable(rows: readonly RtfRow[]): FlowBlock {
  const edges = distinctEdges(rows);
  const above = new Map<number, { rowSpan: number }>();
  const cells = rows.map((row) => {
    const made: { md: string; value: string; colSpan: number; rowSpan: number }[] = [];
    let column = 0;
    for (const [index, content] of row.cells.entries()) {
      const definition = row.definitions[index];
      const span = definition ? Math.max(1, columnsUpTo(edges, definition.edge) - column) : 1;
      const from = column;
      column += span;
      const upper = above.get(from);
      const left = made.at(-1);
      if (definition?.joinsLeft && left && content.text === '') left.colSpan += span;
      else if (definition?.joinsAbove && upper && content.text === '') upper.rowSpan += 1;
      else {
        const cell = { md: content.md, value: content.text, colSpan: span, rowSpan: 1 };
        above.set(from, cell);
        made.push(cell);
      }
    }
    return made;
  });
  let headerRows = rows.findIndex((row) => !row.isHead);
  if (headerRows < 0) headerRows = rows.length;
  return { kind: 'table', rows: cells, headerRows, ...cellPictures(rows.flatMap((row) => row.cells)) };
}

function distinctEdges(rows: readonly RtfRow[]): number[] {
  // Rows that look the same share their definitions.
  const definitions = [...new Set(rows.map((row) => row.definitions))].flat();
  const all = definitions.map((definition) => definition.edge).toSorted((a, b) => a - b);
  const distinct: number[] = [];
  for (const edge of all)
    if (distinct.length < MOST_EDGES && edge - (distinct.at(-1) ?? -Infinity) > SAME_EDGE_TWIPS)
      distinct.push(edge);
  return distinct;
}

/** Columns that end at an edge or before it. */
function columnsUpTo(edges: readonly number[], edge: number): number {
  let low = 0;
  let high = edges.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((edges[middle] ?? 0) <= edge + SAME_EDGE_TWIPS) low = middle + 1;
    else high = middle;
  }
  return low;
}
