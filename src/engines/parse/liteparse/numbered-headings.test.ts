import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { listsInsteadOfHeadings } from './numbered-headings.ts';

const PROSE =
  'The keeper counted all of the crates in the store twice and wrote what he had found into his book.';

function entry(page: PDFKit.PDFDocument, number: number, text: string): void {
  const { y } = page;
  page.font('Helvetica').fontSize(12).text(`${number}`, 72, y, { lineBreak: false });
  page.fontSize(10).text(text, 90, y + 1.5);
  page.y = y + 18;
}

test('numbers in larger print than their entries make a list, and no heading', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.font('Helvetica').fontSize(10).text(PROSE, 72, 72);
      page.y += 6;
      for (const [index, text] of ['Open the door', 'Count the crates again', 'Close the door'].entries())
        entry(page, index + 1, text);
      page.font('Helvetica').fontSize(10).text(PROSE, 72, page.y);
    },
  ]);
  const { markdown } = (await readDocument(pdf)).pages[0] ?? {};
  expect(markdown?.split('\n\n')).toEqual([
    PROSE,
    '1. Open the door\n2. Count the crates again\n3. Close the door',
    PROSE,
  ]);
});

test('a heading with numbers in it stays one', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.font('Helvetica-Bold').fontSize(16).text('1 to 2 crates', 72, 72);
      page.font('Helvetica').fontSize(10).text(PROSE, 72, 100);
    },
  ]);
  const { markdown } = (await readDocument(pdf)).pages[0] ?? {};
  expect(markdown).toBe(`# 1 to 2 crates\n\n${PROSE}`);
});

test('a heading whose first line is no entry stays one, with all of its words', () => {
  const lines = ['1', 'Count 2 crates', '1 more', '2 more'];
  const page = {
    blocks: [
      { kind: 'heading' as const, text: lines.join(' '), bbox: { x: 72, y: 0, width: 200, height: 50 } },
    ],
    textItems: lines.map((text, index) => ({ text, x: 72, y: index * 12, width: 100, height: 10 })),
  };
  expect(listsInsteadOfHeadings(page).blocks).toEqual(page.blocks);
});
