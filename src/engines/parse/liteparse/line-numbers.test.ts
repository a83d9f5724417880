import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { placeLineNumbers } from './line-numbers.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

const TESTIMONY = [
  'Where were you on the evening of the flood?',
  'I was on the upper bridge with my brother.',
  'Did you see the gate being opened?',
  'Yes, two men opened it shortly after nine.',
  'And nobody tried to stop them?',
];

function transcript(page: PDFKit.PDFDocument): void {
  page.fontSize(11);
  TESTIMONY.forEach((line, index) => {
    page.text(String(index + 11), 50, 80 + index * 26, { lineBreak: false });
    page.text(line, 90, 80 + index * 26, { lineBreak: false });
  });
}

interface NumberedPage {
  readonly markdown: string;
  readonly line_numbers?: { line_number: string; start_index: number; end_index: number }[];
}

test('printed line numbers are told beside the markdown when asked for, and stay in it otherwise', async () => {
  const pdf = await drawPdf([transcript]);
  const annotate = { output_options: { markdown: { annotate_line_numbers: true } } };
  const [page] = (await bench.parseWell(pdf, annotate)).read.markdown.pages as unknown as NumberedPage[];
  const told = page?.line_numbers?.map((one) => [
    one.line_number,
    page.markdown.slice(one.start_index, one.end_index),
  ]);
  expect(told).toEqual(TESTIMONY.map((line, index) => [String(index + 11), line.replace(/[?.]$/, '')]));
  expect(page?.markdown).not.toMatch(/1[1-5]/);
  const [plain] = (await bench.parseWell(pdf)).read.markdown.pages as unknown as NumberedPage[];
  expect(plain?.line_numbers).toBeUndefined();
  expect(plain?.markdown).toMatch(/11/);
});

test('numbers of a table and of a list are no line numbers', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(11);
      TESTIMONY.forEach((line, index) => {
        page.text('item', 50, 80 + index * 26, { lineBreak: false });
        page.text(String(index + 1), 90, 80 + index * 26, { lineBreak: false });
        page.text(line, 120, 80 + index * 26, { lineBreak: false });
      });
    },
  ]);
  const annotate = { output_options: { markdown: { annotate_line_numbers: true } } };
  const [page] = (await bench.parseWell(pdf, annotate)).read.markdown.pages as unknown as NumberedPage[];
  expect(page?.line_numbers).toBeUndefined();
});

test('offsets count UTF-16 units and pass over markup', () => {
  const lines = [
    { number: '1', text: 'A 𝒜 plan_b' },
    { number: '2', text: 'not there' },
    { number: '3', text: 'of note' },
  ];
  const markdown = '# A 𝒜 plan\\_b\n\n**of** note.';
  const found = placeLineNumbers(lines, markdown);
  expect(found.map((one) => [one.lineNumber, markdown.slice(one.startIndex, one.endIndex)])).toEqual([
    ['1', 'A 𝒜 plan\\_b'],
    ['3', 'of** note'],
  ]);
});

test('with preserve_layout_alignment_across_pages the same place is the same column on every page', async () => {
  const pdf = await drawPdf([
    (page) => page.fontSize(10).text('Far left of the page', 60, 80).text('Right column', 360, 120),
    (page) => page.fontSize(14).text('Right column', 360, 80, { lineBreak: false }),
  ]);
  const align = { output_options: { spatial_text: { preserve_layout_alignment_across_pages: true } } };
  const { read } = await bench.parseWell(pdf, align);
  const columns = read.text.pages.map(({ text }) => {
    const line = text.split('\n').find((one) => one.includes('Right')) ?? '';
    return line.indexOf('Right');
  });
  expect(columns[0]).toBeGreaterThan(40);
  expect(columns[1]).toBe(columns[0]);
});
