import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { drawPdf } from '../../fixtures/sample-documents.ts';

type Draw = (pdf: PDFKit.PDFDocument) => void;

async function read(draw: Draw) {
  const page = (await readDocument(await drawPdf([draw]))).pages[0];
  const tables = page?.items.filter((item) => item.type === 'table') ?? [];
  return { rows: tables.map((table) => table.rows), markdown: page?.markdown ?? '' };
}

const strokes = (pdf: PDFKit.PDFDocument, ys: readonly number[]) => {
  for (const y of ys) pdf.moveTo(60, y).lineTo(540, y).lineWidth(0.7).stroke();
};

/** Lines of a cell below each other, as a word processor breaks them. */
const cell = (pdf: PDFKit.PDFDocument, x: number, y: number, lines: readonly string[]) => {
  for (const [index, line] of lines.entries()) pdf.text(line, x, y + index * 12, { lineBreak: false });
};

/** The table as a word processor sets it: labels to the right, cells of one and of two lines, a stroke below each row. */
const weirs: Draw = (pdf) => {
  pdf.fontSize(10).text('These weirs are looked after by the council of the valley:', 60, 100);
  pdf.fontSize(12);
  cell(pdf, 240, 160, ['Keepers']);
  cell(pdf, 420, 160, ['Height in', 'summer']);
  pdf.fontSize(10).font('Helvetica-Bold');
  cell(pdf, 150, 206, ['Upper']);
  cell(pdf, 147, 246, ['Middle']);
  cell(pdf, 150, 296, ['Lower']);
  pdf.font('Helvetica');
  cell(pdf, 240, 206, ['Anna Holm']);
  cell(pdf, 240, 246, ['Piet Vos, Jan', 'Maas, Ida Lund']);
  cell(pdf, 240, 296, ['Ole Berg, Rosa', 'Klein']);
  cell(pdf, 420, 206, ['50']);
  cell(pdf, 420, 246, ['150']);
  cell(pdf, 420, 296, ['200']);
  strokes(pdf, [192, 230, 280, 330]);
  pdf.text('They were measured in the year of the flood.', 60, 370);
};

test('strokes below rows make a table of texts that stand in columns, with the head above them', async () => {
  const { rows, markdown } = await read(weirs);
  expect(rows).toEqual([
    [
      ['', 'Keepers', 'Height in summer'],
      ['Upper', 'Anna Holm', '50'],
      ['Middle', 'Piet Vos, Jan Maas, Ida Lund', '150'],
      ['Lower', 'Ole Berg, Rosa Klein', '200'],
    ],
  ]);
  expect(markdown).toMatch(/council of the valley:\n\n<table|council of the valley:\n\n\|/);
  expect(markdown).toMatch(/They were measured in the year of the flood\.$/);
});

test('strokes between paragraphs, and across two columns of prose, make none', async () => {
  const sentence = 'The committee met again in the morning and heard the witnesses. ';
  const paragraphs: Draw = (pdf) => {
    pdf.fontSize(10);
    for (const [index, y] of [100, 160, 220].entries()) {
      strokes(pdf, [y - 8]);
      pdf.text(`${index + 1}. ${sentence.repeat(3)}`, 60, y, { width: 480 });
    }
    strokes(pdf, [280]);
  };
  const columns: Draw = (pdf) => {
    pdf.fontSize(10);
    strokes(pdf, [90, 180, 270]);
    for (const y of [100, 190]) for (const x of [60, 310]) pdf.text(sentence.repeat(4), x, y, { width: 230 });
  };
  expect((await read(paragraphs)).rows).toEqual([]);
  expect((await read(columns)).rows).toEqual([]);
});
