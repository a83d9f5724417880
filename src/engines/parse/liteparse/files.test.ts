import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { LiteParse } from '@llamaindex/liteparse';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { documentFailure, mayBeOnePagesFault } from './failure.ts';
import {
  drawPdf,
  prose,
  scanPng,
  temporaryDirectory,
  tiff,
  writeDocument,
} from '../fixtures/sample-documents.ts';
import { mayShowPage, readImageShapes } from './image-shapes.ts';
import { languageMend, languagesIn, missingLanguages, tesseractName } from './ocr-languages.ts';
import { prepareTessdata } from './tessdata.ts';
import { TiffPages } from './tiff-pages.ts';

let directory: string;
let remove: () => void;
beforeEach(() => ({ path: directory, remove } = temporaryDirectory()));
afterEach(() => remove());

/** What LiteParse says today to a file: the sentences that failure.ts reads. */
async function complaint(name: string, bytes: Uint8Array): Promise<unknown> {
  const path = writeDocument(directory, name, bytes);
  return new LiteParse({ quiet: true, ocrEnabled: false }).parse(path).then(
    () => undefined,
    (error: unknown) => error,
  );
}

test('each of LiteParse’s complaints is understood', async () => {
  const locked = await drawPdf([prose('Secret')], { userPassword: 'x' });
  const scan = await scanPng();
  const cases = [
    [await complaint('locked.pdf', locked), 'pdf', 'PDF_IS_PROTECTED'],
    [await complaint('broken.pdf', Buffer.from('%PDF-1.4 nothing else')), 'pdf', 'PDF_IS_BROKEN'],
    [await complaint('broken.png', scan.subarray(0, 100)), 'png', 'IMAGE_IS_BROKEN'],
    [await complaint('broken.webp', Buffer.from('RIFF....WEBPVP8 ')), 'webp', 'IMAGE_IS_BROKEN'],
    [await complaint('thing.xyz', Buffer.from('what is this')), 'pdf', 'UNSUPPORTED_FILE_TYPE'],
  ] as const;
  for (const [error, media, code] of cases) {
    expect(error).toBeInstanceOf(Error);
    expect(documentFailure(error, media)?.code).toBe(code);
    expect(mayBeOnePagesFault(error)).toBe(false);
  }
});

test('unknown complaints are the document’s, those of the machine are not', () => {
  const unknown = new Error('PDF error: page not found');
  expect(documentFailure(unknown, 'pdf')).toMatchObject({ code: 'PDF_IS_BROKEN' });
  expect(documentFailure(unknown, 'png')).toMatchObject({ code: 'IMAGE_IS_BROKEN' });
  expect(mayBeOnePagesFault(unknown)).toBe(true);
  for (const message of ['PDF error: file not found', 'io error: No space left on device (os error 28)']) {
    expect(documentFailure(new Error(message), 'pdf')).toBeUndefined();
    expect(mayBeOnePagesFault(new Error(message))).toBe(false);
  }
});

test('each page of a TIFF becomes a TIFF of one page, and the original stays', async () => {
  const bytes = await tiff([await scanPng(['One']), await scanPng(['Two']), await scanPng(['Three'])]);
  const input = writeDocument(directory, 'in.tiff', bytes);
  const pages = TiffPages.open(input, join(directory, 'copy.tiff'));
  expect(pages.count).toBe(3);
  const offsets = new Set<number>();
  for (const page of [3, 1, 2]) {
    const copy = readFileSync(pages.select(page));
    const offset = copy.readUInt32LE(4);
    offsets.add(offset);
    expect(copy.readUInt32LE(offset + 2 + copy.readUInt16LE(offset) * 12)).toBe(0);
  }
  expect(offsets.size).toBe(3);
  expect(readFileSync(input).equals(bytes)).toBe(true);
  expect(() => pages.select(4)).toThrow(RangeError);
});

test('a TIFF that points in a circle or beyond its end is not followed for ever', async () => {
  const bytes = await tiff([await scanPng(['One'])]);
  const offset = bytes.readUInt32LE(4);
  bytes.writeUInt32LE(offset, offset + 2 + bytes.readUInt16LE(offset) * 12);
  const circle = writeDocument(directory, 'circle.tiff', bytes);
  expect(TiffPages.open(circle, join(directory, 'copy.tiff')).count).toBe(1);
  const cut = writeDocument(directory, 'cut.tiff', bytes.subarray(0, 500));
  expect(() => TiffPages.open(cut, join(directory, 'copy.tiff'))).toThrow(RangeError);
});

