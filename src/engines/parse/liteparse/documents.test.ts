import { afterAll, beforeAll, expect, test } from 'vitest';
import { readFileSync } from 'node:fs';
import { EngineBench, type WireItem } from '../fixtures/engine-bench.ts';
import { liteParseVersion } from './lite-version.ts';
import { drawPdf, prose } from '../fixtures/sample-documents.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

const kinds = (items: readonly WireItem[]) => items.map((item) => item.type);

test('a PDF comes back in all four sections, in the contract’s shapes', async () => {
  const { read, summary } = await bench.parseWell(
    await drawPdf([prose('Minutes of March'), prose('Minutes of May')]),
  );
  expect(summary).toMatchObject({
    engine: { name: 'liteparse', version: liteParseVersion() },
    documentPages: 2,
    pages: { total: 2, textLayer: 2, ocr: 0, native: 0, empty: 0, failed: 0 },
    optionsNotApplied: [],
    warnings: [],
  });
  expect(read.text.pages.map((page) => page.page_number)).toEqual([1, 2]);
  expect(read.text.pages[1]?.text).toContain('Minutes of May');
  expect(read.markdown.pages[0]).toMatchObject({ page_number: 1, success: true });
  expect(read.markdown.pages[0]?.markdown).toMatch(/^#+ Minutes of March\n\nThe committee met again/);
  const page = read.items.pages[0];
  expect(page).toMatchObject({ page_number: 1, page_width: 595.28, page_height: 841.89, success: true });
  const [heading, text] = page?.items ?? [];
  expect(heading).toMatchObject({ type: 'heading', value: 'Minutes of March' });
  expect(text?.type).toBe('text');
  // The title was drawn at pdfkit's margin of one inch.
  expect(heading?.bbox[0]?.x).toBeCloseTo(72, -1);
  expect(heading?.bbox[0]?.y).toBeGreaterThan(60);
  expect(heading?.bbox[0]?.y).toBeLessThan(100);
  expect(read.metadata.pages).toEqual([{ page_number: 1 }, { page_number: 2 }]);
});

test('lists nest, links carry their address, tables are HTML unless markdown is asked for', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(18).text('Contents of the box').moveDown();
      page.fontSize(11).text('Read the manual online', { link: 'https://example.org/manual' }).moveDown();
      drawGrid(page, [
        ['Fruit', 'Pieces'],
        ['Apples', '12'],
        ['Pears & <others>', '7'],
      ]);
      page
        .text('The box was packed on Monday and holds the things that follow below. '.repeat(3), 72, 300)
        .moveDown();
      page
        .text('• Apples')
        .text('• Pears')
        .text('• Conference', 100)
        .text('• Williams', 100)
        .text('• Plums', 72);
    },
  ]);
  const { read } = await bench.parseWell(pdf);
  const items = read.items.pages[0]?.items ?? [];
  const list = items.find((item) => item.type === 'list');
  expect(list?.ordered).toBe(false);
  expect(kinds(list?.items ?? [])).toEqual(['text', 'text', 'list', 'text']);
  expect(list?.items?.[2]?.items?.map((item) => item.value)).toEqual(['Conference', 'Williams']);
  expect(items.find((item) => item.type === 'link')).toMatchObject({
    url: 'https://example.org/manual',
    text: 'Read the manual online',
    md: '[Read the manual online](https://example.org/manual)',
  });
  const table = items.find((item) => item.type === 'table');
  expect(table?.rows).toEqual([
    ['Fruit', 'Pieces'],
    ['Apples', '12'],
    ['Pears & <others>', '7'],
  ]);
  expect(table?.csv).toBe('Fruit,Pieces\nApples,12\nPears & <others>,7');
  expect(table?.html).toContain('<td>Pears &amp; &lt;others&gt;</td>');
  const markdown = read.markdown.pages[0]?.markdown ?? '';
  expect(markdown).toContain('<table>');
  expect(markdown).toContain('- Apples\n- Pears\n  - Conference\n  - Williams\n- Plums');
  expect(markdown).not.toContain('https://example.org/manual');

  const asked = await bench.parseWell(pdf, {
    output_options: { markdown: { annotate_links: true, tables: { output_tables_as_markdown: true } } },
  });
  const annotated = asked.read.markdown.pages[0]?.markdown ?? '';
  expect(annotated).toContain('| Apples | 12 |');
  expect(annotated).not.toContain('<table>');
  expect(annotated).toContain('[Read the manual online](https://example.org/manual)');
});

