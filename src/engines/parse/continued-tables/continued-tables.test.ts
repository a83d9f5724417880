import { expect, test } from 'vitest';
import type { Page, ReadPage, TableItem } from '../../../model/document.ts';
import { resolveParseOptions } from '../../../model/parse-options.ts';
import { EngineBench } from '../fixtures/engine-bench.ts';
import { docx, wordParagraph } from '../fixtures/office-documents.ts';
import { readDocument } from '../fixtures/read-document.ts';
import { drawPdf } from '../fixtures/sample-documents.ts';
import { ContinuedTables, MOST_PAGES_OF_A_TABLE } from './continued-tables.ts';

const PARAMETERS = {
  output_options: { markdown: { tables: { merge_continued_tables: true, output_tables_as_markdown: true } } },
};
const { options } = resolveParseOptions(PARAMETERS);

function join(pages: readonly Page[]): ReadPage[] {
  const continued = new ContinuedTables(options);
  const out = [...pages.flatMap((page) => continued.push(page)), ...continued.finish()];
  expect(out.map((page) => page.pageNumber)).toEqual(pages.map((page) => page.pageNumber));
  return out.flatMap((page) => (page.success ? [page] : []));
}

const tablesOf = (page: ReadPage | undefined): TableItem[] =>
  (page?.items ?? []).flatMap((item) => (item.type === 'table' ? [item] : []));

type Rows = readonly (readonly string[])[];
const HEAD = ['Station', 'Level', 'Date'];
const gauges = (from: number, count: number): string[][] =>
  Array.from({ length: count }, (_, index) => {
    const number = from + index;
    return [`Weir number ${number}`, `${number * 7}.${number % 10}`, `${1 + (number % 28)} May 2021`];
  });

/** A table from `top` on, with or without lines around its cells. */
function draw(
  pdf: PDFKit.PDFDocument,
  rows: Rows,
  { ruled = true, top = 90, left = 72, step = 150 } = {},
): void {
  pdf.fontSize(10);
  for (const [y, row] of rows.entries()) {
    for (const [x, text] of row.entries()) {
      if (ruled) pdf.rect(left + x * step, top + y * 22, step, 22).stroke();
      pdf.text(text, left + x * step + 5, top + y * 22 + 7, { lineBreak: false });
    }
  }
}

type Draw = (pdf: PDFKit.PDFDocument) => void;
const readPdf = async (pages: readonly Draw[]) =>
  (await readDocument(await drawPdf(pages, { margin: 20 }), PARAMETERS)).pages;
const running = (pdf: PDFKit.PDFDocument, page: number) => {
  pdf.fontSize(8).text('Register of river gauges', 72, 30, { lineBreak: false });
  pdf.text(`Page ${page}`, 280, 800, { lineBreak: false });
};

test.each([{ ruled: true }, { ruled: false }])(
  'a table over three pages becomes one, its head not repeated (ruled: $ruled)',
  async ({ ruled }) => {
    const pages = await readPdf([
      (pdf) => {
        running(pdf, 1);
        pdf.fontSize(18).text('Gauges', 72, 60);
        draw(pdf, [HEAD, ...gauges(1, 29)], { ruled });
      },
      (pdf) => {
        running(pdf, 2);
        draw(pdf, [HEAD, ...gauges(30, 29)], { ruled });
      },
      (pdf) => {
        running(pdf, 3);
        draw(pdf, gauges(59, 6), { ruled });
        pdf.fontSize(11).text('The levels were measured by hand. '.repeat(9), 72, 400, { width: 440 });
      },
    ]);
    const joined = join(pages);
    const [whole] = tablesOf(joined[0]);
    expect(whole?.rows).toEqual([HEAD, ...gauges(1, 64)]);
    expect(whole?.mergedFromPages).toEqual([1, 2, 3]);
    expect(whole?.csv.split('\n')).toHaveLength(65);
    expect(joined[0]?.markdown).toContain('| Weir number 64 |');
    for (const [index, page] of [joined[1], joined[2]].entries()) {
      const rests = tablesOf(page);
      expect(rests).toMatchObject([{ rows: [], md: '', html: '', csv: '', mergedIntoPage: 1 }]);
      expect(rests[0]?.boxes).toEqual(tablesOf(pages[index + 1])[0]?.boxes);
      expect(page?.markdown).not.toContain('Weir');
      expect(page?.text).toContain('Weir');
    }
    expect(joined[2]?.markdown).toContain('measured by hand');
  },
);

test('a head that differs in a word begins another part of the table, and none of it is lost', async () => {
  const other = ['Dam', ...HEAD.slice(1)];
  const pages = await readPdf([
    (pdf) => draw(pdf, [HEAD, ...gauges(1, 32)]),
    (pdf) => draw(pdf, [other, ...gauges(33, 5)]),
  ]);
  expect(tablesOf(join(pages)[0])[0]?.rows).toEqual([HEAD, ...gauges(1, 32), other, ...gauges(33, 5)]);
});

