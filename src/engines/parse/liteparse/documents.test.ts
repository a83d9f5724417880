import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench, type WireItem } from './fixtures/engine-bench.ts';
import {
  drawPdf,
  prose,
  rawPdf,
  scanPng,
  SCANNED_LINES,
  streamObject,
  tiff,
} from './fixtures/sample-documents.ts';

let bench: EngineBench;
let scan: Buffer;
beforeAll(async () => {
  bench = new EngineBench({ maxPages: 300 });
  scan = await scanPng();
});
afterAll(() => bench.close());

const kinds = (items: readonly WireItem[]) => items.map((item) => item.type);

test('a PDF comes back in all four sections, in the contract’s shapes', async () => {
  const { read, summary } = await bench.parseWell(
    await drawPdf([prose('Minutes of March'), prose('Minutes of May')]),
  );
  expect(summary).toMatchObject({
    engine: { name: 'liteparse', version: bench.engine.version },
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

test.each(['png', 'jpeg', 'webp', 'gif', 'tiff'] as const)(
  'text is read from %s, whatever its name',
  async (format) => {
    const { read, summary } = await bench.parseWell(
      await sharp(scan)
        .toFormat(format, format === 'tiff' ? { compression: 'lzw' } : {})
        .toBuffer(),
    );
    expect(summary.pages).toMatchObject({ total: 1, ocr: 1 });
    for (const line of SCANNED_LINES.slice(1))
      expect(read.markdown.pages[0]?.markdown).toContain(line.slice(0, 30));
    expect(read.metadata.pages[0]?.confidence).toBeGreaterThan(0.8);
    expect(read.metadata.pages[0]?.original_orientation_angle).toBe(0);
  },
);

test('only pictures are read by OCR; every page is accounted for, also empty and turned ones', async () => {
  const turned = await sharp(scan).rotate(90).png().toBuffer();
  const pdf = await drawPdf([
    prose('Typed page'),
    (page) => page.image(scan, 0, 0, { width: 595 }),
    () => {},
    (page) => page.image(turned, 0, 0, { width: 595 }),
  ]);
  const { read, summary } = await bench.parseWell(pdf);
  expect(summary.pages).toEqual({ total: 4, textLayer: 1, ocr: 2, native: 0, empty: 1, failed: 0 });
  expect(read.markdown.pages[1]?.markdown).toContain('the lower fields were flooded for eleven days');
  expect(read.markdown.pages[2]?.markdown).toBe('');
  expect(read.markdown.pages[3]?.markdown).toContain('the lower fields were flooded for eleven days');
  expect(read.metadata.pages.map((page) => page.original_orientation_angle)).toEqual([
    undefined,
    0,
    undefined,
    90,
  ]);
});

test('text hidden over a scan does not hide the scan', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.image(scan, 0, 0, { width: 595 });
      page
        .fillOpacity(0)
        .fontSize(6)
        .text('Catalogue number 4711, box 12, shelf 3, received in the spring', 72, 78);
    },
  ]);
  const { read, summary } = await bench.parseWell(pdf);
  expect(summary.pages.ocr).toBe(1);
  const markdown = read.markdown.pages[0]?.markdown ?? '';
  for (const line of SCANNED_LINES.slice(1)) expect(markdown).toContain(line.slice(0, 30));
  expect(markdown).toContain('Catalogue number 4711');
});

test('without OCR data, pictures fail with a reason and typed pages are parsed', async () => {
  const without = new EngineBench({ tessdataDir: '/nonexistent' });
  try {
    const pdf = await drawPdf([
      prose('Typed'),
      (page) => page.image(scan, 0, 0, { width: 595 }),
      prose('Typed too'),
    ]);
    const conditions = { job_failure_conditions: { allowed_page_failure_ratio: 0.5 } };
    const { read, summary } = await without.parseWell(pdf, { processing_control: conditions });
    expect(summary.pages).toMatchObject({ total: 3, textLayer: 2, failed: 1 });
    expect(read.markdown.pages[1]).toMatchObject({ page_number: 2, success: false });
    expect(read.markdown.pages[1]?.error).toMatch(/no OCR language data/);
    expect(read.items.pages[1]).toMatchObject({ page_number: 2, success: false });
    expect(read.text.pages).toHaveLength(3);
    expect(await without.parse(pdf)).toMatchObject({ kind: 'failure', code: 'TOO_MANY_PAGES_FAILED' });
  } finally {
    await without.close();
  }
});

test('a language without data is named before anything is parsed; with data it is used', async () => {
  const languages = (codes: string[]) => ({ processing_options: { ocr_parameters: { languages: codes } } });
  const outcome = await bench.parse(scan, languages(['en', 'de']));
  expect(outcome).toMatchObject({ kind: 'failure', code: 'OCR_LANGUAGE_MISSING' });
  expect(outcome.kind === 'failure' && outcome.message).toMatch(/deu\.traineddata/);
  const tessdataDir = join(bench.directory, 'own-tessdata');
  mkdirSync(tessdataDir);
  const { readFileSync } = await import('node:fs');
  const { createRequire } = await import('node:module');
  const packed = createRequire(import.meta.url).resolve(
    '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz',
  );
  for (const name of ['eng', 'deu']) {
    writeFileSync(join(tessdataDir, `${name}.traineddata`), gunzipSync(readFileSync(packed)));
  }
  const own = new EngineBench({ tessdataDir });
  try {
    expect((await own.parseWell(scan, languages(['de', 'en']))).summary.pages.ocr).toBe(1);
  } finally {
    await own.close();
  }
});

