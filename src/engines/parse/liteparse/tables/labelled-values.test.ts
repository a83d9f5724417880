import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { drawPdf } from '../../fixtures/sample-documents.ts';

test('labels with a value each stay rows: the first two are no head of two lines', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(10);
      const rows = [
        ['Invoice no.', 'R-2026-17'],
        ['Date', '2 March 2026'],
        ['Customer no.', '88123'],
      ];
      for (const [index, [label = '', value = '']] of rows.entries()) {
        page.text(label, 350, 60 + index * 14, { lineBreak: false });
        page.text(value, 450, 60 + index * 14, { lineBreak: false });
      }
      page.text('A line of the letter that follows below the table.', 60, 200);
    },
  ]);
  expect((await readDocument(pdf)).pages[0]?.markdown).toContain(
    '| Invoice no. | R-2026-17 |\n| --- | --- |\n| Date | 2 March 2026 |\n| Customer no. | 88123 |',
  );
});
