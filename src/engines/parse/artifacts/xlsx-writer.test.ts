import { expect, test } from 'vitest';
import { readZip } from '../fixtures/read-zip.ts';
import { SheetNames } from './sheet-names.ts';
import { XlsxWriter } from './xlsx-writer.ts';

async function workbook(fill: (xlsx: XlsxWriter) => void): Promise<ReadonlyMap<string, string>> {
  const pieces: Uint8Array[] = [];
  const xlsx = new XlsxWriter((bytes) => pieces.push(bytes));
  fill(xlsx);
  xlsx.finish();
  return readZip(Buffer.concat(pieces));
}

test('numbers are numbers, everything else is text and nothing a formula', async () => {
  const members = await workbook((xlsx) =>
    xlsx.addSheet([
      ['Name', 12.5, null, ''],
      ['=SUM(A1)', '007', '<b> & "x"', 'bell\u0007 \ud83d'],
    ]),
  );
  const sheet = members.get('xl/worksheets/sheet1.xml') ?? '';
  expect(sheet).toContain('<c r="B1"><v>12.5</v></c></row>');
  expect(sheet).toContain('<c r="A2" t="inlineStr"><is><t xml:space="preserve">=SUM(A1)</t>');
  expect(sheet).toContain('<c r="B2" t="inlineStr"><is><t xml:space="preserve">007</t>');
  expect(sheet).toContain('&lt;b&gt; &amp; &quot;x&quot;');
  expect(sheet).toContain('bell\ufffd \ufffd');
});

test('columns behind Z go on with AA', async () => {
  const members = await workbook((xlsx) => xlsx.addSheet([Array.from({ length: 703 }, (_, at) => at)]));
  const sheet = members.get('xl/worksheets/sheet1.xml') ?? '';
  for (const cell of ['<c r="Z1"><v>25<', '<c r="AA1"><v>26<', '<c r="ZZ1"><v>701<', '<c r="AAA1"><v>702<'])
    expect(sheet).toContain(cell);
});

test('every sheet is named, related and typed', async () => {
  const members = await workbook((xlsx) => {
    xlsx.addSheet([['a']], 'Costs & gains');
    xlsx.addSheet([['b']]);
  });
  expect(members.get('xl/workbook.xml')).toContain(
    '<sheet name="Costs &amp; gains" sheetId="1" r:id="rId1"/><sheet name="Table_2" sheetId="2" r:id="rId2"/>',
  );
  expect(members.get('xl/_rels/workbook.xml.rels')).toContain('Target="worksheets/sheet2.xml"');
  expect(members.get('[Content_Types].xml')).toContain('/xl/worksheets/sheet2.xml');
  expect([...members.keys()]).toContain('_rels/.rels');
});

test('names of sheets keep the rules of spreadsheets', () => {
  const names = new SheetNames();
  expect(names.next('Q1/Q2: [draft]?', 'x')).toBe('Q1 Q2 draft');
  expect(names.next("'quoted'", 'x')).toBe('quoted');
  expect(names.next('History', 'Table_3')).toBe('Table_3');
  expect(names.next('***', 'Table_4')).toBe('Table_4');
  const long = 'The discharge of the river in cubic metres';
  expect(names.next(long, 'x')).toBe('The discharge of the river in c');
  expect(names.next(long.toUpperCase(), 'x')).toBe('THE DISCHARGE OF THE RIVER (2)');
  expect(names.next(long, 'x')).toBe('The discharge of the river (3)');
});
