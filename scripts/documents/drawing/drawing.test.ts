import { LiteParse, type ParsedPage } from '@llamaindex/liteparse';
import { expect, test } from 'vitest';
import { setParagraph } from './blocks.ts';
import { A4, columnsFrame, Flow } from './flow.ts';
import { breakLines } from './lines.ts';
import { drawPdf, type Pdf } from './pdf-file.ts';
import { drawRunningLines } from './running-lines.ts';
import { setTable } from './table.ts';
import { HELVETICA } from './typefaces.ts';

const TEXT = { font: HELVETICA.regular, size: 10 } as const;
const MARGINS = { top: 60, bottom: 60, side: 60 };

async function readPages(draw: (pdf: Pdf) => void): Promise<ParsedPage[]> {
  const pdf = await drawPdf({ title: 'Test' }, draw);
  const parser = new LiteParse({ ocrEnabled: false, quiet: true, extractAnnotations: true });
  return (await parser.parse(pdf)).pages;
}

test('lines are no wider than asked, keep every word, and only the last one is marked', async () => {
  await drawPdf({ title: 'Test' }, (pdf) => {
    pdf.addPage();
    const text = 'A line breaks between words wherever the next word would no longer fit into the width.';
    const lines = breakLines(pdf, text, TEXT, 120);
    expect(lines.length).toBeGreaterThan(2);
    for (const line of lines) expect(line.width).toBeLessThanOrEqual(120);
    expect(lines.map((line) => line.runs.map((run) => run.text).join('')).join(' ')).toBe(text);
    expect(lines.map((line) => line.last)).toEqual(lines.map((_, index) => index === lines.length - 1));
  });
});

test('text fills the left column, then the right one, then the next page', async () => {
  const pages = await readPages((pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, { ...MARGINS, bottom: 700 }, 2));
    for (let index = 1; index <= 20; index += 1) setParagraph(flow, `Entry${index}`, TEXT, { after: 0 });
  });
  const places = pages.flatMap((page) => page.textItems.map((item) => ({ page: page.pageNum, ...item })));
  expect(places).toHaveLength(20);
  const column = (index: number): string =>
    `${places[index]?.page}:${(places[index]?.x ?? 0) > A4.width / 2 ? 2 : 1}`;
  const visited = places.map((_, index) => column(index));
  expect([...new Set(visited)]).toEqual(['1:1', '1:2', '2:1', '2:2']);
});

test('a table that runs over a page repeats its header and loses no row', async () => {
  const rows = Array.from({ length: 60 }, (_, index) => [`Row ${index + 1}`, String(index * 7)]);
  const pages = await readPages((pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, MARGINS));
    const columns = [
      { title: 'Name', share: 1 },
      { title: 'Amount', share: 1, align: 'right' as const },
    ];
    setTable(flow, columns, rows, { body: TEXT, bold: HELVETICA.bold, rules: 'grid' });
  });
  expect(pages.length).toBeGreaterThan(1);
  for (const page of pages) expect(page.text).toMatch(/Name\s+Amount/);
  const text = pages.map((page) => page.text).join('\n');
  for (const [name, amount] of rows) expect(text).toMatch(new RegExp(`${name}\\s+${amount}(\\s|$)`));
});

test('running lines know the number of pages, and a link covers its words', async () => {
  const pages = await readPages((pdf) => {
    const flow = new Flow(pdf, () => columnsFrame(A4, MARGINS));
    setParagraph(
      flow,
      ['See', { text: 'the archive', url: 'https://example.org/archive' }, ', please.'],
      TEXT,
    );
    flow.newPage();
    drawRunningLines(pdf, (page, count) => ({ footer: { right: `Page ${page} of ${count}` } }), {
      text: TEXT,
      side: 60,
      edge: 40,
    });
  });
  expect(pages.map((page) => /Page \d of \d/.exec(page.text)?.[0])).toEqual(['Page 1 of 2', 'Page 2 of 2']);
  expect(pages[0]?.text).toContain('See the archive, please.');
  const [link] = pages[0]?.annotations ?? [];
  expect(link).toMatchObject({ uri: 'https://example.org/archive', rect: { y: 60 } });
  expect(link?.rect?.x).toBeGreaterThan(60);
});
