import type { LayoutBlock, TextItem } from '@llamaindex/liteparse';
import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { withParagraphBreaks } from './paragraph-breaks.ts';

const WIDTH = 300;
const LEFT = 72;
const HANGING = 12;
const LONG =
  'The keeper counted all of the crates in the store twice and wrote what he had found into the large book.';
const LONGER = `${LONG} After that he locked the door, left for the village and handed the key to the miller.`;

const markdownOf = async (...draw: readonly ((page: PDFKit.PDFDocument) => void)[]): Promise<string[]> => {
  // Documents of their own: lines that pages repeat are headers.
  const documents = await Promise.all(draw.map(async (page) => readDocument(await drawPdf([page]))));
  return documents.map(({ pages }) => pages[0]?.markdown ?? '');
};

/** Draws a text where the last one ended. */
function write(page: PDFKit.PDFDocument, text: string, gap = 0, left = LEFT, width = WIDTH): void {
  page.font('Helvetica').fontSize(10);
  page.text(text, left, page.y + gap, { width });
}

function entry(page: PDFKit.PDFDocument, marker: string, text: string): void {
  const { y } = page;
  page.font('Helvetica').fontSize(10).text(marker, LEFT, y, { lineBreak: false });
  page.text(text, LEFT + HANGING, y, { width: WIDTH - HANGING });
}

test('what stands behind a list is no part of its last entry', async () => {
  const [markdown] = await markdownOf((page) => {
    page.y = 72;
    write(page, LONG);
    page.y += 6;
    entry(page, '•', LONG);
    entry(page, '•', 'Four barrels of cider');
    entry(page, '•', LONG);
    write(page, LONGER, 6);
    page.y += 6;
    entry(page, '1.', 'Open the door');
    entry(page, '2.', 'Count the crates again');
    write(page, LONGER);
  });
  expect(markdown?.split('\n\n')).toEqual([
    LONG,
    `- ${LONG}\n- Four barrels of cider\n- ${LONG}`,
    LONGER,
    '1. Open the door\n2. Count the crates again',
    LONGER,
  ]);
});

test('a second paragraph of an entry stays in it', async () => {
  const [markdown] = await markdownOf((page) => {
    page.y = 72;
    entry(page, '•', LONG);
    write(page, LONG, 5, LEFT + HANGING, WIDTH - HANGING);
    entry(page, '•', 'Four barrels of cider');
  });
  expect(markdown).toBe(`- ${LONG} ${LONG}\n- Four barrels of cider`);
});

test('paragraphs part where there is space between them, or where a sentence ends before the line is full', async () => {
  const [apart, close] = await markdownOf(
    (page) => {
      page.y = 72;
      for (const text of [LONGER, LONG, LONGER]) write(page, text, 6);
    },
    (page) => {
      page.y = 72;
      for (const text of [LONG, LONG]) write(page, text);
    },
  );
  expect(apart?.split('\n\n')).toEqual([LONGER, LONG, LONGER]);
  expect(close?.split('\n\n')).toEqual([LONG, LONG]);
});

test('lines far apart are one paragraph where all are, and a sentence goes on over any space', async () => {
  const [doubled, open] = await markdownOf(
    (page) => {
      page.y = 72;
      page.font('Helvetica').fontSize(10).text(LONGER, LEFT, page.y, { width: WIDTH, lineGap: 7 });
    },
    (page) => {
      page.y = 72;
      write(page, 'The keeper counted the crates in the store, as had been agreed before, and');
      write(page, 'wrote what he had found into the large book. He also closed the door.', 9);
      write(page, LONGER, 9);
    },
  );
  expect(doubled).toBe(LONGER);
  expect(open?.split('\n\n')).toEqual([
    'The keeper counted the crates in the store, as had been agreed before, and wrote what he had found into the large ' +
      'book. He also closed the door.',
    LONGER,
  ]);
});

test('entries of a bibliography, whose lines are set in but for the first, are one paragraph each', async () => {
  const works = [
    '[1] J. Keeper and A. Miller. On the counting of crates in stores that nobody else has ever seen. Journal of Stores, 2019.',
    '[2] B. Smith. Keys and drawers of the mill near the village, with a look at the larger desks of the last century. 2021.',
    '[3] C. Carter, D. Cooper and E. Baker. How barrels of cider are moved to cold rooms before noon. Cider Letters, 2004.',
  ];
  const [markdown] = await markdownOf((page) => {
    page.y = 72;
    for (const work of works)
      page
        .font('Helvetica')
        .fontSize(10)
        .text(work, LEFT + 20, page.y, { width: WIDTH, indent: -20, paragraphGap: 1 });
  });
  expect(markdown?.split('\n\n')).toEqual(works);
});