test.each<[string, Draw]>([
  ['with other columns', (pdf) => draw(pdf, [['a', '1'], ['b', '2'], ['c', '3']], { step: 225 })],
  ['with a head of its own', (pdf) => draw(pdf, [['Keeper', 'Salary', 'Since'], ...gauges(40, 5)])],
  ['below other text', (pdf) => {
    pdf.fontSize(11).text('What follows is another list, kept by another office. '.repeat(6), 72, 110, { width: 440 });
    draw(pdf, gauges(40, 5), { top: 200 });
  }],
  ['elsewhere on the page', (pdf) => draw(pdf, gauges(40, 5), { step: 60, left: 380 })],
])('a table %s stays apart', async (_, next) => {
  const pages = await readPdf([(pdf) => draw(pdf, [HEAD, ...gauges(1, 32)]), next]);
  expect(tablesOf(pages[1]).length).toBe(1);
  expect(join(pages)).toEqual(pages);
}); // prettier-ignore

test('a table that ends in the middle of its page does not go on, nor over a page that is missing', async () => {
  const short = await readPdf([
    (pdf) => draw(pdf, [HEAD, ...gauges(1, 9)]),
    (pdf) => draw(pdf, [HEAD, ...gauges(10, 9)]),
  ]);
  expect(join(short)).toEqual(short);
  const long = await readPdf([
    (pdf) => draw(pdf, [HEAD, ...gauges(1, 32)]),
    (pdf) => draw(pdf, [HEAD, ...gauges(33, 9)]),
  ]);
  const [first, second] = long.map((page, index): ReadPage => ({ ...page, pageNumber: 1 + 2 * index }));
  expect(first && second && join([first, second])).toEqual([first, second]);
  const fault: Page = { success: false, pageNumber: 2, error: 'It could not be read.' };
  expect(first && second && join([first, fault, second])).toEqual([first, second]);
});

function fullPage(pageNumber: number): ReadPage {
  const row = (texts: readonly string[], y: number) =>
    texts.map((md, x) => ({ md, box: { x: 72 + x * 150, y, w: 60, h: 10 } }));
  const cells = [row(HEAD, 90), ...gauges(pageNumber, 1).map((texts) => row(texts, 740))];
  const item: TableItem = {
    type: 'table',
    md: `m${pageNumber}`,
    html: 'h',
    csv: 'c',
    boxes: [{ x: 72, y: 90, w: 360, h: 660 }],
    rows: cells.map((one) => one.map((cell) => cell.md)),
    cellBoxes: cells.map((one) => one.map((cell) => cell.box)),
    source: { rows: cells, headerRows: 1 },
  };
  const size = { width: 595, height: 842 };
  return {
    success: true,
    pageNumber,
    ...size,
    source: 'text_layer',
    text: 't',
    markdown: 'm',
    items: [item],
  };
}

test('pages come out as soon as their tables have ended, and no table holds more than its share', () => {
  const continued = new ContinuedTables(options);
  const empty: ReadPage = { ...fullPage(1), items: [], markdown: '' };
  expect(continued.push(empty)).toEqual([empty]);
  const held = Array.from({ length: MOST_PAGES_OF_A_TABLE }, (_, index) =>
    continued.push(fullPage(index + 2)),
  );
  expect(held.flat()).toEqual([]);
  const out = continued.push(fullPage(MOST_PAGES_OF_A_TABLE + 2));
  expect(out).toHaveLength(MOST_PAGES_OF_A_TABLE);
  const [first] = out;
  expect(first?.success && tablesOf(first)[0]?.rows.length).toBe(MOST_PAGES_OF_A_TABLE + 1);
  expect(continued.finish()).toHaveLength(1);
  expect(continued.finish()).toEqual([]);
});

const lineAt = (value: string, y: number): ReadPage['items'][number] => ({
  type: 'text',
  value,
  md: value,
  boxes: [{ x: 72, y, w: 400, h: 10 }],
});

test('what stands on both pages runs, and a title may say that the table goes on', () => {
  const withLines = (page: ReadPage, above: string[], below: string[] = []): ReadPage => ({
    ...page,
    items: [
      ...above.map((value) => lineAt(value, 130)),
      ...page.items,
      ...below.map((value) => lineAt(value, 700)),
    ],
  });
  const mergedPages = (pages: ReadPage[]) => tablesOf(join(pages)[0])[0]?.mergedFromPages;
  const letterhead = ['Mill & Weir, Harbour Street', 'Statement 17'];
  const pages = [1, 2].map((at) => withLines(fullPage(at), letterhead, ['Terms of trade apply']));
  expect(mergedPages(pages)).toEqual([1, 2]);
  expect(mergedPages([fullPage(1), withLines(fullPage(2), ['Table 4. Levels', 'of all weirs (continued)'])])).toEqual([1, 2]);
  expect(mergedPages([fullPage(1), withLines(fullPage(2), ['Table 5. Depths'])])).toBeUndefined();
  expect(mergedPages([withLines(fullPage(1), [], ['See notes at end of table.']), fullPage(2)])).toEqual([1, 2]);
  expect(mergedPages([withLines(fullPage(1), [], ['Measured by hand.']), fullPage(2)])).toBeUndefined();
}); // prettier-ignore

