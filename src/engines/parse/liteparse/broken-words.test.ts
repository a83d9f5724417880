import type { TextItem } from '@llamaindex/liteparse';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { drawPdf, rawPdf, streamObject } from '../fixtures/sample-documents.ts';
import { joinWords } from './broken-words.ts';
import { isSpaced, joinSpaced } from './spaced-letters.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

/** Pages of lines whose blanks have no width (`Tw`); a tab is a step as wide as a blank is otherwise. */
function steppedPdf(...pages: readonly (readonly string[])[]): Buffer {
  const content = (lines: readonly string[]): string => {
    const shown = lines.map(
      (line) => `[${line.replaceAll(/[^\t]+/g, '($&)').replaceAll('\t', ' -278 ')}] TJ T*`,
    );
    return `BT /F 12 Tf 14 TL -3.336 Tw 60 700 Td\n${shown.join('\n')}\nET`;
  };
  const kids = pages.map((_, index) => `${4 + 2 * index} 0 R`).join(' ');
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    `<< /Type /Pages /Kids [${kids}] /Count ${pages.length} /MediaBox [0 0 612 792] /Resources << /Font << /F 3 0 R >> >> >>`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
    ...pages.flatMap((lines, index) => [
      `<< /Type /Page /Parent 2 0 R /Contents ${5 + 2 * index} 0 R >>`,
      streamObject('', content(lines)),
    ]),
  ]);
}

const BROKEN = [
  'This\tchapt er\tis\ta\ttour\tof\tthe\tbasic\tpar t s\tof\tthe\tlangu age.',
  'Wh en\tyou\tmig ht\tlearn\tmore,\tit\tmu st\tbe\tfro m\tthe\texample\tit self.',
];
const WHOLE = [
  'This chapter is a tour of the basic parts of the language.',
  'When you might learn more, it must be from the example itself.',
];

test('words that blanks without width break are whole, also on pages where only few are broken', async () => {
  const few = 'Some\twords\tare\tas\tthey\tshould\tbe\tfor\tal l\tof\tthis\tpage.';
  const { read } = await bench.parseWell(steppedPdf([few], BROKEN, [few]));
  const [first, second, third] = read.text.pages.map(({ text }) => text.replaceAll(/\s+/g, ' ').trim());
  expect(second).toBe(WHOLE.join(' '));
  expect(first).toBe('Some words are as they should be for all of this page.');
  expect(third).toBe(first);
  expect(read.markdown.pages[1]?.markdown).toContain('tour of the basic parts of the language');
});

test('the places of the words are those of the whole words', async () => {
  const options = { output_options: { additional_outputs: ['word_bbox'] } };
  const outcome = await bench.parseWell(steppedPdf(BROKEN), options);
  const words = JSON.stringify(outcome.read);
  expect(words).toContain('chapter');
  expect(words).not.toMatch(/\bchapt\b/);
});

test('lone letters of formulas stay by themselves', async () => {
  const formulas = Array.from({ length: 6 }, () => 'where\tn\tand\tk\tare\tsmall\tand\tx\tis\tnot\ts\tor\tt');
  const { read } = await bench.parseWell(steppedPdf(formulas));
  expect(read.text.pages[0]?.text).toContain('where n and k are small and x is not s or t');
});

/** A run of words of ten points, with the blanks between them. */
function run(...parts: readonly (string | number)[]): TextItem {
  let x = 0;
  const words = [];
  for (const part of parts) {
    if (typeof part === 'number') x += part;
    else {
      const width = 5 * part.length;
      words.push({ text: part, x, y: 0, width, height: 10 });
      x += width;
    }
  }
  const text = words.map((word) => word.text).join(' ');
  return { text, x: 0, y: 0, width: x, height: 10, fontSize: 1, fontName: 'F', rotation: 0, words };
}
const repeat = (item: TextItem): TextItem[] => Array.from({ length: 4 }, () => item);
const textsOf = (items: readonly TextItem[] | undefined): string[] | undefined =>
  items?.map(({ text }) => text);

