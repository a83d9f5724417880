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

test('a frame around code makes no table of it, and words in columns stay one', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.font('Helvetica').fontSize(11).text(PROSE, 72, 72);
      page.rect(70, 118, 300, 52).stroke().font('Courier').fontSize(9);
      for (const [index, line] of [
        'function add(a, b) {',
        '  return a + b;',
        '}',
        'print(add(3, 5));',
      ].entries())
        page.text(line.trim(), 74 + (line.length - line.trimStart().length) * 5.4, 122 + index * 11);
    },
    (page) => {
      page.font('Courier').fontSize(9);
      for (let row = 0; row < 6; row += 1)
        for (const [column, text] of ['(a);', `crate=${row}`, '{full}'].entries())
          page.text(text, 74 + column * 120, 122 + row * 14, { lineBreak: false });
    },
  ]);
  const [code, table] = (await readDocument(pdf)).pages;
  expect(code?.items.map(({ type }) => type)).toEqual(['text', 'code']);
  expect(code?.markdown).toContain('function add(a, b) {\n  return a + b;\n}\nprint(add(3, 5));');
  expect(table?.items.map(({ type }) => type)).toEqual(['table']);
});
