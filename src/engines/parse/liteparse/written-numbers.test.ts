import { LiteParse } from '@llamaindex/liteparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { writeByHand } from '../fixtures/hand-writing.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

const WORDS = { output_options: { additional_outputs: ['word_bbox'] } };

/** A form as a scanner gives it: printed labels, each with something written beside or below it. */
async function readForm(written: readonly string[], below = false): Promise<string> {
  const form = await drawPdf([
    (page) => {
      page.fontSize(14).text('Declaration for the harbour office', 60, 40).fontSize(10);
      for (const [index, text] of written.entries()) {
        const y = 100 + index * 70;
        page.text(`${index + 1}. Registration No.`, 60, y);
        page
          .rect(50, y - 10, 400, 60)
          .lineWidth(1)
          .stroke('#000000');
        writeByHand(page, text, below ? { x: 90, y: y + 16, height: 20 } : { x: 190, y: y - 2, height: 18 });
      }
    },
  ]);
  const [shot] = await new LiteParse({ quiet: true, dpi: 200 }).screenshot(form, [1]);
  if (!shot) throw new Error('The sample page could not be drawn.');
  const scan = await drawPdf([(page) => page.image(shot.imageBuffer, 0, 0, { width: 595 })]);
  const { read } = await bench.parseWell(scan, WORDS);
  return (read.text.pages[0]?.text ?? '').replaceAll(/[^\S\n]+/g, ' ');
}

test('numbers written by hand beside printed labels are read', async () => {
  const text = await readForm(['5839', '2467', '90128', '3350']);
  for (const number of ['5839', '2467', '90128', '3350']) expect(text).toContain(number);
});

test('numbers written by hand below printed labels are read', async () => {
  const text = await readForm(['5839', '3350'], true);
  for (const number of ['5839', '3350']) expect(text).toContain(number);
});

test('what may be a date, an amount or a word is not taken for a number of its digits', async () => {
  const text = await readForm(['3/24/87', '4,925', '554-2897', 'kxmk', '58k9']);
  expect(text).toContain('Registration No.');
  for (const wrong of ['3124187', '4925', '5542897', '589', '58x9']) expect(text).not.toContain(wrong);
});