test('of three kinds of blanks only the narrowest is none', () => {
  const entry = run('cyc', 0, 'lic', 2.2, 'dat', 0.1, 't', 2.3, 'str', 0, 'ucture', 40, '337');
  expect(textsOf(joinWords(repeat(entry)))).toEqual(Array(4).fill('cyclic datt structure 337'));
});

test('a letter that stands alone among broken words hides them no more than it is one', () => {
  const line = run('chap', 0, 't', 3, 'of', 3, 'the', 3, 'wor', 0, 'd', 3, 'where', 3, 'n', 3, 'is');
  expect(textsOf(joinWords(repeat(line)))).toEqual(Array(4).fill('chapt of the word where n is'));
});

test('steps of a typewriter’s font are wider, and still none beside its blanks', () => {
  const line = run('Vapore', 1.4, 's', 7, 'de', 6.5, 'Container', 1.5, 's', 7.2, 'Line', 1.6, 's');
  expect(textsOf(joinWords(repeat(line)))).toEqual(Array(4).fill('Vapores de Containers Lines'));
});

test('boxes of words that are joined hold both', () => {
  const [joined] = joinWords(repeat(run('wor', 0, 'ld', 3, 'peac', 0, 'e', 3, 'now'))) ?? [];
  expect(joined?.words?.slice(0, 2)).toMatchObject([
    { text: 'world', x: 0, width: 25 },
    { text: 'peace', x: 28, width: 25 },
  ]);
});

test('text that is turned is judged along its own direction', () => {
  const turn = ({ words = [], ...item }: TextItem): TextItem => ({
    ...item,
    width: item.height,
    height: item.width,
    rotation: 90,
    words: words.map(({ text, x, width }) => ({ text, x: 0, y: x, width: 10, height: width })),
  });
  const upward = turn(run('wor', 0, 'ld', 3, 'peac', 0, 'e', 3, 'now'));
  expect(textsOf(joinWords(repeat(upward)))).toEqual(Array(4).fill('world peace now'));
});

test.each([
  [
    'narrow blanks throughout, and wide ones between columns',
    run('a', 2, 's', 2, 'of', 2, 'd', 2, 'to', 40, 'x'),
  ],
  ['blanks of every width', run('t', 0, 'of', 0.5, 's', 1, 'to', 1.4, 'd', 1.9, 'at', 2.4, 'b', 2.9, 'on')],
  ['fragments that stand alone', run('n', 2.5, 'or', 2.4, 'k', 2.5, 'is', 0, 'land', 2.5, 't')],
])('%s show nothing', (_what, item) => {
  expect(joinWords(repeat(item))).toBeUndefined();
});

test('a heading whose letters are spaced is read in words', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(18).text('QUARTERLY RESULTS', 60, 60, { characterSpacing: 4 });
      page.fontSize(11).text('The harbour took in more than in the year before.', 60, 110);
    },
  ]);
  const { read } = await bench.parseWell(pdf);
  expect(read.markdown.pages[0]?.markdown).toMatch(/^#+ \**QUARTERLY RESULTS/);
});

test.each([
  ['one word', run('R', 3, 'e', 3.2, 's', 3, 'u', 3, 'l', 3.1, 't'), 'Result'],
  ['two words', run('O', 3, 'U', 3, 'R', 9, 'P', 3, 'O', 3, 'R', 3, 'T'), 'OUR PORT'],
  ['an alphabet', run('A', 3, 'B', 3, 'C', 3, 'D', 3, 'E', 3, 'F'), 'A B C D E F'],
  ['steps of every width', run('R', 3, 'e', 4, 's', 5, 'u', 6, 'l', 7, 't'), 'R e s u l t'],
  ['columns', run('Y', 30, 'N', 30, 'Y', 30, 'N', 30, 'N', 30, 'Y'), 'Y N Y N N Y'],
])('of single letters %s', (_what, item, text) => {
  expect(joinSpaced(item).text).toBe(text);
});

test('runs of words are not looked at', () => {
  for (const text of ['I am a man', 'a b', 'A quarter of it', '']) expect(isSpaced({ text })).toBe(false);
});
