import { expect, test } from 'vitest';
import { docx, openDocument, pptx, slideShape, wordParagraph } from './fixtures/office-documents.ts';
import { readDocument } from './fixtures/read-document.ts';
import { sheetData, writeWorkbook } from './fixtures/workbook.ts';
import { writeZip } from './fixtures/zip-writer.ts';

const half = (bytes: Uint8Array) => bytes.subarray(0, Math.floor(bytes.length / 2));
const lines = Array.from({ length: 200 }, (_, index) => `Line ${index} of ${(index * 7919) % 1000}`);

test.each([
  ['letter.docx', docx(lines.map((line) => wordParagraph(line)).join(''))],
  ['book.xlsx', writeWorkbook({ sheets: [{ name: 'S', xml: sheetData(lines.map((line) => [line])) }] })],
  ['talk.pptx', pptx([slideShape(lines)])],
  ['text.odt', openDocument('text', lines.map((line) => `<text:p>${line}</text:p>`).join(''))],
  ['renamed', docx(lines.map((line) => wordParagraph(line)).join(''))],
])('%s that was cut off is a broken document, not one of another kind', async (fileName, whole) => {
  for (const bytes of [half(whole), whole.subarray(0, -30)])
    await expect(readDocument(bytes, {}, { fileName })).rejects.toMatchObject({
      code: 'DOCUMENT_IS_BROKEN',
      message: expect.stringMatching(/cut off or damaged.*Save it again/),
    });
});

test('an archive that was cut off is still no document', async () => {
  const archive = writeZip({ 'notes.txt': lines.join('\n'), 'more.txt': 'more' });
  await expect(readDocument(half(archive), {}, { fileName: 'a.zip' })).rejects.toMatchObject({
    code: 'UNSUPPORTED_FILE_TYPE',
  });
});

test.each([
  [
    'a.xml',
    '<?xml version="1.0"?><doc><p>Whole.</p><p>Cut of',
    /^The XML is cut off or malformed \(.*unclosed tag/,
  ],
  ['a.json', '{"a": 1, "b": [1, 2, {"c": "cut o', /^The JSON is cut off or malformed/],
  ['a.json', '{"a": 1}\n{"a": 2}\n{"a": ', /^The JSON is cut off or malformed \(line 3: /],
  ['a.rtf', '{\\rtf1\\ansi Whole.\\par {\\b Cut of', /^The text ends before its groups do/],
  ['a.html', '<html><body><p>Whole.</p><p class="cut', /^The page ends within a tag/],
  ['a.csv', 'a,b\n1,"cut of', /^A quote of the table is never closed/],
  [
    'a.eml',
    'From: a@example.com\nSubject: S\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b b"\n\n--b b\n\nWhole.\n--b b\n\nCut',
    /^The mail ends before its last part does/,
  ],
])('%s that was cut off is read as far as it goes, and said', async (fileName, text, warning) => {
  const { pages, warnings } = await readDocument(Buffer.from(text), {}, { fileName });
  expect(pages[0]?.markdown).not.toBe('');
  expect(warnings).toEqual([expect.stringMatching(warning)]);
});

test.each([
  ['a.xml', '<?xml version="1.0"?><doc><p>Whole.</p></doc>'],
  ['a.json', '{"a": 1}\n{"a": 2}\n'],
  ['a.json', '\ufeff[1, 2]'],
  ['a.rtf', '{\\rtf1\\ansi Whole.\\par}\0'],
  ['a.html', '<p>Whole, 1 < 2'],
  [
    'a.eml',
    'From: a@example.com\nSubject: S\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nWhole.\n--b--\n',
  ],
])('%s that is whole is no reason for a warning', async (fileName, text) => {
  expect((await readDocument(Buffer.from(text), {}, { fileName })).warnings).toEqual([]);
});

test('parts of office documents that are damaged are named', async () => {
  const cut = docx(`${wordParagraph('Whole.')}<w:p><w:r><w:t>Cut of`, { 'word/styles.xml': 'no markup' });
  const { pages, warnings } = await readDocument(cut);
  expect(pages[0]?.text).toContain('Whole.');
  expect(warnings).toEqual([
    expect.stringMatching(/^The document's part "word\/document.xml" is damaged \(/),
  ]);
});

test('texts and pages beyond all measure are refused with a reason, in bounded time', async () => {
  const page = Buffer.from('<p>a</p>'.repeat(1_000_001));
  await expect(readDocument(page, {}, { fileName: 'a.html' })).rejects.toMatchObject({
    code: 'DOCUMENT_TOO_LARGE',
    message: expect.stringContaining('elements'),
  });
  const spans = `<tr>${'<td colspan="1000" rowspan="1000">x</td>'.repeat(20)}</tr>`.repeat(1_000);
  await expect(
    readDocument(Buffer.from(`<table>${spans}</table>`), {}, { fileName: 'a.html' }),
  ).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
  const shared = writeWorkbook({
    strings: `<si><t>${'x'.repeat(30_000)}</t></si>`,
    sheets: [
      { name: 'S', xml: `<sheetData><row>${'<c t="s"><v>0</v></c>'.repeat(4_000)}</row></sheetData>` },
    ],
  });
  await expect(readDocument(shared)).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
}, 30_000);

test('blanks between words take no longer than words', async () => {
  const { pages } = await readDocument(Buffer.from(`x${' '.repeat(500_000)}y`), {}, { fileName: 'a.txt' });
  expect(pages[0]?.text).toHaveLength(500_002);
});

test('a flat page of many parts is no deep one', async () => {
  const paragraphs = '<p>a</p>'.repeat(150_000);
  const { pages } = await readDocument(Buffer.from(`<html><body><div>${paragraphs}</div></body></html>`));
  expect(pages[0]?.items).toHaveLength(150_000);
  const ticks = await readDocument(Buffer.from(`<html><pre>${'```\n<b>x</b>'.repeat(150_000)}</pre></html>`));
  expect(ticks.pages[0]?.items).toHaveLength(1);
}, 30_000);
