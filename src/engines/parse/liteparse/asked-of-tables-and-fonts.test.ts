import { createRequire } from 'node:module';
import { afterAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

const bench = new EngineBench();
afterAll(() => bench.close());

const FONT = createRequire(import.meta.url).resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf');
const FAIL_ON_FONT = {
  processing_control: { job_failure_conditions: { fail_on_buggy_font: true } },
  processing_options: { ignore: { ignore_text_in_image: true } },
};

/** Two pages; the second in an embedded font, whose map from signs to letters can be taken out. */
async function twoFonts(hasMap: boolean): Promise<Buffer> {
  const pdf = await drawPdf([
    (page) => page.text('An ordinary page.'),
    (page) => page.font(FONT).text('The committee met again.'),
  ]);
  if (hasMap) return pdf;
  const without = pdf
    .toString('latin1')
    .replaceAll(/\/ToUnicode \d+ 0 R/g, (found) => ' '.repeat(found.length));
  return Buffer.from(without, 'latin1');
}

test('a font that does not say which letters its signs are fails the job, when that was asked for', async () => {
  const outcome = await bench.parse(await twoFonts(false), FAIL_ON_FONT);
  expect(outcome).toMatchObject({ kind: 'failure', code: 'PDF_IS_BROKEN' });
  expect(outcome.kind === 'failure' && outcome.message).toMatch(
    /^Page 2 uses a font .*fail_on_buggy_font\.$/,
  );
});

test('otherwise it fails nothing, nor does a font that says so', async () => {
  const { processing_options } = FAIL_ON_FONT;
  await bench.parseWell(await twoFonts(false), { processing_options });
  const { read } = await bench.parseWell(await twoFonts(true), FAIL_ON_FONT);
  expect(read.markdown.pages[1]?.markdown).toBe('The committee met again.');
});

/** A ruled table with a cell over two columns, and one over two rows. */
function spanned(pdf: PDFKit.PDFDocument): void {
  const line = (x1: number, y1: number, x2: number, y2: number) => pdf.moveTo(x1, y1).lineTo(x2, y2).stroke();
  for (const y of [100, 140, 160, 180]) line(60, y, 360, y);
  line(160, 120, 360, 120);
  for (const x of [60, 160, 360]) line(x, 100, x, 180);
  line(260, 120, 260, 180);
  pdf.fontSize(9);
  const texts: [number, number, string][] = [
    [65, 105, 'Region'], [200, 105, 'Harvest in tons'], [165, 125, 'Wheat'], [265, 125, 'Rye'],
    [65, 145, 'North'], [165, 145, '12'], [265, 145, '7'], [65, 165, 'South'], [165, 165, '30'], [265, 165, '4'],
  ]; // prettier-ignore
  for (const [x, y, text] of texts) pdf.text(text, x, y, { lineBreak: false });
}

test('tables are read from their lines, unless heuristics are switched off', async () => {
  const pdf = await drawPdf([spanned]);
  const tableOf = async (disable_heuristics: boolean) => {
    const { read } = await bench.parseWell(pdf, { processing_options: { disable_heuristics } });
    return read.items.pages[0]?.items.filter((item) => item.type === 'table').map((item) => item.html);
  };
  const [mended] = (await tableOf(false)) ?? [];
  expect(mended).toContain('<th rowspan="2">Region</th><th colspan="2">Harvest in tons</th>');
  const found = (await tableOf(true)) ?? [];
  expect(found.join('')).not.toMatch(/rowspan|colspan/);
});
