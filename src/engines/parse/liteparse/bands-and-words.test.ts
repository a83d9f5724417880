import type { LayoutBlock, PageComplexityStats, ParsedPage, TextItem } from '@llamaindex/liteparse';
import { expect, test } from 'vitest';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { groupIntoLines } from './geometry.ts';
import { ocrReason, suspectOcr } from './ocr-need.ts';
import { agreement, alignOcrLines, looksTurned, meanConfidence, wordsBesides } from './ocr-words.ts';
import type { PageDraft } from './page-draft.ts';
import { printedPageNumber } from './printed-page-number.ts';
import { logicalOrder } from './right-to-left.ts';
import { RunningBands } from './running-bands.ts';

const item = (text: string, x: number, y: number, more: Partial<TextItem> = {}): TextItem => {
  return { text, x, y, width: text.length * 6, height: 10, fontName: 'F', ...more };
};
const paragraph = (text: string, y: number): LayoutBlock => {
  return { kind: 'paragraph', text, bbox: { x: 50, y, width: 200, height: 10 } };
};
const draft = (pageNumber: number, blocks: LayoutBlock[], textItems: TextItem[] = []): PageDraft => {
  const size = { width: 600, height: 800 };
  return { pageNumber, ...size, source: 'text_layer', text: '', blocks, textItems, annotations: [] };
};

test('text in a band that no block covers is a header or a footer', () => {
  const page = draft(
    1,
    [
      paragraph('Body', 300),
      { kind: 'heading', text: 'Title of two lines', bbox: { x: 50, y: 60, width: 90, height: 10 } },
    ],
    [
      item('Page', 50, 20),
      item('7', 90, 20),
      item('Body', 50, 300),
      item('two lines', 50, 72),
      item('____', 50, 780),
    ],
  );
  const bands = new RunningBands();
  bands.learn([page]);
  const split = bands.split(page);
  expect(split.header.map((line) => line.text)).toEqual(['Page 7']);
  expect(split.footer).toEqual([]);
  expect(split.body).toHaveLength(2);
});

test('paragraphs that repeat but for numbers run, also on later slices with one page', () => {
  const bands = new RunningBands();
  const page = (number: number) =>
    draft(number, [paragraph('Body text', 300), paragraph(`Ledger ${number}, sheet ${number}`, 770)]);
  const first = [1, 2, 3, 4].map(page);
  bands.learn(first);
  expect(bands.split(first[0] as PageDraft).footer.map((line) => line.text)).toEqual(['Ledger 1, sheet 1']);
  const last = page(5);
  bands.learn([last]);
  expect(bands.split(last).body).toEqual([last.blocks[0]]);
});

test('what stands on two pages only, or in the middle, stays in the body', () => {
  const bands = new RunningBands();
  const pages = [1, 2, 3, 4].map((number) => {
    const blocks = [paragraph('Repeated in the middle', 400)];
    return draft(number, number < 3 ? [...blocks, paragraph('Total', 770)] : blocks);
  });
  bands.learn(pages);
  for (const page of pages) expect(bands.split(page).body).toEqual(page.blocks);
});

test.each([
  ['12', '12'],
  ['- 12 -', '12'],
  ['Page 3 of 9', '3'],
  ['Seite 2 von 3', '2'],
  ['https://example.org/a 11/112', '11'],
  ['Annual report 2024 17', '17'],
  ['iv', 'iv'],
  ['ES-8', 'ES-8'],
  ['Printed in March 2024', 'label'],
  ['Version 1.2', 'label'],
])('the printed number of %j', (text, number) => {
  const line = { text, rect: { x: 0, y: 0, width: 1, height: 1 } };
  expect(printedPageNumber({ header: [], footer: [line], body: [] }, 'label')).toBe(number);
});

test('lines are told apart by their middles, not by touching boxes', () => {
  const lines = groupIntoLines([
    item('gyp', 80, 3),
    item('The', 0, 0),
    item('are', 40, 2, { height: 7 }),
    item('next', 0, 12),
  ]);
  expect(lines.map((line) => line.map((word) => word.text))).toEqual([['The', 'are', 'gyp'], ['next']]);
});

test('words of a line get one top and height', () => {
  const word = (text: string, x: number, y: number, height: number) =>
    item(text, x, y, { height, confidence: 0.9 });
  const aligned = alignOcrLines([
    word('The', 0, 0, 10),
    word('are', 30, 3, 7),
    word('dog', 60, 0, 13),
    item('typed', 0, 50),
  ]);
  const ocr = aligned.filter((entry) => entry.confidence !== undefined);
  expect(new Set(ocr.map((entry) => `${entry.y}/${entry.height}`)).size).toBe(1);
  expect(aligned.find((entry) => entry.text === 'typed')).toMatchObject({ y: 50, height: 10 });
});

