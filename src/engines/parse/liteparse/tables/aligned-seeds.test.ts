import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { drawPdf, prose } from '../../fixtures/sample-documents.ts';

type Draw = (pdf: PDFKit.PDFDocument) => void;

async function tables(draw: Draw, aggressive_table_extraction: boolean) {
  const { pages } = await readDocument(await drawPdf([draw]), {
    processing_options: { aggressive_table_extraction },
  });
  const items = pages[0]?.items.filter((item) => item.type === 'table') ?? [];
  const words = pages[0]?.markdown.replaceAll(/<[^>]*>|---|[|#*]/g, ' ').split(/\s+/);
  return { rows: items.map((item) => item.rows), words: words?.filter(Boolean).toSorted() };
}

/** Rows too few and too far apart for LiteParse to see a table in them. */
const LIST = [
  ['Keeper', 'Since'],
  ['Anna Holm', 'spring'],
  ['Piet Vos', 'autumn'],
] as const;
const list: Draw = (pdf) => {
  pdf.fontSize(10).text('The keepers of the weirs are these.', 72, 72);
  for (const [y, row] of LIST.entries())
    for (const [x, text] of row.entries()) pdf.text(text, 72 + x * 90, 120 + y * 14, { lineBreak: false });
  pdf.text('They are chosen by the council.', 72, 220);
};

test('words in columns become a table when that was asked for, and no word is lost', async () => {
  const plain = await tables(list, false);
  const asked = await tables(list, true);
  expect(plain.rows).toEqual([]);
  expect(asked.rows).toEqual([LIST]);
  expect(asked.words).toEqual(plain.words);
});

test('prose stays prose, in one column and in two', async () => {
  expect((await tables(prose('Minutes'), true)).rows).toEqual([]);
  const columns: Draw = (pdf) =>
    pdf.fontSize(10).text('The committee met again in the morning and heard the witnesses. '.repeat(30), {
      columns: 2,
      columnGap: 30,
      height: 300,
    });
  expect((await tables(columns, true)).rows).toEqual([]);
});
