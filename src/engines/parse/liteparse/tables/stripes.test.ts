import { LiteParse, type ParsedPage } from '@llamaindex/liteparse';
import { expect, test } from 'vitest';
import { drawPdf } from '../../fixtures/sample-documents.ts';
import { blockTable } from '../table-item.ts';
import { mendTables } from './mend-tables.ts';
import { stripesOf } from './stripes.ts';

type Text = string | readonly string[];

/** Edges of the columns and of the two of the sums below, in points. */
const EDGES = [60, 100, 280, 330, 420, 520];
const SUM_EDGES = [340, 410, 520];
const LINE = 12;

const HEAD: readonly Text[] = ['Pos', 'Description', 'Qty', 'Unit price', 'Total'];
const CHAIR = ['Office chair with arms and a head', 'rest, five castors for hard floors'];
const ROWS: readonly (readonly Text[])[] = [
  ['1', 'Oak table, 180 cm', '2', '450.00', '900.00'],
  ['2', CHAIR, '12', '89.50', '1,074.00'],
  ['3', 'Delivery and assembly', '1', '120.00', '120.00'],
  ['4', 'Desk lamp, brass', '6', '39.90', '239.40'],
  ['5', 'Filing cabinet', '3', '210.00', '630.00'],
];
const SUMS = [
  ['Subtotal', '2,963.40'],
  ['VAT', '592.68'],
  ['Total due', '3,556.08'],
];
/** The whole table as it should be read. */
const READ = [
  HEAD,
  ...ROWS.map((row) => row.map((cell) => (typeof cell === 'string' ? cell : cell.join(' ')))),
  ...SUMS.map(([label, sum]) => ['', '', '', label, sum]),
];

interface Look {
  /** Which rows are filled: those whose number leaves this rest when halved. */
  readonly filled: 0 | 1;
  readonly head: boolean;
  readonly sums: boolean;
  readonly rules: boolean;
}

/** A bill as browsers print it: each cell filled by itself, its text in the middle of its height, values on the right. */
async function bill(look: Look): Promise<ParsedPage> {
  const draw = (pdf: PDFKit.PDFDocument) => {
    let y = 100;
    const row = (
      cells: readonly Text[],
      edges: readonly number[],
      fill: string | undefined,
      isHead = false,
    ) => {
      const height =
        8 + LINE * Math.max(...cells.map((cell) => (typeof cell === 'string' ? 1 : cell.length)));
      for (const [index, cell] of cells.entries()) {
        const [from = 0, to = 0] = edges.slice(index);
        if (fill !== undefined) pdf.rect(from, y, to - from, height).fill(fill);
        const lines = typeof cell === 'string' ? [cell] : cell;
        const isValue = !isHead && (edges === SUM_EDGES || index > 1);
        pdf.fillColor('black').fontSize(9);
        for (const [at, line] of lines.entries()) {
          const x = isValue ? to - 5 - pdf.widthOfString(line) : from + 5;
          const top = y + (height - LINE * lines.length) / 2 + at * LINE + 2;
          pdf.text(line, x, top, { lineBreak: false });
        }
      }
      y += height;
      if (look.rules)
        pdf
          .moveTo(edges[0] ?? 0, y)
          .lineTo(edges.at(-1) ?? 0, y)
          .lineWidth(0.5)
          .stroke('#888888');
    };
    pdf.fontSize(9).text('Thank you for your order. We charge as agreed:', 60, 80);
    row(HEAD, EDGES, look.head ? '#ccccdd' : undefined, true);
    for (const [index, cells] of ROWS.entries())
      row(cells, EDGES, index % 2 === look.filled ? '#eeeeee' : undefined);
    for (const [index, cells] of SUMS.entries())
      row(cells, SUM_EDGES, look.sums && index % 2 === 0 ? '#eeeeee' : undefined);
    pdf.text('Payable within 30 days.', 60, y + 30);
  };
  const parser = new LiteParse({
    quiet: true,
    ocrEnabled: false,
    outputFormat: 'markdown',
    extractBlocks: true,
    extractVectorGraphics: true,
    numWorkers: 1,
  });
  const page = (await parser.parse(await drawPdf([draw]))).pages[0];
  if (!page) throw new Error('The sample has no page.');
  return page;
}

function tablesOf(page: ParsedPage): unknown[] {
  const style = { compact: false, lineSeparator: '<br>' };
  return mendTables(page).flatMap((block) =>
    block.kind === 'table' ? (blockTable(block, style)?.rows ?? []) : [],
  );
}

const LOOKS = [0, 1].flatMap((filled) =>
  [true, false].flatMap((head) =>
    [true, false].flatMap((sums) => [true, false].map((rules) => ({ filled, head, sums, rules }) as Look)),
  ),
);

test.each(LOOKS)('striped rows are one table with the sums below: %o', async (look) => {
  expect(tablesOf(await bill(look))).toEqual(READ);
});

test('stripes tell the columns; fills that differ or stand alone are none', async () => {
  const page = await bill({ filled: 0, head: false, sums: false, rules: false });
  expect(stripesOf(page.vectorGraphics)).toMatchObject([{ edges: EDGES }]);
  const [first] = page.vectorGraphics?.shapes ?? [];
  if (!first) throw new Error('Nothing was filled.');
  const at = (x: number, y: number) => ({ ...first, bbox: { x, y, width: 100, height: 20 } });
  const shapes = [at(0, 0), at(100, 0), at(0, 40), at(120, 40), at(0, 400), at(100, 400)];
  expect(stripesOf({ lines: [], shapes })).toEqual([]);
  expect(stripesOf(undefined)).toEqual([]);
});
