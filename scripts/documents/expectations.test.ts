import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { LiteParse } from '@llamaindex/liteparse';
import sharp from 'sharp';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EXAMPLE_DOCUMENTS } from './catalogue.ts';
import { readExpectations, type Expectation } from './expectations.ts';

type Completed = Extract<Expectation, { outcome: 'COMPLETED' }>;

const EXPECTATIONS = readExpectations();
const completed = Object.entries(EXPECTATIONS).filter(
  (entry): entry is [string, Completed] => entry[1].outcome === 'COMPLETED',
);
const documentPath = (name: string): string =>
  fileURLToPath(new URL(`../../examples/documents/${name}`, import.meta.url));

let languageData: string;
beforeAll(() => {
  languageData = mkdtempSync(join(tmpdir(), 'sheaf-language-data-'));
  const packed = createRequire(import.meta.url).resolve(
    '@tesseract.js-data/eng/4.0.0_best_int/eng.traineddata.gz',
  );
  writeFileSync(join(languageData, 'eng.traineddata'), gunzipSync(readFileSync(packed)));
});
afterAll(() => rmSync(languageData, { recursive: true }));

test('every document has its expectation', () => {
  expect(Object.keys(EXPECTATIONS).toSorted()).toEqual(Object.keys(EXAMPLE_DOCUMENTS).toSorted());
});

test.each(completed.filter(([, { ocr }]) => !ocr))('%s reads as expected', async (name, expected) => {
  const parser = new LiteParse({
    ocrEnabled: false,
    outputFormat: 'markdown',
    quiet: true,
    extractFormFields: true,
    extractAnnotations: true,
  });
  const { pages } = await parser.parse(documentPath(name));
  expect(pages).toHaveLength(expected.pages);
  const markdown = pages.map((page) => page.markdown).join('\n');
  for (const piece of expected.contains) expect(markdown).toContain(piece);
  const links = pages.flatMap((page) => (page.annotations ?? []).flatMap(({ uri }) => uri ?? []));
  expect([...new Set(links)]).toEqual(expected.links ?? []);
  for (const [number, footer] of Object.entries(expected.footers ?? {}))
    expect(pages[Number(number) - 1]?.text).toContain(footer);
  const fields = pages.flatMap((page) => page.formFields ?? []);
  const values = fields.map((field) => [
    field.name,
    field.type === 'checkbox' ? field.checked : (field.value ?? ''),
  ]);
  expect(Object.fromEntries(values)).toEqual(expected.fields ?? {});
});

test.each(completed.filter(([, { ocr }]) => ocr))('%s can be read by OCR', async (name, expected) => {
  const withoutOcr = await new LiteParse({ ocrEnabled: false, quiet: true }).parse(documentPath(name));
  expect(withoutOcr.text.trim()).toBe('');
  const sheets = name.endsWith('.tiff') ? await splitTiff(documentPath(name)) : [documentPath(name)];
  const parser = new LiteParse({
    ocrEnabled: true,
    dpi: 200,
    tessdataPath: languageData,
    quiet: true,
    numWorkers: 1,
  });
  let text = '';
  let pages = 0;
  for (const sheet of sheets) {
    const result = await parser.parse(sheet);
    text += result.text.replaceAll(/\s+/g, ' ');
    pages += result.pages.length;
  }
  expect(pages).toBe(expected.pages);
  for (const piece of expected.contains) expect(text).toContain(piece);
});

test.each([
  ['locked.pdf', 'PDF_IS_PROTECTED', /password/],
  ['broken.pdf', 'PDF_IS_BROKEN', /invalid PDF/],
])('%s cannot be opened: %s', async (name, code, message) => {
  const expected = EXPECTATIONS[name];
  if (expected?.outcome !== 'FAILED') throw new Error(`${name} is expected to fail.`);
  expect(expected.errorCode).toBe(code);
  await expect(new LiteParse({ ocrEnabled: false, quiet: true }).parse(documentPath(name))).rejects.toThrow(
    message,
  );
});

test('the password in the expectations opens the locked document', async () => {
  const expected = EXPECTATIONS['locked.pdf'];
  if (expected?.outcome !== 'FAILED' || expected.password === undefined)
    throw new Error('No password is given.');
  const parser = new LiteParse({ ocrEnabled: false, quiet: true, password: expected.password });
  expect((await parser.parse(documentPath('locked.pdf'))).text).toContain('18,400 euros');
});

/** LiteParse reads only the first page of a TIFF, so each page is given to it by itself. */
async function splitTiff(path: string): Promise<Buffer[]> {
  const { pages = 1 } = await sharp(path).metadata();
  return Promise.all(Array.from({ length: pages }, (_, page) => sharp(path, { page }).png().toBuffer()));
}
