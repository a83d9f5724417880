import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { LiteParse } from '@llamaindex/liteparse';
import sharp from 'sharp';
import { afterAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { fakeOffice, oldDocument } from '../fixtures/fake-office.ts';
import { plainPicture } from '../fixtures/illustrated-pdf.ts';
import { drawPdf, prose, temporaryDirectory, tiff } from '../fixtures/sample-documents.ts';
import { ImagePdfWriter } from './image-pdf.ts';
import { jpegFrame } from './jpeg-frame.ts';
import { decodePng } from './png.ts';

const { path: place, remove } = temporaryDirectory();
const bench = new EngineBench({ soffice: fakeOffice(place, `cp ${place}/good.pdf "$output"`) });
afterAll(async () => {
  await bench.close();
  remove();
});

const ASKED = {
  output_options: { save_output_pdf: true },
  processing_options: { ignore: { ignore_text_in_image: true } },
};

async function outputPdf(document: Uint8Array): Promise<{ pdf: Buffer; notApplied: readonly string[] }> {
  const { packPath, parts, summary } = await bench.parseWell(document, ASKED);
  const { offset = 0, length = 0 } = parts?.output_pdf ?? {};
  const pdf = readFileSync(packPath).subarray(offset, offset + length);
  return { pdf, notApplied: summary.optionsNotApplied };
}

/** Each page's size in points and the colour in its middle. */
async function look(pdf: Buffer): Promise<{ size: number[]; colour: number[] }[]> {
  const { totalPages, pages } = await new LiteParse({ quiet: true, ocrEnabled: false }).parse(pdf);
  expect(pages.length).toBe(totalPages);
  const numbers = pages.map((page) => page.pageNum);
  const shots = await new LiteParse({ quiet: true, dpi: 72 }).screenshot(pdf, numbers);
  return shots.map((shot, index) => {
    const { width, height, channels, pixels } = decodePng(shot.imageBuffer);
    const middle = ((height >> 1) * width + (width >> 1)) * channels;
    const page = pages[index];
    return {
      size: [page?.width ?? 0, page?.height ?? 0].map(Math.round),
      colour: [...pixels.subarray(middle, middle + 3)].map((value) => Math.round(value / 8) * 8),
    };
  });
}

test.each(['jpeg', 'png', 'webp', 'gif', 'bmp'] as const)(
  'the output of a picture (%s) is a PDF of it',
  async (kind) => {
    const jpeg = await plainPicture('#306898', 'jpeg', 200);
    const picture =
      kind === 'jpeg' ? jpeg : kind === 'bmp' ? bitmap() : await sharp(jpeg).toFormat(kind).toBuffer();
    const { read } = await bench.parseWell(picture, ASKED);
    const { page_width = 0, page_height = 0 } = read.items.pages[0] ?? {};
    const { pdf, notApplied } = await outputPdf(picture);
    expect(notApplied).toEqual([]);
    expect(await look(pdf)).toEqual([
      { size: [page_width, page_height].map(Math.round), colour: [0x30, 0x68, 0x98] },
    ]);
    expect(pdf.includes(jpeg)).toBe(kind === 'jpeg');
  },
);

function bitmap(): Buffer {
  const [width, height] = [40, 30];
  const header = Buffer.alloc(54);
  header.write('BM', 'latin1');
  header.writeUInt32LE(54 + width * height * 3, 2);
  header.writeUInt32LE(54, 10);
  header.writeUInt32LE(40, 14);
  header.writeInt32LE(width, 18);
  header.writeInt32LE(height, 22);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(24, 28);
  return Buffer.concat([header, Buffer.alloc(width * height * 3, Buffer.from([0x98, 0x68, 0x30]))]);
}

test('a TIFF of several pages has as many in the PDF, in their order', async () => {
  const pictures = await Promise.all([plainPicture('#202020'), plainPicture('#d0d0d0')]);
  const pages = await look((await outputPdf(await tiff(pictures))).pdf);
  expect(pages.map(({ colour }) => colour)).toEqual([
    [0x20, 0x20, 0x20],
    [0xd0, 0xd0, 0xd0],
  ]);
});

test('of a document that LibreOffice converted it is the PDF that was read', async () => {
  const converted = await drawPdf([prose('Minutes')]);
  writeFileSync(join(place, 'good.pdf'), converted);
  const { pdf, notApplied } = await outputPdf(oldDocument('WordDocument'));
  expect(pdf.equals(converted)).toBe(true);
  expect(notApplied).toEqual([]);
});

test('a document without pages has none, and is told', async () => {
  const { pdf, notApplied } = await outputPdf(Buffer.from('Nothing but text.'));
  expect(pdf.length).toBe(0);
  expect(notApplied).toContain('output_options.save_output_pdf');
});

test('transparency becomes white; JPEGs with other frames are not taken as they are', async () => {
  const chunks: Uint8Array[] = [];
  const writer = new ImagePdfWriter((bytes) => chunks.push(bytes));
  const pixels = new Uint8Array([...Array<number[]>(16)].flatMap(() => [0, 0, 0, 0]));
  writer.addRaster({ width: 4, height: 4, channels: 4, pixels }, { width: 40, height: 40 });
  const cmyk = await sharp(await plainPicture('#306898')).toColourspace('cmyk').jpeg().toBuffer();
  expect(jpegFrame(cmyk)?.components).toBe(4);
  expect(writer.addJpeg(cmyk, { width: 40, height: 40 })).toBe(false);
  expect(writer.addJpeg(cmyk.subarray(0, 20), { width: 40, height: 40 })).toBe(false);
  writer.finish();
  expect(await look(Buffer.concat(chunks))).toEqual([{ size: [40, 40], colour: [256, 256, 256] }]);
}); // prettier-ignore
