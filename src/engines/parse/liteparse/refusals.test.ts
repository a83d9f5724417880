import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf, prose, rawPdf, scanPng, streamObject, tiff } from '../fixtures/sample-documents.ts';

let bench: EngineBench;
let scan: Buffer;
beforeAll(async () => {
  bench = new EngineBench();
  scan = await scanPng();
});
afterAll(() => bench.close());

test('page ranges choose pages; what is beyond the document is said, never cut off', async () => {
  const pdf = await drawPdf(Array.from({ length: 12 }, (_, index) => prose(`Leaf ${index + 1}`)));
  const numbers = async (ranges: object) => {
    const { read, summary } = await bench.parseWell(pdf, { page_ranges: ranges });
    expect(summary.documentPages).toBe(12);
    expect(summary.pages.total).toBe(read.text.pages.length);
    return read.text.pages.map((page) => page.page_number);
  };
  expect(await numbers({ target_pages: '2,5-7,12' })).toEqual([2, 5, 6, 7, 12]);
  expect(await numbers({ target_pages: '3,2' })).toEqual([2, 3]);
  expect(await numbers({ max_pages: 3 })).toEqual([1, 2, 3]);
  expect(await numbers({ max_pages: 99 })).toHaveLength(12);
  for (const bad of ['13', '10-13', '0', '2,2', 'x', '5-4']) {
    const outcome = await bench.parse(pdf, { page_ranges: { target_pages: bad } });
    expect(outcome).toMatchObject({ kind: 'failure', code: 'INVALID_PAGE_RANGE' });
  }
  const beyond = await bench.parse(pdf, { page_ranges: { target_pages: '13' } });
  expect(beyond.kind === 'failure' && beyond.message).toMatch(/has 12 pages/);
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

test('options of places on a page are reported where a document has no such places', async () => {
  const asked = {
    crop_box: { top: 0.1, left: 0, bottom: 1, right: 1 },
    output_options: { extract_printed_page_number: true, markdown: { annotate_line_numbers: true } },
    processing_options: { ignore: { ignore_hidden_text: true } },
  };
  const text = await bench.parseWell(Buffer.from('# Minutes\n\nAll were there.\n'), asked);
  expect(text.summary.optionsNotApplied).toEqual([
    'crop_box',
    'output_options.extract_printed_page_number',
    'output_options.markdown.annotate_line_numbers',
    'processing_options.ignore.ignore_hidden_text',
  ]);
  const pdf = await bench.parseWell(await drawPdf([prose('Any')]), asked);
  expect(pdf.summary.optionsNotApplied).toEqual([]);
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
    ['a program', Buffer.from('MZ\0\x01\x02\x03\0\0'), 'UNSUPPORTED_FILE_TYPE'],
    ['a ZIP container', Buffer.from('PK\x03\x04 and more'), 'UNSUPPORTED_FILE_TYPE'],
  ];
  for (const [what, bytes, code] of cases) {
    expect([what, await bench.parse(bytes)]).toMatchObject([what, { kind: 'failure', code }]);
  }
  const letter = await bench.parse(
    Buffer.from('MZ\0\x01\x02\x03\0\0'),
    {},
    new AbortController().signal,
    'letter.docx',
  );
  expect(letter.kind === 'failure' && letter.message).toMatch(/program.*\.docx.*Supported are PDF/);
});

test('the right password opens a PDF, also one whose strings are encrypted in another way than its streams', async () => {
  const password = 'open sesame';
  const plain = await drawPdf([prose('Secret of the well')], { userPassword: password, pdfVersion: '1.7' });
  const text = Buffer.from(plain).toString('latin1');
  expect(text).toMatch(/\/StrF \/StdCF/);
  const mixed = Buffer.from(text.replace('/StrF /StdCF', '/StrF /Identity'), 'latin1');
  for (const pdf of [plain, mixed]) {
    const { read } = await bench.parseWell(pdf, { input_options: { password } });
    expect(read.text.pages[0]?.text).toContain('Secret of the well');
    const wrong = await bench.parse(pdf, { input_options: { password: 'sesame' } });
    expect(wrong).toMatchObject({ kind: 'failure', code: 'PDF_IS_PROTECTED' });
  }
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
