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

test('rows with a stroke below each keep the head above the first, centred or not', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(9).font('Helvetica-Bold');
      const centres = [65, 170, 330, 470];
      for (const [index, head] of ['No', 'Name', 'Town', 'Amount'].entries())
        page.text(head, (centres[index] ?? 0) - 8, 104, { lineBreak: false });
      page.font('Helvetica');
      for (let row = 0; row < 8; row += 1) {
        const y = 124 + row * 20;
        page
          .moveTo(50, y - 6)
          .lineTo(550, y - 6)
          .lineWidth(0.5)
          .stroke();
        for (const [index, text] of [
          `${row}`,
          `Customer ${row}`,
          row % 2 ? 'Ulm' : 'Bonn',
          `${row * 37}.50`,
        ].entries())
          page.text(text, [54, 100, 290, 500][index] ?? 0, y, { lineBreak: false });
      }
    },
  ]);
  const markdown = (await readDocument(pdf)).pages[0]?.markdown;
  expect(markdown).toMatch(
    /^\| No \| Name \| Town \| Amount \|\n\| --- \| --- \| --- \| --- \|\n\| 0 \| Customer 0 \|/,
  );
});
