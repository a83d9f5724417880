import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf, prose, scanPng, SCANNED_LINES, tiff } from '../fixtures/sample-documents.ts';

let bench: EngineBench;
let scan: Buffer;
beforeAll(async () => {
  bench = new EngineBench();
  scan = await scanPng();
});
afterAll(() => bench.close());

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

test('a JPEG that was cut off is read as far as it goes, and said', async () => {
  const jpeg = await sharp(scan).jpeg().toBuffer();
  const whole = await bench.parseWell(Buffer.concat([jpeg, Buffer.from('what a camera adds')]));
  expect(whole.summary.warnings).toEqual([]);
  const { read, summary } = await bench.parseWell(jpeg.subarray(0, Math.floor(jpeg.length * 0.6)));
  expect(summary.warnings).toEqual([expect.stringContaining('cut off')]);
  expect(read.markdown.pages[0]?.markdown).toContain('flooded for eleven days');
  expect(read.markdown.pages[0]?.markdown).not.toContain('council');
}, 30_000);

test('only pictures are read by OCR; every page is accounted for, also empty and turned ones', async () => {
  const turned = await sharp(scan).rotate(90).png().toBuffer();
  const pdf = await drawPdf([
    prose('Typed page'),
    (page) => page.image(scan, 0, 0, { width: 595 }),
    () => {},
    (page) => page.image(turned, 0, 0, { width: 595 }),
  ]);
  const { read, summary } = await bench.parseWell(pdf);
  expect(summary.pages).toEqual({ total: 4, textLayer: 1, ocr: 2, native: 0, model: 0, empty: 1, failed: 0 });
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
  const outcome = await bench.parse(scan, languages(['en', 'pl']));
  expect(outcome).toMatchObject({ kind: 'failure', code: 'OCR_LANGUAGE_MISSING' });
  expect(outcome.kind === 'failure' && outcome.message).toMatch(/@tesseract\.js-data\/pol.*pol\.traineddata/);
  const tessdataDir = join(bench.directory, 'own-tessdata');
  mkdirSync(tessdataDir);
  const packed = createRequire(import.meta.url).resolve(
    '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz',
  );
  for (const name of ['eng', 'pol']) {
    writeFileSync(join(tessdataDir, `${name}.traineddata`), gunzipSync(readFileSync(packed)));
  }
  const own = new EngineBench({ tessdataDir });
  try {
    expect((await own.parseWell(scan, languages(['pl', 'en']))).summary.pages.ocr).toBe(1);
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
