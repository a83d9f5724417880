import { LiteParse, type LayoutBlock, type ParsedPage, type TextItem } from '@llamaindex/liteparse';
import { expect, test } from 'vitest';
import { drawPdf, prose } from '../../fixtures/sample-documents.ts';
import { blockTable } from '../table-item.ts';
import { mendTables } from './mend-tables.ts';
import type { DraftBlock } from './replace-blocks.ts';
import { NO_RULINGS, type Rulings } from './rulings.ts';
import { soundTables } from './sound-tables.ts';

const style = { compact: false, lineSeparator: '<br>' };

async function read(draw: (pdf: PDFKit.PDFDocument) => void): Promise<ParsedPage> {
  const config = { quiet: true, ocrEnabled: false, outputFormat: 'markdown', extractBlocks: true } as const;
  const parser = new LiteParse({
    ...config,
    emitWordBoxes: true,
    extractVectorGraphics: true,
    numWorkers: 1,
  });
  const page = (await parser.parse(await drawPdf([draw]))).pages[0];
  if (!page) throw new Error('The sample has no page.');
  return page;
}

const tablesOf = (blocks: readonly DraftBlock[]) =>
  blocks.flatMap((block) => (block.kind === 'table' ? (blockTable(block, style) ?? []) : []));

/** Texts at their places: x, y, text. */
const texts = (pdf: PDFKit.PDFDocument, places: readonly (readonly [number, number, string])[]) => {
  pdf.fontSize(9);
  for (const [x, y, text] of places) pdf.text(text, x, y, { lineBreak: false });
};

const wordsOf = (text: string) => text.split(/\s+/).filter(Boolean).toSorted();

