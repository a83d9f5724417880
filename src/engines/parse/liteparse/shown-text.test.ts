import { afterAll, beforeAll, expect, test } from 'vitest';
import { EngineBench } from '../fixtures/engine-bench.ts';
import {
  drawPdf,
  prose,
  rawPdf,
  scanPng,
  SCANNED_LINES,
  streamObject,
} from '../fixtures/sample-documents.ts';
import { LayerTrust, looksOdd } from './layer-trust.ts';

let bench: EngineBench;
beforeAll(() => {
  bench = new EngineBench();
});
afterAll(() => bench.close());

const LINES = [
  'The harbour was closed for seven weeks in the winter of that year',
  'and every vessel had to wait outside the breakwater for a pilot.',
  'Merchants complained that their cargo of oranges was beginning to spoil',
  'while the council argued about the price of repairing the lighthouse.',
  'Finally the engineers agreed to work through the night until it was done.',
];

/** A page whose letters look right but are mapped to other letters, as broken PDF writers do it. */
function wronglyMappedPdf(): Buffer {
  const letters = 'abcdefghijklmnopqrstuvwxyz';
  const entries = Array.from(letters, (letter, index) => {
    const to = 'xqzjkvbwxqzjkvbwxqzjkvbwpt'.charCodeAt(index);
    return `<${letter.charCodeAt(0).toString(16)}> <${to.toString(16).padStart(4, '0')}>`;
  });
  const map =
    '/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /A def /CMapType 2 def\n' +
    '1 begincodespacerange <00> <ff> endcodespacerange\n' +
    `${entries.length} beginbfchar\n${entries.join('\n')}\nendbfchar endcmap end end`;
  const content = LINES.map((line, index) => `BT /F 14 Tf 50 ${700 - 30 * index} Td (${line}) Tj ET`).join(
    '\n',
  );
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>',
    streamObject('', content),
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>',
    streamObject('', map),
  ]);
}

test('a text layer that says other letters than the page shows is replaced by what is shown', async () => {
  const { read, summary } = await bench.parseWell(wronglyMappedPdf());
  expect(summary.pages.ocr).toBe(1);
  expect(read.markdown.pages[0]?.markdown).toContain('cargo of oranges was beginning to spoil');
});

test('with ignore_hidden_text only what the page shows is read', async () => {
  const pdf = await drawPdf([
    (page) => {
      page.fontSize(12).text('Everybody can see this line of text.', 72, 72);
      page.fillColor('white').text('Paper coloured words', 72, 120);
      page.fillOpacity(0).fillColor('black').text('Transparent words', 72, 160).fillOpacity(1);
      page.text('Words below a box', 72, 200).rect(60, 190, 300, 30).fill('#dddddd');
      page.rect(60, 240, 300, 30).fill('navy').fillColor('white').text('White on navy is seen.', 72, 248);
    },
  ]);
  const all = await bench.parseWell(pdf);
  expect(all.read.text.pages[0]?.text).toContain('Paper coloured words');
  const ignore = { processing_options: { ignore: { ignore_hidden_text: true } } };
  const { read, summary } = await bench.parseWell(pdf, ignore);
  const { text = '' } = read.text.pages[0] ?? {};
  expect(text).toContain('Everybody can see this line of text.');
  expect(text).toContain('White on navy is seen.');
  expect(text).not.toMatch(/Paper coloured|Transparent|below a box/);
  expect(read.markdown.pages[0]?.markdown).not.toMatch(/Paper coloured|Transparent|below a box/);
  expect(summary.optionsNotApplied).toEqual([]);
});

test('text inside a large picture on a typed page is read, unless it is to be ignored', async () => {
  const scan = await scanPng();
  const pdf = await drawPdf([
    (page) => {
      prose('Minutes')(page);
      page.image(scan, 72, 400, { width: 400 });
    },
  ]);
  const { read, summary } = await bench.parseWell(pdf);
  expect(summary.pages.textLayer).toBe(1);
  const { markdown = '' } = read.markdown.pages[0] ?? {};
  expect(markdown).toContain('heard the remaining witnesses');
  expect(markdown.replaceAll(/\s+/g, ' ')).toContain(SCANNED_LINES[2]?.slice(0, 35));
  const ignore = { processing_options: { ignore: { ignore_text_in_image: true } } };
  const without = await bench.parseWell(pdf, ignore);
  expect(without.read.markdown.pages[0]?.markdown).not.toContain('lower fields');
});

test('odd text is told from prose, lists of parts and other scripts', () => {
  const repeat = (text: string) => `${text} `.repeat(30);
  expect(looksOdd(repeat('The committee met again in the morning'))).toBe(false);
  expect(looksOdd(repeat('Die Geschäftsführer haben gestern wieder eine Besprechung angekündigt'))).toBe(
    false,
  );
  expect(looksOdd(repeat('M8x40 DIN933 A2-70 4711 12,50 EUR XKCD HTTP'))).toBe(false);
  expect(looksOdd(repeat('Комитет собрался снова 委員会は再び'))).toBe(false);
  expect(looksOdd(repeat('Chapter ............ 12'))).toBe(false);
  expect(looksOdd(repeat('wkhz frpplwwhh phwk djdlqz lqwk'))).toBe(true);
  expect(looksOdd(repeat('!"#$ %&\'( )*+, <=>?@'))).toBe(true);
});

test('a document whose text layer was found right twice is not doubted again', () => {
  const trust = new LayerTrust();
  const odd = 'wkhz frpplwwhh phwk djdlqz lqwk '.repeat(30);
  expect(trust.doubts(odd)).toBe(true);
  trust.convince();
  expect(trust.doubts(odd)).toBe(true);
  trust.convince();
  expect(trust.doubts(odd)).toBe(false);
});
