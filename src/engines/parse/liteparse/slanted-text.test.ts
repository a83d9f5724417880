import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf, rawPdf, streamObject } from '../fixtures/sample-documents.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

/** A page of lines, each with its own text matrix. */
function linesPdf(lines: readonly { readonly matrix: string; readonly text: string }[]): Buffer {
  const content = lines.map(({ matrix, text }) => `BT /F 12 Tf ${matrix} Tm (${text}) Tj ET`).join('\n');
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    streamObject('', content),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ]);
}

test('text whose letters are slanted is read in its place; text that is turned stays out of the body', async () => {
  const upright = (y: number) => `1 0 0 1 60 ${y}`;
  const { read } = await bench.parseWell(
    linesPdf([
      { matrix: upright(700), text: 'The first line of the paragraph is upright and goes on' },
      { matrix: '1 0 0.3 1 60 686', text: 'with a second line that the writer slanted to look italic' },
      { matrix: upright(672), text: 'and a third one, upright again, where the paragraph ends.' },
      { matrix: '0.7 0.7 -0.7 0.7 100 200', text: 'Only a draft' },
    ]),
  );
  const { markdown = '' } = read.markdown.pages[0] ?? {};
  expect(markdown).toContain('goes on with a second line that the writer slanted to look italic and a third');
  expect(markdown).not.toContain('draft');
  expect(read.text.pages[0]?.text).toContain('Only a draft');
});

test.each([0, 3, 6, 9, 12])(
  'a watermark across the page costs no line of it (%i points further down)',
  async (down) => {
    const lines = Array.from(
      { length: 40 },
      (_, line) => `Line ${line + 1} of the report goes on with what the harbour master wrote`,
    );
    const pdf = await drawPdf([
      (page) => {
        page
          .save()
          .rotate(-50, { origin: [140, 620 + down] })
          .fillColor('#cccccc')
          .fontSize(90);
        page.text('CONFIDENTIAL', 140, 620 + down, { lineBreak: false });
        page.restore().fillColor('black').fontSize(11);
        for (const [y, line] of lines.entries()) page.text(line, 60, 60 + 15 * y, { lineBreak: false });
      },
    ]);
    const { read } = await bench.parseWell(pdf);
    const markdown = read.markdown.pages[0]?.markdown.replaceAll(/\s+/g, ' ');
    for (const line of lines) expect(markdown).toContain(line);
    expect(read.text.pages[0]?.text).toContain('CONFIDENTIAL');
  },
);

const REGIONS = ['North', 'South', 'East', 'West', 'Centre', 'Coast'];

function wideTable(page: PDFKit.PDFDocument): void {
  page.fontSize(14).text('Exports by region', 60, 30).fontSize(10);
  const rows = [
    ['Region', '2019', '2020', '2021', '2022'],
    ...REGIONS.map((name, row) => [name, ...[0, 1, 2, 3].map((column) => `${1000 + 40 * row + column}`)]),
  ];
  for (const [y, row] of rows.entries())
    for (const [x, text] of row.entries()) page.text(text, 60 + 110 * x, 100 + 22 * y, { lineBreak: false });
  page.text('Source: customs office, thousands of tonnes.', 60, 300);
}

test.each([
  { angle: 90, corner: [595.28, 0] },
  { angle: 180, corner: [595.28, 841.89] },
  { angle: 270, corner: [0, 841.89] },
] as const)('a page whose text is turned by $angle degrees is read upright', async ({ angle, corner }) => {
  const pdf = await drawPdf([
    (page) => {
      page.save().translate(corner[0], corner[1]).rotate(angle);
      wideTable(page);
      page.restore();
    },
  ]);
  const { read } = await bench.parseWell(pdf);
  const { items = [], page_width: width = 0, page_height: height = 0 } = read.items.pages[0] ?? {};
  const rows = items.find((item) => item.type === 'table')?.rows ?? [];
  expect(rows).toContainEqual(['Region', '2019', '2020', '2021', '2022']);
  expect(rows).toContainEqual(['Coast', '1200', '1201', '1202', '1203']);
  expect(read.markdown.pages[0]?.markdown).toContain('Source: customs office, thousands of tonnes.');
  expect(width > height).toBe(angle !== 180);
  expect(read.metadata.pages[0]?.original_orientation_angle).toBe(angle);
});
