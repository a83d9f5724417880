import type { Flow } from './flow.ts';
import { breakLines, drawLine, lineHeight, type Line, type TextStyle } from './lines.ts';

export interface Column {
  readonly title: string;
  /** Share of the region's width; shares need not add up to anything. */
  readonly share: number;
  readonly align?: 'left' | 'right' | 'center';
}

export interface TableStyle {
  readonly body: TextStyle;
  /** Font of the header row and of emphasised rows. */
  readonly bold: string;
  /** `grid`: every cell is boxed. `rows`: a line under each row. `none`: no lines at all. */
  readonly rules: 'grid' | 'rows' | 'none';
  readonly headFill?: string;
  readonly headColour?: string;
  /** Fills every other row. */
  readonly stripe?: string;
  /** Points around the text of a cell. */
  readonly padding?: number;
}

/** A row; `emphasised` rows are set bold, as totals are. */
export type Row = readonly string[] | { readonly cells: readonly string[]; readonly emphasised: true };

interface LaidRow {
  readonly cells: readonly (readonly Line[])[];
  readonly style: TextStyle;
  readonly fill: string | undefined;
  readonly height: number;
}

/** Sets a table. A row is never split; the header row is repeated where the table runs on. */
export function setTable(
  flow: Flow,
  columns: readonly Column[],
  rows: readonly Row[],
  style: TableStyle,
): void {
  const total = columns.reduce((sum, column) => sum + column.share, 0);
  const padding = style.padding ?? 4;
  const widths = columns.map((column) => (column.share / total) * flow.region.width);
  const layOut = (texts: readonly string[], text: TextStyle, fill?: string): LaidRow => {
    const cells = columns.map((_, index) =>
      breakLines(flow.pdf, texts[index] ?? '', text, (widths[index] ?? 0) - 2 * padding),
    );
    const lines = Math.max(...cells.map((cell) => cell.length));
    return { cells, style: text, fill, height: lines * lineHeight(text) + 2 * padding };
  };
  const headText: TextStyle = { ...style.body, font: style.bold, colour: style.headColour ?? 'black' };
  const head = layOut(
    columns.map((column) => column.title),
    headText,
    style.headFill,
  );
  flow.keep(head.height * 3);
  drawRow(flow, columns, widths, head, style);
  for (const [index, row] of rows.entries()) {
    const emphasised = 'cells' in row;
    const laid = layOut(
      emphasised ? row.cells : row,
      emphasised ? { ...style.body, font: style.bold } : style.body,
      index % 2 === 1 ? style.stripe : undefined,
    );
    if (laid.height > flow.room) {
      flow.nextRegion();
      drawRow(flow, columns, widths, head, style);
    }
    drawRow(flow, columns, widths, laid, style);
  }
  flow.skip(lineHeight(style.body) * 0.8);
}

function drawRow(
  flow: Flow,
  columns: readonly Column[],
  widths: readonly number[],
  row: LaidRow,
  style: TableStyle,
): void {
  const { pdf } = flow;
  const { x: left, width } = flow.region;
  const padding = style.padding ?? 4;
  if (row.fill !== undefined) pdf.rect(left, flow.y, width, row.height).fill(row.fill);
  let x = left;
  for (const [index, cell] of row.cells.entries()) {
    const cellWidth = widths[index] ?? 0;
    const align = columns[index]?.align ?? 'left';
    for (const [line, broken] of cell.entries()) {
      const y = flow.y + padding + line * lineHeight(row.style);
      drawLine(pdf, broken, { ...row.style, align }, { x: x + padding, y, width: cellWidth - 2 * padding });
    }
    if (style.rules === 'grid') pdf.lineWidth(0.6).rect(x, flow.y, cellWidth, row.height).stroke('#555555');
    x += cellWidth;
  }
  flow.y += row.height;
  if (style.rules === 'rows')
    pdf
      .lineWidth(0.5)
      .moveTo(left, flow.y)
      .lineTo(left + width, flow.y)
      .stroke('#888888');
}