test('an entry whose lines go on below its bullet keeps them', async () => {
  const [markdown] = await markdownOf((page) => {
    page.y = 72;
    write(page, `- ${LONG}`);
    write(page, '- Four barrels of cider');
    write(page, `- ${LONG}`);
    write(page, LONGER);
  });
  expect(markdown?.split('\n\n')).toEqual([`- ${LONG}\n- Four barrels of cider\n- ${LONG}`, LONGER]);
});

test('a line is not bold because its first words are', async () => {
  const [sentence, entries] = await markdownOf(
    (page) => {
      page.y = 72;
      page
        .font('Helvetica-Bold')
        .fontSize(10)
        .text('The keeper counted all of the crates in the store twice and he', LEFT, page.y, {
          width: WIDTH,
        });
      write(page, `wrote it into the large book. ${LONGER}`);
    },
    (page) => {
      page.y = 72;
      for (const name of ['The keeper', 'The miller']) {
        const { y } = page;
        page.font('Helvetica').fontSize(10).text('•', LEFT, y, { lineBreak: false });
        page
          .font('Helvetica-Bold')
          .text(name, LEFT + HANGING, y, { continued: true, width: WIDTH - HANGING });
        page.font('Helvetica').text(LONG.slice('The keeper'.length));
      }
    },
  );
  expect(sentence).toBe(
    `The keeper counted all of the crates in the store twice and he wrote it into the large book. ${LONGER}`,
  );
  expect(entries).toBe(`- ${LONG}\n- ${LONG.replace('keeper', 'miller')}`);
});

const item = (text: string, y: number, width = 200): TextItem => ({ text, x: LEFT, y, width, height: 10 });

const blockOf = (text: string, height: number, y = 0): LayoutBlock => ({
  kind: 'paragraph',
  text,
  bbox: { x: LEFT, y, width: WIDTH, height },
});

test(
  'pages of more lines, blocks and brackets than any document has come back whole',
  { timeout: 60_000 },
  () => {
    const brackets = '](**a** '.repeat(50_000);
    const lines = Array.from({ length: 130_000 }, (_, index) => item(`line ${index}`, index * 12));
    const stacked = Array.from({ length: 3000 }, (_, index) => blockOf(`line ${index}`, 36_000));
    const pages = [
      {
        blocks: [blockOf(lines.map(({ text }) => text).join(' '), lines.length * 12)],
        textItems: lines,
      },
      { blocks: stacked, textItems: lines.slice(0, stacked.length) },
      {
        blocks: lines.slice(0, 20_000).map(({ text, y }) => blockOf(text, 10, y)),
        textItems: lines.slice(0, 20_000),
      },
      {
        blocks: [blockOf(`${brackets} End.`, 90)],
        textItems: [item(brackets.replaceAll('*', ''), 0), item('End.', 72, 50)],
      },
    ];
    const wordsOf = (blocks: readonly LayoutBlock[]) => blocks.flatMap(({ text = '' }) => text.split(/\s+/));
    for (const page of pages)
      expect(wordsOf(withParagraphBreaks(page.blocks, page.textItems))).toEqual(wordsOf(page.blocks));
  },
);

test('stars that are print themselves stay, around a whole line too', () => {
  const text = String.raw`\* The line stands between two stars \* and goes on here.`;
  const page = {
    blocks: [blockOf(text, 22)],
    textItems: [item('* The line stands between two stars *', 0, WIDTH), item('and goes on here.', 12, 60)],
  };
  expect(withParagraphBreaks(page.blocks, page.textItems)).toEqual(page.blocks);
});

test('a paragraph in whose place a bullet stands keeps its first word', () => {
  const page = {
    blocks: [
      { ...blockOf('The first', 10), kind: 'list_item' as const, marker: '•' },
      blockOf('I am the second', 10, 12),
    ],
    textItems: [item('• The first', 0), item('• I am the second', 12)],
  };
  expect(withParagraphBreaks(page.blocks, page.textItems)).toEqual(page.blocks);
});

test('lines that no blank parts are not cut behind the next one', () => {
  const [first, second] = ['保管员把仓库里所有的箱子数了两遍。', '后来他锁上了门并把钥匙交给了磨坊主。'];
  const items = [item(first, 0, WIDTH), item(second, 36, WIDTH), item('Then he left.', 48, 60)];
  const breaks = (whole: string) => withParagraphBreaks([blockOf(whole, 60)], items).map(({ text }) => text);
  expect(breaks(`${first} ${second} Then he left.`)).toEqual([first, `${second} Then he left.`]);
  expect(breaks(`${first}${second} Then he left.`)).toEqual([`${first}${second} Then he left.`]);
});
