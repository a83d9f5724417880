import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ResultPart, StoredImage } from '../../../model/parse-result.ts';
import { EngineBench, type Success } from '../fixtures/engine-bench.ts';
import { illustratedPdf } from '../fixtures/illustrated-pdf.ts';
import { drawPdf, prose, scanPng } from '../fixtures/sample-documents.ts';

let bench: EngineBench;
let pdf: Buffer;
beforeAll(async () => {
  bench = new EngineBench();
  pdf = await illustratedPdf();
});
afterAll(() => bench.close());

function partOf({ packPath, parts }: Success, name: ResultPart): string | undefined {
  const range = parts?.[name];
  return (
    range &&
    readFileSync(packPath)
      .subarray(range.offset, range.offset + range.length)
      .toString()
  );
}

function imagesOf(result: Success): StoredImage[] {
  const lines = partOf(result, 'images')?.split('\n').slice(0, -1) ?? [];
  return lines.map((line) => JSON.parse(line) as StoredImage);
}

test('by default there are forms and nothing else, and figures have no link', async () => {
  const result = await bench.parseWell(pdf);
  expect(Object.keys(result.parts ?? {})).toEqual(['forms']);
  const images = result.read.items.pages[0]?.items.filter((item) => item.type === 'image');
  expect(images?.map((image) => [image.url, image.md])).toEqual([
    ['', ''],
    ['', ''],
    ['', ''],
  ]);
});

test('figures lead to the embedded pictures they show', async () => {
  const result = await bench.parseWell(pdf, { output_options: { images_to_save: ['embedded'] } });
  const images = result.read.items.pages[0]?.items.filter((item) => item.type === 'image');
  expect(images?.map((image) => image.url)).toEqual(['img_p1_1.png', 'img_p1_2.jpg', 'img_p1_3.png']);
  expect(result.read.markdown.pages[0]?.markdown).toContain('![](img_p1_2.jpg)');
  expect(imagesOf(result)).toHaveLength(3);
  expect(result.summary.warnings).toEqual([]);
});

test('pictures outside the part that was asked for are left out', async () => {
  const result = await bench.parseWell(pdf, {
    crop_box: { bottom: 0.39 },
    output_options: { images_to_save: ['embedded'] },
  });
  expect(imagesOf(result).map((image) => image.bbox?.y)).toEqual([240, 240]);
});

test('a drawing is cut out of the page although no picture is in it', async () => {
  const drawing = await drawPdf([
    (page) => {
      prose('Levels')(page);
      for (let at = 0; at < 12; at += 1)
        page
          .moveTo(100 + at * 25, 500)
          .lineTo(110 + at * 25, 400 + at * 7)
          .lineTo(125 + at * 25, 480 - at * 3)
          .fillAndStroke('#8899aa', '#223344');
      page.circle(250, 450, 60).lineWidth(4).stroke('#aa3322');
    },
  ]);
  const result = await bench.parseWell(drawing, { output_options: { images_to_save: ['layout'] } });
  const figures = result.read.items.pages[0]?.items.filter((item) => item.type === 'image') ?? [];
  expect(imagesOf(result)).toHaveLength(figures.length);
  expect(result.summary.optionsNotApplied).toEqual([]);
});

test('a scan gives its words from OCR and its picture', async () => {
  const result = await bench.parseWell(await scanPng(), {
    output_options: { images_to_save: ['screenshot', 'embedded'], additional_outputs: ['word_bbox'] },
  });
  const words = partOf(result, 'raw_words')?.split('\n') ?? [];
  const flooded = words.find((line) => line.includes('"text":"flooded"')) ?? '{}';
  const { confidence } = JSON.parse(flooded) as { confidence?: number };
  expect(confidence).toBeGreaterThan(0.5);
  expect(confidence).toBeLessThanOrEqual(1);
  expect(imagesOf(result).map((image) => image.filename)).toContain('page_1.png');
});

test('a workbook is written only when there is a table; sheets may have plain names', async () => {
  const spreadsheet = { tables_as_spreadsheet: { enable: true, guess_sheet_name: false } };
  const result = await bench.parseWell(pdf, { output_options: spreadsheet });
  expect(result.parts?.xlsx?.length).toBeGreaterThan(500);
  const without = await bench.parseWell(await drawPdf([prose('No table')]), { output_options: spreadsheet });
  expect(without.parts).not.toHaveProperty('xlsx');
  expect(without.summary.optionsNotApplied).toEqual([]);
});

test('an output that nobody knows is reported', async () => {
  const result = await bench.parseWell(pdf, {
    output_options: { additional_outputs: ['stripped_md', 'poem'] },
  });
  expect(result.summary.optionsNotApplied).toEqual(['output_options.additional_outputs']);
  expect(result.parts).toHaveProperty('stripped_md');
});
