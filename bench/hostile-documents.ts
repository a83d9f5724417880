import { deflateRawSync } from 'node:zlib';
import {
  drawPdf,
  nestedFormsPdf,
  prose,
  rawPdf,
  streamObject,
} from '../src/engines/parse/fixtures/sample-documents.ts';
import { docx, wordParagraph } from '../src/engines/parse/fixtures/office-documents.ts';
import { sheetData, writeWorkbook } from '../src/engines/parse/fixtures/workbook.ts';
import { writeZip } from '../src/engines/parse/fixtures/zip-writer.ts';

/** Documents made to exhaust, crash, hang or mislead whoever reads them, by file name. */
export async function hostileDocuments(): Promise<ReadonlyMap<string, Uint8Array>> {
  const pdf = await drawPdf([prose('Cut off')]);
  return new Map<string, Uint8Array>([
    ['nested-forms.pdf', nestedFormsPdf()],
    ['page-tree-loop.pdf', loopingPageTree()],
    ['inflating-stream.pdf', inflatingPdf()],
    ['cut-off.pdf', pdf.subarray(0, Math.floor(pdf.length / 2))],
    ['not-a.pdf', Buffer.from('%PDF-1.7\n%%EOF\n')],
    ['protected.pdf', await drawPdf([prose('Secret')], { userPassword: 'sesame', pdfVersion: '1.7' })],
    ['bomb.docx', inflatingDocx()],
    ['entities.docx', docx(wordParagraph('a'), { 'word/styles.xml': BILLION_LAUGHS })],
    ['deep.docx', docx('<w:sdt><w:sdtContent>'.repeat(50_000))],
    [
      'wide.xlsx',
      writeWorkbook({ sheets: [{ name: 'S', xml: sheetData([[1]]).replace('A1', 'XFD1048576') }] }),
    ],
    ['not-a.xlsx', writeZip({ 'xl/workbook.xml': '<workbook' })],
    ['deep.html', Buffer.from('<div>'.repeat(200_000))],
    ['deep.json', Buffer.from('['.repeat(500_000))],
    ['deep.xml', Buffer.from('<a>'.repeat(300_000))],
    ['one-line.csv', Buffer.from(`"${',"'.repeat(2_000_000)}`)],
    ['brackets.md', Buffer.from('['.repeat(400_000) + '*_'.repeat(200_000))],
    ['huge.png', pictureOf(60_000, 60_000)],
    ['empty.pdf', new Uint8Array()],
  ]);
}

const BILLION_LAUGHS = `<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "aaaaaaaaaa">${Array.from(
  { length: 12 },
  (_, level) =>
    `<!ENTITY ${String.fromCodePoint(98 + level)} "${`&${String.fromCodePoint(97 + level)};`.repeat(10)}">`,
).join('')}]><l>&m;</l>`;

/** Pages whose parent is their own child. */
function loopingPageTree(): Buffer {
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [2 0 R 2 0 R] /Count 1000000 >>',
  ]);
}

/** A content stream of half a gigabyte of drawing, in half a megabyte. */
function inflatingPdf(): Buffer {
  const packed = deflateRawSync(Buffer.alloc(512 * 1024 * 1024, 'q '), { level: 9 }).toString('latin1');
  return rawPdf([
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R >>',
    streamObject('/Filter /FlateDecode', `\u0078\u0001${packed}`),
  ]);
}

function inflatingDocx(): Buffer {
  return docx(wordParagraph('x'.repeat(300 * 1024 * 1024)));
}

/** The head of a picture that claims more pixels than any memory holds. */
function pictureOf(width: number, height: number): Buffer {
  const head = Buffer.alloc(33);
  head.write('\u0089PNG\r\n\u001a\n', 0, 'latin1');
  head.writeUInt32BE(13, 8);
  head.write('IHDR', 12, 'latin1');
  head.writeUInt32BE(width, 16);
  head.writeUInt32BE(height, 20);
  head.set([8, 6, 0, 0, 0], 24);
  return head;
}
