import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { writeZip } from '../../fixtures/zip-writer.ts';

const NAMESPACES = ['office', 'table', 'text', 'style', 'xlink', 'draw', 'dc', 'calcext']
  .map((prefix) => `xmlns:${prefix}="urn:${prefix}"`)
  .join(' ');

function ods(tables: string, styles = '', members: Record<string, string> = {}): Buffer {
  return writeZip({
    mimetype: 'application/vnd.oasis.opendocument.spreadsheet',
    'content.xml': `<office:document-content ${NAMESPACES}><office:automatic-styles>${styles}</office:automatic-styles><office:body><office:spreadsheet>${tables}</office:spreadsheet></office:body></office:document-content>`,
    ...members,
  });
}
const table = (rows: string, name = 'Sheet', attributes = '') =>
  `<table:table table:name="${name}" ${attributes}>${rows}</table:table>`;
const cell = (text: string, attributes = '') =>
  `<table:table-cell ${attributes}><text:p>${text}</text:p></table:table-cell>`;
const row = (cells: string, attributes = '') => `<table:table-row ${attributes}>${cells}</table:table-row>`;

test('cells show their formatted text and keep their numbers; repetition is bounded by what is used', async () => {
  const { pages } = await readDocument(
    ods(
      table(
        row(cell('Share') + cell('Name', 'table:number-columns-repeated="2"')) +
          row(
            cell('12.5 %', 'office:value-type="percentage" office:value="0.125"') +
              cell('a<text:s text:c="2"/>b') +
              cell('<text:a xlink:href="https://example.com/">c</text:a>') +
              '<table:table-cell table:number-columns-repeated="16381"/>',
          ) +
          row(
            '<table:table-cell table:number-columns-repeated="16384"/>',
            'table:number-rows-repeated="1048574"',
          ),
      ),
    ),
  );
  expect(pages[0]?.markdown).toBe(
    '## Sheet\n\n| Share | Name | Name |\n| --- | --- | --- |\n| 12.5 % | a  b | [c](https://example.com/) |',
  );
  expect(pages[0]?.items.find((item) => item.type === 'table')).toMatchObject({
    rows: [
      ['Share', 'Name', 'Name'],
      [0.125, 'a  b', 'c'],
    ],
  });
});

test('spans, hidden parts, notes and shapes', async () => {
  const hiddenStyle =
    '<style:style style:name="h"><style:table-properties table:display="false"/></style:style>';
  const { pages, warnings } = await readDocument(
    ods(
      table(
        row(cell('wide', 'table:number-columns-spanned="2"') + '<table:covered-table-cell/>') +
          row(cell('gone') + cell('too'), 'table:visibility="filter"') +
          row(
            `<table:table-cell><office:annotation><dc:creator>Bo</dc:creator><text:p>a <text:span>note</text:span></text:p><text:p>of two lines</text:p></office:annotation><text:p>x</text:p></table:table-cell>${cell('y')}<table:table-cell table:number-columns-repeated="25"/><table:table-cell><office:annotation><text:p>far</text:p></office:annotation></table:table-cell>`,
          ) +
          '<table:shapes><draw:frame><draw:text-box><text:p>floating</text:p></draw:text-box></draw:frame></table:shapes>',
      ) + table(row(cell('secret')), 'Hidden', 'table:style-name="h"'),
      hiddenStyle,
    ),
  );
  expect(pages.map((page) => page.markdown)).toEqual([
    '## Sheet\n\nwide\n\n| x | y |\n| --- | --- |\n\nfloating\n\n- A3: a note\n  of two lines\n- AB3: far',
  ]);
  expect(warnings).toHaveLength(2);
});

test('repeated cells of a hostile file are counted before they are made', async () => {
  const bomb = row(
    cell('x', 'table:number-columns-repeated="16384"'),
    'table:number-rows-repeated="1048576"',
  );
  await expect(readDocument(ods(table(bomb)))).rejects.toMatchObject({ code: 'DOCUMENT_TOO_LARGE' });
});

test('an encrypted spreadsheet is refused as protected', async () => {
  const manifest = '<manifest><file-entry full-path="content.xml"><encryption-data/></file-entry></manifest>';
  const bytes = ods('', '', { 'META-INF/manifest.xml': manifest });
  await expect(readDocument(bytes)).rejects.toMatchObject({ code: 'PDF_IS_PROTECTED' });
});