test('a table of the same things, as for another year, is another one', () => {
  const year = (pageNumber: number): ReadPage => {
    const page = fullPage(pageNumber);
    const [table] = tablesOf(page);
    if (!table) throw new Error('The page has no table.');
    const labels = ['Station', 'North', 'South', 'East', 'Total'];
    const rows = labels.map((label, y) => (y === 0 ? HEAD : [label, String(y * pageNumber), '1 May 2021']));
    const source = { headerRows: 1, rows: rows.map((row) => row.map((md) => ({ md }))) };
    const { cellBoxes: _places, ...rest } = table;
    return { ...page, items: [{ ...rest, rows, source }] };
  };
  const pages = [year(1), year(2)];
  expect(join(pages)).toEqual(pages);
});

test('line numbers keep their places in the markdown', () => {
  const numbered = (page: ReadPage, markdown: string, startIndex: number): ReadPage => ({
    ...page,
    markdown,
    items: [...page.items, { type: 'text', value: 'after', md: 'after', boxes: [] }],
    lineNumbers: [{ lineNumber: '5', startIndex, endIndex: startIndex + 5 }],
  });
  const joined = join([fullPage(1), numbered(fullPage(2), 'm\n\nafter', 3)]);
  expect(joined[1]?.markdown).toBe('after');
  expect(joined[1]?.lineNumbers).toEqual([{ lineNumber: '5', startIndex: 0, endIndex: 5 }]);
});

test('a table goes on over the border of two slices, and into the workbook as one', async () => {
  const bench = new EngineBench();
  try {
    const pages = Array.from({ length: 102 }, (_, index): Draw => {
      if (index === 99) return (pdf) => draw(pdf, [HEAD, ...gauges(1, 32)]);
      if (index === 100) return (pdf) => draw(pdf, [HEAD, ...gauges(33, 12)]);
      return (pdf) => pdf.fontSize(11).text(`Entry ${index} of the register, kept by hand.`, 72, 300);
    });
    const { markdown } = PARAMETERS.output_options;
    const { read, parts } = await bench.parseWell(await drawPdf(pages, { margin: 20 }), {
      output_options: { markdown, tables_as_spreadsheet: { enable: true } },
    });
    const items = (page: number) => read.items.pages[page - 1]?.items ?? [];
    expect(read.items.pages.map((page) => page.page_number)).toEqual(pages.map((_, index) => index + 1));
    expect(items(100)).toMatchObject([{ rows: [HEAD, ...gauges(1, 44)], merged_from_pages: [100, 101] }]);
    expect(items(101)).toMatchObject([{ rows: [], merged_into_page: 100 }]);
    expect(JSON.stringify(read.items)).not.toContain('"source"');
    expect(parts?.xlsx).toBeDefined();
  } finally {
    await bench.close();
  }
});

test('a Word table is joined where the document says that it goes on', async () => {
  const cell = (text: string) => `<w:tc>${wordParagraph(text)}</w:tc>`;
  const row = (texts: readonly string[], properties = '') =>
    `<w:tr><w:trPr>${properties}</w:trPr>${texts.map(cell).join('')}</w:tr>`;
  const far = '<w:r><w:lastRenderedPageBreak/><w:t>far</w:t></w:r>';
  const table = (...rows: string[]) => `<w:tbl>${rows.join('')}</w:tbl>`;
  const broken = table(row(['A', 'B'], '<w:tblHeader/>'), row(['x', 'y']), row([far, 'z']));
  const other = wordParagraph('', '<w:pageBreakBefore/>') + table(row(['A', 'B']), row(['q', 'r']));
  const { pages } = await readDocument(docx(broken + other), PARAMETERS);
  const [first, second, third] = join(pages);
  expect(tablesOf(first)[0]?.rows).toEqual([['A', 'B'], ['x', 'y'], ['far', 'z']]); // prettier-ignore
  expect(tablesOf(first)[0]?.mergedFromPages).toEqual([1, 2]);
  expect(tablesOf(second)).toMatchObject([{ rows: [], mergedIntoPage: 1 }]);
  expect(tablesOf(third)).toMatchObject([{ rows: [['A', 'B'], ['q', 'r']] }]); // prettier-ignore
});
