import { expect, test } from 'vitest';
import type { Item, ReadPage, Word } from '../../../model/document.ts';
import { resolveParseOptions } from '../../../model/parse-options.ts';
import { modelPage } from './model-page.ts';

const LINES = [
  'Annual Report',
  'First come the apples, then the pears.',
  'Fruit Weight',
  'Apples 12',
  'Pears 30',
  'The end.',
];

/** Lines twenty points apart, words of a fixed width. */
function wordsOf(lines: readonly string[]): Word[] {
  return lines.flatMap((line, row) =>
    line
      .split(' ')
      .map((text, index) => ({ text, box: { x: 50 + index * 40, y: 100 + row * 20, w: 38, h: 12 } })),
  );
}

function localPage(items: readonly Item[] = [], change: Partial<ReadPage> = {}): ReadPage {
  return {
    success: true,
    pageNumber: 3,
    width: 600,
    height: 800,
    source: 'text_layer',
    text: LINES.join('\n'),
    markdown: LINES.join('\n\n'),
    items,
    ...change,
  };
}

function read(markdown: string, local = localPage(), parameters = {}): ReadPage {
  const { options } = resolveParseOptions({ output_options: parameters });
  return modelPage({ local, markdown, words: wordsOf(LINES), options });
}

const ANSWER =
  '# Annual Report\n\nFirst come the apples, then the pears.\n\n| Fruit | Weight |\n|---|---|\n| Apples | 12 |\n| Pears | 30 |\n\nThe end.';

test('items, their boxes and the boxes of cells are found by their words', () => {
  const page = read(ANSWER);
  expect(page).toMatchObject({ pageNumber: 3, source: 'model', text: LINES.join('\n') });
  expect(page.items.map(({ type, boxes: [box] }) => [type, box?.y, box?.h])).toEqual([
    ['heading', 100, 12],
    ['text', 120, 12],
    ['table', 140, 52],
    ['text', 200, 12],
  ]);
  const table = page.items[2];
  expect(table?.type === 'table' && table.cellBoxes?.[2]?.[1]).toEqual({ x: 90, y: 180, w: 38, h: 12 });
});

test('what is not on the page has no box', () => {
  const page = read(`${ANSWER}\n\nNobody ever wrote this sentence here.`);
  expect(page.items.at(-1)).toMatchObject({ value: 'Nobody ever wrote this sentence here.', boxes: [] });
});

test('header, footer, pictures and links stay where they were', () => {
  const line = (value: string): Item => ({
    type: 'text',
    value,
    md: value,
    boxes: [{ x: 1, y: 1, w: 1, h: 1 }],
  });
  const band = (type: 'header' | 'footer', value: string) =>
    ({ type, md: value, boxes: [], items: [line(value)] }) as Item;
  const picture: Item = {
    type: 'image',
    caption: '',
    url: 'p.png',
    md: '![](p.png)',
    boxes: [{ x: 50, y: 125, w: 9, h: 9 }],
  };
  const link: Item = {
    type: 'link',
    text: 'apples',
    url: 'https://example.org/a',
    md: '',
    boxes: [{ x: 2, y: 2, w: 2, h: 2 }],
  };
  const local = localPage([band('header', 'Confidential'), picture, link, band('footer', 'Page 3')], {
    header: 'Confidential',
  });
  const page = read(
    `Confidential\n\n${ANSWER.replace('the apples', '[the apples](https://example.org/a) [x](https://other.example/)')}`,
    local,
    { markdown: { annotate_links: true } },
  );
  expect(page.items.map(({ type }) => type)).toEqual([
    'header',
    'heading',
    'text',
    'image',
    'table',
    'text',
    'link',
    'footer',
  ]);
  expect(page.header).toBe('Confidential');
  expect(page.markdown).not.toContain('Confidential');
  expect(page.markdown).toContain('[the apples](https://example.org/a) x, then');
  expect(page.markdown).toContain('![](p.png)');
});

/** One white pixel. */
const PNG =
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAGd6MTAAAAABJRU5ErkJggg==';

test('captions of pictures stay only where the page has them, and addresses never', () => {
  const pictures = [
    '![Apples and pears](a.png)',
    `![A smiling farmer](${PNG})`,
    `Some text <img src="${PNG}" alt="A dog"> and ![a cat](${PNG}) here`,
    `<div><svg><image href="${PNG}"/></svg></div>`,
  ];
  const page = read([ANSWER, ...pictures].join('\n\n'));
  expect(page.markdown).toContain('Apples and pears');
  expect(page.markdown).toContain('Some text');
  expect(JSON.stringify(page)).not.toMatch(/farmer|dog|cat|png|base64/);
});

test('a page without a text layer gets the model’s text', () => {
  const page = read(ANSWER, localPage([], { source: 'ocr', confidence: 0.5, text: 'Arnual Repor' }));
  expect(page.text).toContain('Annual Report');
  expect(page.confidence).toBeUndefined();
});

test('printed line numbers follow their lines', () => {
  const markdown = 'First come the apples, then the pears.\n\nLost.';
  const lineNumbers = [
    { lineNumber: '1', startIndex: 0, endIndex: 38 },
    { lineNumber: '2', startIndex: 40, endIndex: 45 },
  ];
  const page = read(ANSWER, localPage([], { markdown, lineNumbers }));
  expect(page.lineNumbers).toEqual([{ lineNumber: '1', startIndex: 17, endIndex: 55 }]);
  expect(page.markdown.slice(17, 55)).toBe('First come the apples, then the pears.');
});