test('images of a PDF are found by their dictionaries, names like theirs are not', async () => {
  const scan = await scanPng();
  const withImage = await drawPdf([(page) => page.image(scan, 0, 0, { width: 595 })]);
  const shapes = readImageShapes(writeDocument(directory, 'image.pdf', withImage));
  expect(shapes.unknown).toBe(false);
  expect(mayShowPage(shapes, { width: 595, height: 842 })).toBe(true);
  expect(mayShowPage(shapes, { width: 842, height: 595 })).toBe(true);
  expect(mayShowPage(shapes, { width: 842, height: 200 })).toBe(false);
  const without = writeDocument(
    directory,
    'none.pdf',
    Buffer.from('/ProcSet [/PDF /ImageB /ImageC] /ImageMask true'),
  );
  expect(readImageShapes(without)).toEqual({ sizes: [], unknown: false });
  const indirect = Buffer.from('7 0 obj << /Subtype /Image /Width 8 0 R /Height 10 >> stream');
  expect(readImageShapes(writeDocument(directory, 'indirect.pdf', indirect)).unknown).toBe(true);
  const far = Buffer.concat([
    Buffer.alloc(4 * 1024 * 1024 - 3, 32),
    Buffer.from('1 0 obj <</Subtype/Image/Width 9/Height 8>>'),
  ]);
  expect(readImageShapes(writeDocument(directory, 'far.pdf', far)).sizes.at(0)).toEqual({
    width: 9,
    height: 8,
  });
});

test('data is unpacked once, by whoever comes first; a given directory is left alone', async () => {
  const cache = join(directory, 'tessdata');
  const all = await Promise.all([1, 2, 3].map(() => prepareTessdata(undefined, cache)));
  expect(all).toEqual([cache, cache, cache]);
  expect(languagesIn(cache)).toContain('eng');
  expect(readdirSync(cache).filter((name) => !name.endsWith('.traineddata'))).toEqual([]);
  expect(missingLanguages(['en', 'ch_sim'], cache)).toEqual(['ch_sim']);
  const given = join(directory, 'given');
  mkdirSync(given);
  writeFileSync(join(given, 'chi_sim.traineddata'), '');
  expect(await prepareTessdata(given, cache)).toBe(given);
  expect(missingLanguages(['ch_sim'], given)).toEqual([]);
  expect(readdirSync(given)).toEqual(['chi_sim.traineddata']);
  expect([tesseractName('rs_latin'), tesseractName('abq')]).toEqual(['srp_latn', 'abq']);
});

test('every installed language package is found, the nearest first', async () => {
  const install = (root: string, name: string, variant: string, data: string) => {
    const folder = join(directory, root, '@tesseract.js-data', name, variant);
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.traineddata.gz`), gzipSync(data));
  };
  install('near', 'ell', '4.0.0', 'large');
  install('near', 'ell', '4.0.0_best_int', 'small');
  install('far', 'ell', '4.0.0_best_int', 'old');
  install('far', 'heb', '4.0.0', 'hebrew');
  const roots = ['absent', 'near', 'far'].map((root) => join(directory, root));
  const cache = join(directory, 'unpacked');
  expect(await prepareTessdata(undefined, cache, roots)).toBe(cache);
  expect(languagesIn(cache)).toEqual(['ell', 'heb']);
  expect(readFileSync(join(cache, 'ell.traineddata'), 'utf8')).toBe('small');
  expect(await prepareTessdata(undefined, join(directory, 'none'), [])).toBeUndefined();
});

test('what to install for a language is named, unless nobody publishes it', () => {
  expect(languageMend(['de', 'ch_sim'])).toBe(
    'Install the npm package @tesseract.js-data/deu and @tesseract.js-data/chi_sim and restart, or put ' +
      'deu.traineddata and chi_sim.traineddata into the directory that SHEAF_TESSDATA_DIR names',
  );
  expect(languageMend(['abq'])).toBe('Put abq.traineddata into the directory that SHEAF_TESSDATA_DIR names');
});
