import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { numbersTell } from './running-numbers.ts';

const body = (seed: number) =>
  `The committee of district ${seed * 37} met again and heard the remaining witnesses. `.repeat(9);

test.each([
  [
    'the number of an invoice',
    ['Invoice number 4711 of 10 May 2024', 'Invoice number 4712 of 11 May 2024'],
    true,
  ],
  [
    'a number amid words',
    ['The agreement number 77 begins here.', 'The agreement number 78 begins here.'],
    true,
  ],
  ['an amount', ['Total: 900.50 euro', 'Total: 901.50 euro'], true],
  ['an amount of its own', ['8450.70', '4936.36'], true],
  ['an identifier that counts with the pages', ['Case no. 1', 'Case no. 2'], true],
  ['a date', ['01/05/2024', '02/05/2024'], true],
  ['a page number', ['7', '8'], false],
  ['a named page number', ['Report 2024, page 417', 'Report 2024, page 418'], false],
  ['a page of many', ['ACME 3 of 12', 'ACME 4 of 12'], false],
  ['a page number behind a sign', ['Annual report | 417', 'Annual report | 418'], false],
  ['a page number at the end', ['Ledger 1', 'Ledger 2'], false],
  ['a page of a chapter', ['3-14', '3-15'], false],
  ['a stamp on every page', ['ABC000417', 'ABC000418'], false],
  ['a time', ['Printed at 10:04:59', 'Printed at 10:05:00'], false],
  ['the same text', ['Version 1.7', 'Version 1.7'], false],
])('whether numbers tell pages apart: %s', (_, texts, tells) => {
  const [own, other] = texts.map((text, index) => ({ pageNumber: index + 1, text }));
  if (!own || !other) throw new Error('Two texts are compared.');
  expect(numbersTell(own, [own, other])).toBe(tells);
});

test('the number of a chapter runs', () => {
  const pages = [3, 3, 3, 4, 4].map((chapter, index) => ({
    pageNumber: index + 1,
    text: `Chapter ${chapter}`,
  }));
  for (const page of pages) expect(numbersTell(page, pages)).toBe(false);
});

test('the lines that tell letters apart and their titles stay in the text', async () => {
  const invoice = (number: number) => (pdf: PDFKit.PDFDocument) => {
    pdf.fontSize(10).text(`Invoice number ${number} of ${number - 4701} May 2024`, 60, 40);
    pdf.fontSize(18).text('Invoice', 260, 70);
    pdf.fontSize(10).text(body(number), 60, 110);
  };
  const { pages } = await readDocument(await drawPdf([invoice(4711), invoice(4712), invoice(4713)]));
  expect(pages.map((page) => page.markdown.split('\n\n').slice(0, 2))).toEqual(
    [4711, 4712, 4713].map((number) => [
      `Invoice number ${number} of ${number - 4701} May 2024`,
      '# Invoice',
    ]),
  );
  expect(pages.filter((page) => page.header !== undefined)).toEqual([]);
});

test('the first lines of a form that stands on two pages are its beginning', async () => {
  const form = (name: string) => (pdf: PDFKit.PDFDocument) => {
    pdf.fontSize(24).text('Registration', 180, 12);
    pdf.fontSize(12).text('Please tell us about yourself', 20, 72).text('First name', 40, 90);
    pdf.text(`Born in ${name}`, 40, 108);
    pdf.text(body(name.length), 40, 140);
  };
  const { pages } = await readDocument(await drawPdf([form('Lyon'), form('Florence')]));
  expect(pages[0]?.markdown.split('\n\n').slice(0, 3)).toEqual([
    '# Registration',
    'Please tell us about yourself',
    'First name',
  ]);
});

test('small repeated lines and page numbers still run', async () => {
  const page = (number: number) => (pdf: PDFKit.PDFDocument) => {
    pdf.fontSize(10).text('Report of the commission', 60, 30).text(`Page ${number} of 4`, 450, 30);
    pdf.text(body(number), 60, 90);
    pdf.text(`Commission | ${number + 400}`, 60, 760, { lineBreak: false });
  };
  const { pages } = await readDocument(await drawPdf([1, 2, 3, 4].map(page), { margin: 20 }));
  expect(pages.map(({ header, footer }) => [header, footer])).toEqual(
    [1, 2, 3, 4].map((number) => [
      `Report of the commission Page ${number} of 4`,
      expect.stringContaining(`${number + 400}`),
    ]),
  );
});