test('all pages of a TIFF are read', async () => {
  const second = await scanPng(['Second sheet', 'The mayor signed the order on a rainy Monday afternoon.']);
  const { read, summary } = await bench.parseWell(await tiff([scan, second]));
  expect(summary).toMatchObject({ documentPages: 2, pages: { total: 2, ocr: 2 } });
  expect(read.markdown.pages[0]?.markdown).toContain('flooded for eleven days');
  expect(read.markdown.pages[1]?.markdown).toContain('rainy Monday');
  const picked = await bench.parseWell(await tiff([scan, second]), { page_ranges: { target_pages: '2' } });
  expect(picked.read.markdown.pages.map((page) => page.page_number)).toEqual([2]);
});

test('page ranges choose pages; what is beyond the document is said, never cut off', async () => {
  const pdf = await drawPdf(Array.from({ length: 12 }, (_, index) => prose(`Leaf ${index + 1}`)));
  const numbers = async (ranges: object) => {
    const { read, summary } = await bench.parseWell(pdf, { page_ranges: ranges });
    expect(summary.documentPages).toBe(12);
    expect(summary.pages.total).toBe(read.text.pages.length);
    return read.text.pages.map((page) => page.page_number);
  };
  expect(await numbers({ target_pages: '2,5-7,12' })).toEqual([2, 5, 6, 7, 12]);
  expect(await numbers({ max_pages: 3 })).toEqual([1, 2, 3]);
  expect(await numbers({ max_pages: 99 })).toHaveLength(12);
  for (const bad of ['13', '10-13', '0', '3,2', '2,2', 'x', '5-4']) {
    const outcome = await bench.parse(pdf, { page_ranges: { target_pages: bad } });
    expect(outcome).toMatchObject({ kind: 'failure', code: 'INVALID_PAGE_RANGE' });
  }
  const beyond = await bench.parse(pdf, { page_ranges: { target_pages: '13' } });
  expect(beyond.kind === 'failure' && beyond.message).toMatch(/has 12 pages/);
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

test('options that are not applied are reported with the result', async () => {
  const { summary } = await bench.parseWell(await drawPdf([prose('Any')]), {
    tier: 'agentic',
    version: 'latest',
    agentic_options: { custom_prompt: 'Translate it' },
    processing_options: { specialized_chart_parsing: 'agentic', disable_heuristics: false },
  });
  expect(summary.optionsNotApplied).toEqual([
    'agentic_options.custom_prompt',
    'processing_options.specialized_chart_parsing',
  ]);
});

test('each way of being unreadable has its code', async () => {
  const locked = await drawPdf([prose('Secret')], { userPassword: 'open sesame', pdfVersion: '1.7' });
  const pdf = await drawPdf([prose('Any')]);
  const cases: [string, Uint8Array, string][] = [
    ['a password', locked, 'PDF_IS_PROTECTED'],
    ['a PDF that is only a head', pdf.subarray(0, 40), 'PDF_IS_BROKEN'],
    ['half an image', scan.subarray(0, 200), 'IMAGE_IS_BROKEN'],
    ['a cut-off TIFF', (await tiff([scan])).subarray(0, 3000), 'IMAGE_IS_BROKEN'],
    [
      'a TIFF holding a JPEG',
      await sharp(scan).tiff({ compression: 'jpeg' }).toBuffer(),
      'UNSUPPORTED_FILE_TYPE',
    ],
    ['an empty file', new Uint8Array(), 'NO_DATA_FOUND_IN_FILE'],
    ['prose', Buffer.from('Dear Sir or Madam'), 'UNSUPPORTED_FILE_TYPE'],
    ['a ZIP container', Buffer.from('PK\x03\x04 and more'), 'UNSUPPORTED_FILE_TYPE'],
  ];
  for (const [what, bytes, code] of cases) {
    expect([what, await bench.parse(bytes)]).toMatchObject([what, { kind: 'failure', code }]);
  }
  const letter = await bench.parse(
    Buffer.from('PK\x03\x04'),
    {},
    new AbortController().signal,
    'letter.docx',
  );
  expect(letter.kind === 'failure' && letter.message).toMatch(/ZIP container.*\.docx.*Supported are PDF/);
});

test('hostile pages fail or come back, and never take the next document with them', async () => {
  const hugeBox = rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200000 200000] /Contents 4 0 R >>',
    streamObject('', '0 0 150000 150000 re f'),
  ]);
  const outcome = await bench.parse(hugeBox);
  expect(outcome).toMatchObject({ kind: 'failure', code: 'TOO_MANY_PAGES_FAILED' });
  expect(outcome.kind === 'failure' && outcome.message).toMatch(/too large to be read by OCR/);
  const noPages = rawPdf(['<< /Type /Catalog /Pages 2 0 R >>', '<< /Type /Pages /Kids [] /Count 0 >>']);
  expect((await bench.parse(noPages)).kind).toBe('failure');
  expect((await bench.parseWell(await drawPdf([prose('Next')]))).summary.pages.textLayer).toBe(1);
});

test('a document whose directory is gone is a fault of the server, not of the document', async () => {
  const request = {
    jobId: 'job',
    inputPath: join(bench.directory, 'missing'),
    fileName: 'missing.pdf',
    parameters: {},
    outputDir: bench.directory,
  };
  await expect(bench.engine.parse(request, new AbortController().signal)).rejects.toThrow(
    /could not work.*ENOENT/,
  );
});
