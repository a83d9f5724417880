import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

const PROSE =
  'The committee considered the state of the waterways and found that the locks had been neglected for several years. ';

function columns(page: PDFKit.PDFDocument, y: number, name: string): void {
  page.font('Helvetica').fontSize(9);
  page.text(`${name}LEFT ${PROSE.repeat(5)}${name}LEFTEND`, 40, y, { width: 245 });
  page.text(`${name}RIGHT ${PROSE.repeat(5)}${name}RIGHTEND`, 310, y, { width: 245 });
}

function table(page: PDFKit.PDFDocument, y: number): void {
  for (let row = 0; row < 10; row += 1)
    for (const [index, text] of [
      `${row}`,
      `Customer ${row}`,
      row % 2 ? 'Ulm' : 'Bonn',
      `${row * 37}.50`,
    ].entries())
      page.text(text, [45, 80, 330, 500][index] ?? 0, y + row * 16, { lineBreak: false });
}

test('columns above a table are read one after the other, and the table is whole', async () => {
  const pdf = await drawPdf([
    (page) => {
      page
        .font('Helvetica')
        .fontSize(9)
        .text(`WIDE ${PROSE.repeat(4)}`, 40, 50, { width: 515 });
      columns(page, 120, '');
      page.font('Helvetica-Bold').fontSize(12).text('Customers', 40, 290);
      page.font('Helvetica').fontSize(9);
      table(page, 320);
    },
  ]);
  const markdown = (await readDocument(pdf)).pages[0]?.markdown ?? '';
  const places = [
    'WIDE',
    'LEFT ',
    'LEFTEND',
    'RIGHT ',
    'RIGHTEND',
    'Customers',
    '| 0 | Customer 0 | Bonn | 0.50 |',
  ].map((text) => markdown.indexOf(text));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  expect(markdown).toContain('| 9 | Customer 9 | Ulm | 333.50 |');
  expect(markdown).toMatch(/^#+ Customers$/m);
});

test('pages of two columns, and of none, stay as they are', async () => {
  const pdf = await drawPdf([
    (page) => columns(page, 50, 'A'),
    (page) => {
      page.font('Helvetica').fontSize(9);
      table(page, 100);
    },
  ]);
  const [first, second] = (await readDocument(pdf)).pages;
  expect(first?.items.map(({ type }) => type)).toEqual(['text', 'text']);
  expect(second?.items.map(({ type }) => type)).toEqual(['table']);
});

test('columns that end differently, one with a table, are read each to its end', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.font('Helvetica').fontSize(9);
      const rows = (x: number, y: number): void => {
        for (let row = 0; row < 7; row += 1)
          for (const [index, text] of [`Locks ${row}`, `${row}31`, `${row * 7}`].entries())
            page.text(text, x + ([5, 90, 180][index] ?? 0), y + row * 16, { lineBreak: false });
      };
      page.text(`LEFT ${PROSE.repeat(8)}LEFTEND`, 40, 60, { width: 245 });
      rows(40, 260);
      page.text(`RIGHT ${PROSE.repeat(4)}`, 310, 60, { width: 245 });
      rows(310, 140);
      page.text(`${PROSE.repeat(8)}RIGHTEND`, 310, 255, { width: 245 });
    },
  ]);
  const markdown = (await readDocument(pdf)).pages[0]?.markdown ?? '';
  const places = ['LEFT ', 'LEFTEND', 'Locks 0', 'Locks 5', 'RIGHT ', 'RIGHTEND'].map((text) =>
    markdown.indexOf(text),
  );
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  expect(markdown).not.toMatch(/Locks.*neglected/);
});

/** Two columns whose lines share baselines 12 points apart, a paragraph that goes on in the second, and headings inside. */
function article(page: PDFKit.PDFDocument, y: number): void {
  const line = (text: string, x: number, row: number, isHeading = false): void => {
    page.font(isHeading ? 'Helvetica-Bold' : 'Helvetica').fontSize(isHeading ? 13 : 9);
    page.text(text, x, y + row * 12, { lineBreak: false });
  };
  const body = (text: string, x: number, from: number, to: number): void => {
    for (let row = from; row <= to; row += 1) {
      const start = row === from ? `${text} start` : row === to ? `${text} end` : `in ${text} line ${row}`;
      line(`${start} it was seen that the locks had been left for years`, x, row);
    }
  };
  line('First opening', 40, 0.8, true);
  body('first', 40, 3, 20);
  line('First part', 40, 21.8, true);
  body('middle', 40, 24, 45);
  body('second', 310, 0, 8);
  line('Second part', 310, 9.8, true);
  body('last', 310, 12, 45);
}

const ARTICLE = [
  'First opening',
  'first start',
  'first end',
  'First part',
  'middle start',
  'middle end',
  'second start',
  'second end',
  'Second part',
  'last start',
  'last end',
];

async function firstPage(draw: (page: PDFKit.PDFDocument) => void): Promise<string> {
  return (await readDocument(await drawPdf([draw]))).pages[0]?.markdown ?? '';
}

function expectOrder(markdown: string, texts: readonly string[]): void {
  const places = texts.map((text) => markdown.indexOf(text));
  expect(places[0]).toBeGreaterThanOrEqual(0);
  expect(places).toEqual(places.toSorted((a, b) => a - b));
}

test('columns with headings inside are read one after the other, below a title and below none', async () => {
  const plain = await firstPage((page) => article(page, 60));
  const titled = await firstPage((page) => {
    page.font('Helvetica-Bold').fontSize(18).text('The waterways and their many neglected locks', 40, 30);
    page.font('Helvetica').fontSize(9).text('Anna Smith', 40, 58);
    article(page, 90);
  });
  expectOrder(plain, ARTICLE);
  expectOrder(titled, ['The waterways', 'Anna Smith', ...ARTICLE]);
  for (const markdown of [plain, titled])
    for (const heading of ['First opening', 'First part', 'Second part'])
      expect(markdown).toMatch(new RegExp(`^#+ ${heading}$`, 'm'));
});