function drawGrid(page: PDFKit.PDFDocument, rows: readonly (readonly string[])[]): void {
  const top = page.y;
  rows.forEach((cells, row) => {
    cells.forEach((cell, column) => {
      page.rect(72 + column * 150, top + row * 24, 150, 24).stroke();
      page.text(cell, 78 + column * 150, top + row * 24 + 7, { lineBreak: false });
    });
  });
}

test('running headers and footers leave the body, also with changing numbers', async () => {
  const pages = Array.from({ length: 6 }, (_, index) => (page: PDFKit.PDFDocument) => {
    page.page.margins.bottom = 0;
    page.fontSize(9).text('Annual review of the harbour', 72, 30, { lineBreak: false });
    page.fontSize(9).text(`Page ${index + 3} of 9`, 72, 800, { lineBreak: false });
    page
      .fontSize(11)
      .text(`Chapter ${index} tells of ships. ${'They came at dawn and left. '.repeat(30)}`, 72, 140);
  });
  const { read } = await bench.parseWell(await drawPdf(pages), {
    output_options: { extract_printed_page_number: true },
  });
  for (const [index, page] of read.markdown.pages.entries()) {
    expect(page.header).toBe('Annual review of the harbour');
    expect(page.footer).toBe(`Page ${index + 3} of 9`);
    expect(page.markdown).not.toContain('Annual review');
    expect(page.markdown).toContain(`Chapter ${index} tells`);
    expect(kinds(read.items.pages[index]?.items ?? [])).toEqual(
      expect.arrayContaining(['header', 'text', 'footer']),
    );
    expect(read.metadata.pages[index]?.printed_page_number).toBe(String(index + 3));
  }
});

test('long documents are parsed in slices and keep their running footers', async () => {
  const pages = Array.from({ length: 230 }, (_, index) => (page: PDFKit.PDFDocument) => {
    page.page.margins.bottom = 0;
    page.fontSize(9).text(`Ledger ${index + 1}`, 72, 805, { lineBreak: false });
    page.fontSize(11).text(`Entry ${index + 1}. ${'Paid in full at the counter. '.repeat(20)}`, 72, 120);
  });
  const pdf = await drawPdf(pages);
  const { read, summary } = await bench.parseWell(pdf);
  expect(summary.pages).toMatchObject({ total: 230, textLayer: 230 });
  expect(read.text.pages.map((page) => page.page_number)).toEqual(pages.map((_, index) => index + 1));
  for (const index of [0, 99, 100, 229]) {
    expect(read.markdown.pages[index]).toMatchObject({ footer: `Ledger ${index + 1}` });
    expect(read.markdown.pages[index]?.markdown).toContain(`Entry ${index + 1}.`);
    expect(read.markdown.pages[index]?.markdown).not.toContain('Ledger');
  }
  const small = new EngineBench({ maxPages: 200 });
  try {
    expect(await small.parse(pdf)).toMatchObject({ kind: 'failure', code: 'TOO_MANY_PAGES' });
    expect(await small.parse(pdf, { page_ranges: { max_pages: 2 } })).toMatchObject({ kind: 'success' });
  } finally {
    await small.close();
  }
});

test('a crop box keeps what lies between its boundaries', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.page.margins.bottom = 0;
      page.text('upper half of the sheet', 72, 100).text('lower half of the sheet', 72, 700);
    },
  ]);
  const { read } = await bench.parseWell(pdf, { crop_box: { bottom: 0.5 } });
  expect(read.text.pages[0]?.text).toContain('upper half');
  expect(read.text.pages[0]?.text).not.toContain('lower half');
});

test('a letterhead above a table without lines is no part of it, though a table with lines follows', async () => {
  const invoice = readFileSync(new URL('../../../../examples/documents/invoice.pdf', import.meta.url));
  const { read } = await bench.parseWell(invoice);
  const page = read.items.pages[0];
  expect(kinds(page?.items ?? []).filter((kind) => kind !== 'text')).toEqual([
    'heading',
    'heading',
    'table',
    'table',
  ]);
  expect(read.markdown.pages[0]?.markdown).toMatch(/^# Tillbrook & Vane Joinery\n/);
});
