import { expect, test } from 'vitest';
import { resolveParseOptions } from '../../../../model/parse-options.ts';
import { rtfBlocks } from './reader.ts';

const { options } = resolveParseOptions({ output_options: { markdown: { annotate_links: true } } });
const read = (body: string) =>
  rtfBlocks(Buffer.from(`{\\rtf1\\ansi\\ansicpg1252${body}}`, 'latin1'), options);
const lines = (body: string) =>
  read(body).map((block) => ('content' in block ? block.content.md : block.kind));

test('paragraphs with emphasis and signs', () => {
  expect(
    lines("Plain \\b bold\\b0  and {\\i italic}.\\par \\ldblquote Caf\\'e9\\rdblquote\\emdash x\\par"),
  ).toEqual(['Plain **bold** and *italic*.', '“Café”—x']);
});

test('Unicode signs take the place of their fallbacks, whatever length those have', () => {
  expect(lines("\\u8364?\\u8364\\'80 and \\uc2\\u9731ab!\\uc0\\u-10179\\u-8704 x\\par")).toEqual([
    '€€ and ☃!😀x',
  ]);
});

test('fonts name code pages, also of two bytes', () => {
  const fonts =
    '{\\fonttbl{\\f0\\fcharset204 Arial;}{\\f1\\fcharset128 MS Gothic;}{\\f2\\fcharset2 Symbol;}}';
  expect(lines(`${fonts}\\f0\\'ef\\'f0\\f1 \\'83A\\'93\\'fa\\f2 a\\par`)).toEqual(['прア日α']);
});

test('what is not content is left out', () => {
  expect(
    lines(
      '{\\info{\\title T}}{\\colortbl;\\red0;}{\\*\\unknown x}{\\pict\\wmetafile8 0102}{\\v hidden}{\\pict\\bin4 {{{{}seen\\par',
    ),
  ).toEqual(['seen']);
});

test('styles and outline levels make headings', () => {
  const styles = '{\\stylesheet{\\s0 Normal;}{\\s1\\b heading 1;}{\\*\\cs10 heading 2;}}';
  const blocks = read(`${styles}\\pard\\s1 One\\par\\pard\\outlinelevel2 Three\\par\\pard text\\par`);
  expect(blocks.map((block) => (block.kind === 'heading' ? block.level : block.kind))).toEqual([
    1,
    3,
    'paragraph',
  ]);
});

test('links lead where their field says, and nowhere when that is a script', () => {
  expect(
    lines(
      '{\\field{\\*\\fldinst{HYPERLINK "https://example.com/a"}}{\\fldrslt{\\ul here}}} {\\field{\\*\\fldinst HYPERLINK "javascript:x"}{\\fldrslt there}}\\par',
    ),
  ).toEqual(['[here](https://example.com/a) there']);
});

test('tables with cells that are merged across and down', () => {
  const row = (cells: string, text: string[]) =>
    `\\trowd${cells}${text.map((t) => `\\pard\\intbl ${t}\\cell`).join('')}\\row `;
  const [table] = read(
    row('\\trhdr\\cellx1000\\cellx3000', ['A', 'wide']) +
      row('\\clvmgf\\cellx1000\\cellx2000\\cellx3000', ['down', 'b', 'c']) +
      row('\\clvmrg\\cellx1000\\cellx2000\\cellx3000', ['', 'd', 'e']) +
      '\\pard after\\par',
  );
  expect(table).toMatchObject({
    kind: 'table',
    headerRows: 1,
    rows: [
      [{ md: 'A' }, { md: 'wide', colSpan: 2 }],
      [{ md: 'down', rowSpan: 2 }, { md: 'b' }, { md: 'c' }],
      [{ md: 'd' }, { md: 'e' }],
    ],
  });
});

test('entries of lists are nested by level', () => {
  const [list] = read(
    '{\\listtext 1.\\tab}one\\par{\\listtext \\bullet\\tab}\\ilvl1 inner\\par\\pard{\\listtext 2.\\tab}two\\par',
  );
  expect(list).toMatchObject({
    kind: 'list',
    ordered: true,
    entries: [{ content: { text: 'one' }, lists: [{ ordered: false }] }, { content: { text: 'two' } }],
  });
});

test('text boxes and notes are content', () => {
  expect(
    lines(
      'Body{\\footnote A note.}{\\shp{\\*\\shpinst{\\sp{\\sn x}{\\sv 1}}{\\shptxt In a box\\par}}{\\shprslt twice}}\\par',
    ),
  ).toEqual(['In a box', 'Body', 'A note.']);
});

test('damaged and hostile files end', () => {
  expect(lines('open {\\b never closed')).toEqual(['open **never closed**']);
  expect(read('{'.repeat(200_000) + 'deep')).toHaveLength(1);
  expect(read('\\trowd' + '\\cellx1'.repeat(5_000) + 'x\\cell\\row'.repeat(5_000))).toHaveLength(1);
  expect(read('\\'.repeat(100_001))).toHaveLength(1);
});
