import { expect, test } from 'vitest';
import type { ParsedPage } from '@llamaindex/liteparse';
import { proseInsteadOfCode } from './prose-as-code.ts';

const PROSE = [
  'The harbour was closed for seven weeks in the winter of that year and every',
  'vessel had to wait outside the breakwater for a pilot, which the mer-',
  'chants of the town did not like at all because their cargo began to spoil',
  'while the council argued.',
  'Finally the engineers agreed to work through the night until it was done, and',
  'the lighthouse was lit again on the first day of spring in that same year.',
];

/** A page with one block of code over lines that are all equally wide, or whose signs are. */
function page(lines: readonly string[], width: (line: string) => number): ParsedPage {
  const textItems = lines.map((text, index) => {
    return {
      text,
      x: 50,
      y: 100 + 14 * index,
      width: width(text),
      height: 10,
      fontName: 'Courier',
      words: [],
    };
  });
  const bbox = { x: 50, y: 100, width: 400, height: 14 * lines.length };
  const blocks = [{ kind: 'code', bbox, lines: [...lines], lang: 'python' }];
  return {
    pageNum: 1,
    width: 500,
    height: 700,
    text: lines.join('\n'),
    textItems,
    blocks,
  } as unknown as ParsedPage;
}

test('a text layer stretched over printed lines is running text, with its divided words whole', () => {
  const { blocks = [] } = proseInsteadOfCode(
    page(PROSE, (line) => (line.length < 40 ? 5.5 * line.length : 400)),
  );
  expect(blocks.map(({ kind, text }) => ({ kind, text }))).toEqual([
    {
      kind: 'paragraph',
      text:
        'The harbour was closed for seven weeks in the winter of that year and every vessel had to wait outside the ' +
        'breakwater for a pilot, which the merchants of the town did not like at all because their cargo began to ' +
        'spoil while the council argued.',
    },
    { kind: 'paragraph', text: `${PROSE[4]} ${PROSE[5]}` },
  ]);
});

test('code and whatever is set in a font of one width stays as it is', () => {
  const code = [
    'for (const line of lines) {',
    '  if (line.length > 0) write(line);',
    '  else skip(line, count);',
    '}',
  ];
  for (const lines of [code, PROSE]) {
    const before = page(lines, (line) => 6 * line.length);
    expect(proseInsteadOfCode(before).blocks).toEqual(before.blocks);
  }
  const ragged = page(code, () => 200);
  expect(proseInsteadOfCode(ragged).blocks).toEqual(ragged.blocks);
});
