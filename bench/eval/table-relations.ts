import { overlap, type Overlap } from './tokens.ts';

/** A table as cells with the rows and columns they cover (inclusive). */
export interface GridCell {
  readonly text: string;
  readonly startRow: number;
  readonly endRow: number;
  readonly startColumn: number;
  readonly endColumn: number;
}

/** Content is compared without blanks and case, and with one kind of dash, as at the ICDAR 2013 competition. */
function normalised(text: string): string {
  return text
    .normalize('NFKC')
    .replaceAll(/[\u2010-\u2015\u2212\u00ad]/g, '-')
    .replaceAll(/<br\s*\/?>/gi, '')
    .replaceAll(/[\s*_\\`]/g, '')
    .toLowerCase();
}

/**
 * The adjacency relations of a table (Göbel, Hassan, Oro and Orsi, 2012): every cell with the next cell that is not
 * blank to its right and below it, spans honoured.
 */
export function relations(cells: readonly GridCell[]): string[] {
  const filled = cells
    .map((cell) => ({ ...cell, text: normalised(cell.text) }))
    .filter((cell) => cell.text !== '');
  const at = new Map<string, (typeof filled)[number]>();
  let rows = 0;
  let columns = 0;
  for (const cell of filled) {
    rows = Math.max(rows, cell.endRow + 1);
    columns = Math.max(columns, cell.endColumn + 1);
    for (let y = cell.startRow; y <= cell.endRow; y += 1)
      for (let x = cell.startColumn; x <= cell.endColumn; x += 1) at.set(`${y},${x}`, cell);
  }
  const found: string[] = [];
  for (const cell of filled) {
    const right = new Set<(typeof filled)[number]>();
    for (let y = cell.startRow; y <= cell.endRow; y += 1) {
      for (let x = cell.endColumn + 1; x < columns; x += 1) {
        const next = at.get(`${y},${x}`);
        if (!next) continue;
        right.add(next);
        break;
      }
    }
    const below = new Set<(typeof filled)[number]>();
    for (let x = cell.startColumn; x <= cell.endColumn; x += 1) {
      for (let y = cell.endRow + 1; y < rows; y += 1) {
        const next = at.get(`${y},${x}`);
        if (!next) continue;
        below.add(next);
        break;
      }
    }
    for (const next of right) found.push(`${cell.text}\u0000→\u0000${next.text}`);
    for (const next of below) found.push(`${cell.text}\u0000↓\u0000${next.text}`);
  }
  return found;
}

export function relationOverlap(found: readonly GridCell[], expected: readonly GridCell[]): Overlap {
  return overlap(relations(found), relations(expected));
}

/** The cells of a table written as HTML, spans honoured. */
export function htmlGrid(html: string): GridCell[] {
  const cells: GridCell[] = [];
  const taken = new Set<string>();
  let row = -1;
  for (const [, tag = '', attributes = '', content = ''] of html.matchAll(
    /<(tr|td|th)\b([^>]*)>((?:(?!<\/?(?:tr|td|th|table)\b)[\s\S])*)/gi,
  )) {
    if (tag.toLowerCase() === 'tr') {
      row += 1;
      continue;
    }
    let column = 0;
    while (taken.has(`${row},${column}`)) column += 1;
    const span = (name: string) => Number(new RegExp(`${name}="?(\\d+)`, 'i').exec(attributes)?.[1] ?? 1);
    const cell = {
      text: unescaped(content),
      startRow: row,
      endRow: row + span('rowspan') - 1,
      startColumn: column,
      endColumn: column + span('colspan') - 1,
    };
    for (let y = cell.startRow; y <= cell.endRow; y += 1)
      for (let x = cell.startColumn; x <= cell.endColumn; x += 1) taken.add(`${y},${x}`);
    cells.push(cell);
  }
  return cells;
}

function unescaped(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');
}

/** The cells of rows of texts. */
export function rowsGrid(rows: readonly (readonly string[])[]): GridCell[] {
  return rows.flatMap((row, y) =>
    row.map((text, x) => ({ text, startRow: y, endRow: y, startColumn: x, endColumn: x })),
  );
}

/** A table region of the truth, on its page. */
export interface TableRegion {
  readonly page: number;
  readonly cells: readonly GridCell[];
}

/** Reads the competition's structure files: one region per page that a table lies on. */
export function readRegions(xml: string): TableRegion[] {
  return Array.from(xml.matchAll(/<region\b([^>]*)>([\s\S]*?)<\/region>/g), ([, head = '', body = '']) => ({
    page: numberOf(head, 'page') ?? 1,
    cells: Array.from(body.matchAll(/<cell\b([^>]*)>([\s\S]*?)<\/cell>/g), ([, cell = '', inner = '']) => {
      const startRow = numberOf(cell, 'start-row') ?? 0;
      const startColumn = numberOf(cell, 'start-col') ?? 0;
      return {
        text: unescaped(/<content>([\s\S]*?)<\/content>/.exec(inner)?.[1] ?? ''),
        startRow,
        endRow: numberOf(cell, 'end-row') ?? startRow,
        startColumn,
        endColumn: numberOf(cell, 'end-col') ?? startColumn,
      };
    }),
  }));
}

function numberOf(attributes: string, name: string): number | undefined {
  const text = new RegExp(`(?:^|\\s)${name}=['"]([-\\d]+)`).exec(attributes)?.[1];
  return text === undefined ? undefined : Number(text);
}

/**
 * F1 of every region against the found table of its page that fits best; a found table serves one region, and a region
 * without one scores 0.
 */
export function scoreRegions(
  regions: readonly TableRegion[],
  found: ReadonlyMap<number, readonly (readonly GridCell[])[]>,
): number[] {
  const pairs = regions.flatMap((region, index) =>
    (found.get(region.page) ?? []).map((cells) => ({
      index,
      cells,
      f1: relationOverlap(cells, region.cells).f1,
    })),
  );
  const scores = regions.map(() => 0);
  const usedRegions = new Set<number>();
  const usedTables = new Set<readonly GridCell[]>();
  for (const { index, cells, f1 } of pairs.toSorted((a, b) => b.f1 - a.f1)) {
    if (usedRegions.has(index) || usedTables.has(cells)) continue;
    usedRegions.add(index);
    usedTables.add(cells);
    scores[index] = f1;
  }
  return scores;
}