test('turned pages show in upright long words or in little confidence', () => {
  const words = (confidence: number, more: Partial<TextItem> = {}) =>
    ['station', 'measured', 'water'].map((text) => item(text, 0, 0, { confidence, ...more }));
  expect(looksTurned(words(0.95))).toBe(false);
  expect(looksTurned(words(0.95, { width: 10, height: 60 }))).toBe(true);
  expect(looksTurned(words(0.5))).toBe(true);
  expect(looksTurned([])).toBe(false);
  expect(
    meanConfidence([item('ab', 0, 0, { confidence: 1 }), item('cdefgh', 0, 0, { confidence: 0.2 })]),
  ).toBe(0.4);
});

test('texts agree by their words; words on the text layer are not counted twice', () => {
  expect(agreement('alpha beta', 'beta, gamma')).toBe(0.5);
  expect(agreement('', 'anything')).toBe(1);
  const besides = wordsBesides([item('on', 0, 0), item('off', 300, 0)], [item('layer', 0, 5)]);
  expect(besides.map((word) => word.text)).toEqual(['off']);
});

test('right-to-left lines are turned round by word, left-to-right runs inside keep their order', () => {
  expect(logicalOrder('gimel beth alef')).toBe('gimel beth alef');
  expect(logicalOrder('ג ב א')).toBe('א ב ג');
  expect(logicalOrder('סוף New York City התחלה')).toBe('התחלה New York City סוף');
  expect(logicalOrder('.סוף דבר')).toBe('דבר סוף.');
  expect(logicalOrder('  ב  א')).toBe('א  ב  ');
});

const none = () => ({ sizes: [], unknown: false });
const scan = () => ({ sizes: [{ width: 1200, height: 1600 }], unknown: false });
const parsed = (textItems: TextItem[], filled = true): ParsedPage => {
  const contentBounds = { x: 0, y: 0, width: filled ? 600 : 100, height: filled ? 800 : 100 };
  return { pageNum: 1, width: 600, height: 800, text: '', markdown: '', textItems, contentBounds };
};
const prose = 'The committee met again in the morning and heard the remaining witnesses';

test('pages are suspected when text is missing, garbled, or thin over a page-sized image', () => {
  expect(suspectOcr(parsed([item(prose, 0, 0)], false), scan)).toBe('none');
  expect(suspectOcr(parsed([item(prose, 0, 0)]), none)).toBe('none');
  expect(suspectOcr(parsed([item(prose, 0, 0)]), scan)).toBe('possible');
  expect(
    suspectOcr(parsed([item(prose, 0, 0)]), () => ({ sizes: [{ width: 900, height: 100 }], unknown: false })),
  ).toBe('none');
  expect(suspectOcr(parsed([item('Short', 0, 0)], false), none)).toBe('possible');
  expect(suspectOcr(parsed([item(prose, 0, 0, { fontName: '' })], false), none)).toBe('possible');
  expect(suspectOcr(parsed([item('\u0001\u0002\ue001'.repeat(40), 0, 0)], false), none)).toBe('possible');
  expect(
    suspectOcr(parsed([item('Wkh frpplwwhh phw djdlq lq wkh pruqlqj dqg khdug', 0, 0)], false), none),
  ).toBe('possible');
  const { contentBounds: _, ...blank } = parsed([]);
  expect(suspectOcr(blank, none)).toBe('blank');
});

test('LiteParse’s verdict is followed, except on garbling of pages in other scripts', () => {
  const stats = (reasons: string[], fullPageImage = false) =>
    ({ reasons, fullPageImage }) as PageComplexityStats;
  const latin = { ...draft(1, []), text: 'xkcd' };
  expect(ocrReason(stats(['scanned']), latin)).toBe('no-text');
  expect(ocrReason(stats(['garbled']), latin)).toBe('garbled');
  expect(ocrReason(stats(['garbled']), { ...latin, text: 'xkcd и много русских слов' })).toBeUndefined();
  expect(ocrReason(stats(['sparse-text'], true), latin)).toBe('image-over-page');
  expect(ocrReason(stats(['sparse-text']), latin)).toBeUndefined();
  expect(ocrReason(stats([]), latin)).toBeUndefined();
});

test('a line below the first of the body is no header, whatever it looks like', async () => {
  const pdf = await drawPdf([
    (page) => {
      page
        .fontSize(12)
        .text('Dear readers', 60, 60)
        .text('See https://example.org/page for more and call us', 60, 90);
      page.text('The rest of the page is short.', 60, 120);
    },
  ]);
  const { pages } = await readDocument(pdf);
  expect(pages[0]?.markdown).toBe(
    'Dear readers\n\nSee https://example.org/page for more and call us\n\nThe rest of the page is short.',
  );
  expect(pages[0]).not.toHaveProperty('header');
});