/** Every word of the page stands in exactly one block. */
function expectAllWords(page: ParsedPage, blocks: readonly DraftBlock[]): void {
  const written = blocks.flatMap((block) => [
    block.text ?? '',
    ...('grid' in block ? block.grid.flat().map((cell) => cell.md) : []),
    ...[...(block.header ?? []), ...(block.rows ?? []).flat()].map((cell) => cell.text),
  ]);
  const drawn = page.textItems.map((item) => item.text).join(' ');
  expect(wordsOf(written.join(' ').replaceAll(/[*#\\]/g, ''))).toEqual(wordsOf(drawn));
}

test('ruling lines make cells with spans', async () => {
  const page = await read((pdf) => {
    const line = (x1: number, y1: number, x2: number, y2: number) =>
      pdf.moveTo(x1, y1).lineTo(x2, y2).stroke();
    for (const y of [100, 140, 160, 180]) line(60, y, 360, y);
    line(160, 120, 360, 120);
    for (const x of [60, 160, 360]) line(x, 100, x, 180);
    line(260, 120, 260, 180);
    texts(pdf, [
      [65, 105, 'Region'], [200, 105, 'Harvest in tons'], [165, 125, 'Wheat'], [265, 125, 'Rye'],
      [65, 145, 'North'], [165, 145, '12'], [265, 145, '7'], [65, 165, 'South'], [165, 165, '30'], [265, 165, '4'],
      [60, 220, 'The figures are those of the last census.'],
    ]); // prettier-ignore
  });
  const blocks = mendTables(page);
  const [table, ...others] = tablesOf(blocks);
  expect(others).toEqual([]);
  expect(table?.rows).toEqual([
    ['Region', 'Harvest in tons', null],
    [null, 'Wheat', 'Rye'],
    ['North', '12', '7'],
    ['South', '30', '4'],
  ]);
  expect(table?.html).toContain('<th rowspan="2">Region</th><th colspan="2">Harvest in tons</th>');
  expectAllWords(page, blocks);
});

test('a table without lines keeps its stacked head, its sub-heads and its first column', async () => {
  const rows = ['Alder', 'Birch', 'Cedar', 'Maple', 'Poplar', 'Willow'];
  const page = await read((pdf) => {
    pdf.moveTo(60, 98).lineTo(420, 98).stroke();
    pdf.moveTo(60, 152).lineTo(420, 152).stroke();
    pdf.moveTo(190, 114).lineTo(300, 114).stroke();
    texts(pdf, [
      [215, 102, 'Trees felled'], [340, 118, 'Mean'], [60, 130, 'Kind'], [195, 130, 'Old'], [265, 130, 'Young'],
      [340, 130, 'height'],
    ]); // prettier-ignore
    for (const [index, name] of rows.entries()) {
      const y = 158 + index * 13 + (index >= 3 ? 13 : 0);
      texts(pdf, [[60, y, name], [195, y, `${12 + index}`], [265, y, `${40 + index}`], [340, y, `${7 + index}.5`]]); // prettier-ignore
    }
    texts(pdf, [[60, 197, 'Planted later']]);
    pdf.moveTo(60, 252).lineTo(420, 252).stroke();
    texts(pdf, [[60, 258, 'Source: the forest office, which counts every spring in all of its districts.']]);
  });
  const blocks = mendTables(page);
  const [table, ...others] = tablesOf(blocks);
  expect(others).toEqual([]);
  expect(table?.rows?.slice(0, 3)).toEqual([
    ['Kind', 'Trees felled', null, 'Mean height'],
    [null, 'Old', 'Young', null],
    ['Alder', '12', '40', '7.5'],
  ]);
  expect(table?.rows?.map((row) => row[0])).toEqual(['Kind', null, 'Alder', 'Birch', 'Cedar', 'Planted later', 'Maple', 'Poplar', 'Willow']); // prettier-ignore
  expect(blocks.some((block) => block.text?.startsWith('Source: the forest office'))).toBe(true);
  expectAllWords(page, blocks);
});

test('prose does not become a table, and a page without one is left as it is', async () => {
  const page = await read(prose('Minutes'));
  expect(mendTables(page)).toBe(page.blocks);
});

/** Texts at their places, one item for each word. */
const items = (places: readonly (readonly [number, number, string])[]): TextItem[] =>
  places.flatMap(([left, y, line]) => {
    let x = left;
    return line.split(' ').map((text) => {
      const item = { text, x, y, width: text.length * 5, height: 10 };
      x += item.width + 3;
      return item;
    });
  });

function pageOf(textItems: TextItem[], blocks: LayoutBlock[]): ParsedPage {
  const text = textItems.map((item) => item.text).join(' ');
  return { pageNum: 1, width: 600, height: 800, text, markdown: '', textItems, blocks };
}

test('two pieces of one table are joined; a table beside it stays one of its own', () => {
  const places = [20, 34, 48, 76, 90, 104].flatMap((y) =>
    [40, 120, 200, 330, 410].map((x) => [x, y, `${x + y}`] as const),
  );
  const cell = { text: '' };
  const block = (x: number, y: number, width: number, height: number): LayoutBlock => {
    return { kind: 'table', rows: [[cell]], bbox: { x, y, width, height } };
  };
  const page = pageOf(items([...places, [40, 62, 'Later']]), [
    block(40, 20, 175, 38),
    block(40, 76, 175, 38),
    block(330, 20, 95, 94),
  ]);
  const tables = tablesOf(mendTables(page));
  expect(tables.map((table) => [table.rows.length, table.rows[0]?.length])).toEqual([
    [7, 3],
    [6, 2],
  ]);
  expect(tables[0]?.rows[3]).toEqual(['Later', '', '']);
});

test('a label that was broken is one row with its values; a lone word above is a row', () => {
  const page = pageOf(
    items([
      [40, 20, 'Actual'], [40, 31, '1999'], [200, 31, '10'], [260, 31, '11'],
      [40, 42, 'Engineering and'], [40, 53, 'mathematics'], [200, 53, '20'], [260, 53, '21'],
      [40, 64, 'Other'], [200, 64, '30'], [260, 64, '31'],
    ]), // prettier-ignore
    [{ kind: 'table', rows: [[{ text: '' }]], bbox: { x: 40, y: 20, width: 240, height: 54 } }],
  );
  const [table] = tablesOf(mendTables(page));
  expect(table?.rows.map((row) => row.join('|'))).toEqual([
    'Actual||',
    '1999|10|11',
    'Engineering and mathematics|20|21',
    'Other|30|31',
  ]);
});

test('prose that was taken for a table becomes paragraphs again', () => {
  const line = 'The members of the board heard what the witnesses had to say about it.'.split(' ');
  const places = [20, 34, 48, 62].flatMap((y) => {
    let x = 40;
    return line.map((word) => {
      const place = [x, y, word] as const;
      x += word.length * 5 + 3;
      return place;
    });
  });
  const page = pageOf(items(places), [
    {
      kind: 'table',
      rows: [[{ text: 'The' }, { text: 'members' }]],
      bbox: { x: 40, y: 20, width: 420, height: 54 },
    },
  ]);
  const blocks = mendTables(page);
  expect(blocks.map((block) => block.kind)).toEqual(['paragraph']);
  expectAllWords(page, blocks);
});

const FIGURES = [
  'Region 2021 2022 2023',
  'North 120 130 140',
  'South 220 230 240',
  'East 320 330 340',
  'West 420 430 440',
];

/** A page with one table without lines, which LiteParse reads well. */
async function pageOfFigures() {
  const page = await read((pdf) => {
    for (const [row, cells] of FIGURES.entries()) {
      pdf.font(row === 0 ? 'Helvetica-Bold' : 'Helvetica');
      texts(
        pdf,
        cells.split(' ').map((cell, column) => [60 + 90 * column, 102 + 14 * row, cell] as const),
      );
    }
  });
  const table = page.blocks?.find((block) => block.kind === 'table');
  if (!table?.bbox) throw new Error('LiteParse found no table.');
  const { x, y, width, height } = table.bbox;
  const item = (left: number, top: number, text: string): TextItem => {
    const size = { x: left, y: top, width: 6 * text.length, height: 9 };
    return { ...(page.textItems[0] ?? { text }), text, ...size, words: [] };
  };
  const isSound = (extra: TextItem[] = [], rulings: Rulings = NO_RULINGS, as: LayoutBlock = table) =>
    soundTables({ ...page, textItems: [...page.textItems, ...extra] }, [as], rulings).length === 1;
  return { page, table, item, isSound, x, y, right: x + width, bottom: y + height };
}

test('a table that was read well is taken as it is, also close below a line of text', async () => {
  const { page, isSound, item, x, y, bottom } = await pageOfFigures();
  expect(isSound()).toBe(true);
  expect(isSound([item(x, y - 12, 'The end of the paragraph above.')])).toBe(true);
  expect(isSound([item(x + 90, bottom + 2, 'Text below')])).toBe(true);
  expect(mendTables(page)).toBe(page.blocks);
});

test('a table is read again when what is beside, above or in it may be more of it', async () => {
  const { isSound, item, table, x, y, right, bottom } = await pageOfFigures();
  expect(isSound([item(right + 40, y + 20, '99')])).toBe(false);
  expect(isSound([item(x + 90, y - 12, 'Harvest')])).toBe(false);
  expect(isSound([item(x, bottom + 2, 'Total'), item(x + 90, bottom + 2, '1080')])).toBe(false);
  const rows = (table.rows ?? []).map((row, index) =>
    row.map((cell, column) => (index === 1 && column === 1 ? { ...cell, text: '220 230' } : cell)),
  );
  expect(isSound([], NO_RULINGS, { ...table, rows })).toBe(false);
  const acrossHalf = { at: x + 200, from: y, to: (y + bottom) / 2 };
  expect(isSound([], { horizontal: [], vertical: [acrossHalf] })).toBe(false);
});
