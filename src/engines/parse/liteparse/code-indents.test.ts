import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';

const PROSE = 'The following lines count the crates in the store and give back how many of them are full.';
const CODE = `def count(store):
    total = 0
    for crate in store:
        if crate.full:
            total += 1  # full
    return total

class Store:
    def __init__(self, crates):
        self.crates = crates`;

test('code keeps its indentation, its empty lines and the gaps inside its lines', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.font('Helvetica').fontSize(11).text(PROSE, 72, 72);
      page.y += 12;
      page.font('Courier').fontSize(9);
      for (const line of CODE.split('\n')) {
        const [, blanks = '', first = '', second] = /^( *)(.*?)(?: {2}(#.*))?$/.exec(line) ?? [];
        const { y } = page;
        const sign = page.widthOfString('x');
        page.text(first, 72 + blanks.length * sign, y, { lineBreak: false });
        if (second !== undefined)
          page.text(second, 72 + line.indexOf(second) * sign, y, { lineBreak: false });
        page.y = y + 11;
      }
      page
        .font('Helvetica')
        .fontSize(11)
        .text(PROSE, 72, page.y + 12);
    },
  ]);
  const { markdown = '' } = (await readDocument(pdf)).pages[0] ?? {};
  expect(/```python\n(.*?)\n```/s.exec(markdown)?.[1]).toBe(CODE);
});
