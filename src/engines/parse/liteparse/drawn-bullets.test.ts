import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

const markdown = async (pdf: Uint8Array) => (await readDocument(pdf)).pages[0]?.markdown;

test('bullets that are drawn make lists, nested ones and long entries as well', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(11).text('What is needed:');
      // pdfkit paints the discs.
      page.list(
        [
          'Bread for the whole party, which is large this year and so needs a line that is long enough to be broken once more',
          'Milk',
          ['Whole milk', 'Skimmed milk'],
          'Cheese',
        ],
        { bulletRadius: 2 },
      );
    },
  ]);
  expect(await markdown(pdf)).toBe(
    'What is needed:\n\n- Bread for the whole party, which is large this year and so needs a line that is long enough to be broken once more\n' +
      '- Milk\n  - Whole milk\n  - Skimmed milk\n- Cheese',
  );
});

test('links in what was laid out again keep their place', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(11).list(['First thing', 'Second thing'], { bulletRadius: 2 });
      page.moveDown(2).text('Read the ', { continued: true }).text('manual', {
        link: 'https://example.com/manual',
        continued: true,
      });
      page.text(' before you start.', { link: null });
    },
  ]);
  expect(await markdown(pdf)).toContain('Read the [manual](https://example.com/manual) before you start.');
});

test('dots between words, lone dots and points of a drawing are no bullets', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(11);
      for (const y of [100, 130]) {
        page.text('left', 72, y, { lineBreak: false }).text('right', 110, y, { lineBreak: false });
        page.circle(101, y + 5, 2).fill('black');
      }
      page.circle(64, 205, 2).fill('black').text('One remark alone', 72, 200);
      for (let x = 80; x < 400; x += 20) page.circle(x, 400 + (x % 70), 2).fill('black');
    },
  ]);
  expect(await markdown(pdf)).not.toMatch(/^- |•/m);
});
