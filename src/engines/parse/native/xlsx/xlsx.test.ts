import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';
import { sheetData, writeWorkbook, type TestWorkbook } from '../../fixtures/workbook.ts';

const read = (workbook: TestWorkbook, spreadsheet = {}) =>
  readDocument(writeWorkbook(workbook), { input_options: { spreadsheet } });
const markdown = async (workbook: TestWorkbook, spreadsheet = {}) =>
  (await read(workbook, spreadsheet)).pages.map((page) => page.markdown);
const sheet = (xml: string) => ({ sheets: [{ name: 'Sheet', xml }] });

test('cells of every type are read as they are shown, and numbers stay numbers in the rows', async () => {
  const { pages } = await read({
    strings:
      '<si><t>Name</t></si><si><r><t>Al</t></r><r><rPr><b/></rPr><t>ice</t></r><rPh sb="0" eb="1"><t>aloud</t></rPh></si>',
    styles:
      '<numFmts><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts>' +
      '<cellXfs><xf numFmtId="0"/><xf numFmtId="10"/><xf numFmtId="164"/></cellXfs>',
    ...sheet(
      '<sheetData><row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="inlineStr"><is><r><t>in</t></r><r><t>line</t></r></is></c><c r="C1" t="str"><f>1</f><v>made</v></c></row>' +
        '<row r="2"><c r="A2" t="s"><v>1</v></c><c r="B2" s="1"><v>0.125</v></c><c r="C2" s="2"><v>45322</v></c></row>' +
        '<row r="3"><c r="A3" t="b"><v>1</v></c><c r="B3" t="e"><v>#DIV/0!</v></c><c r="C3"><f>A1+1</f><v>0.30000000000000004</v></c></row></sheetData>',
    ),
  });
  expect(pages[0]?.markdown).toBe(
    '## Sheet\n\n| Name | inline | made |\n| --- | --- | --- |\n| Alice | 12.50% | 2024-01-31 |\n| TRUE | #DIV/0! | 0.3 |',
  );
  const table = pages[0]?.items.find((item) => item.type === 'table');
  expect(table).toMatchObject({
    rows: [
      ['Name', 'inline', 'made'],
      ['Alice', 0.125, '2024-01-31'],
      ['TRUE', '#DIV/0!', 0.30000000000000004],
    ],
  });
  expect(table?.type === 'table' && table.html).toContain('<td>12.50%</td>');
  expect(pages[0]?.text).toContain('Alice  12.50%  2024-01-31');
});

test('parts that are named from the root of the package are found', async () => {
  const xml = sheetData([['Port', 'Ships']]);
  const [rooted] = await markdown({ sheets: [{ name: 'Sheet', xml }], isRooted: true });
  expect(rooted).toContain('Ships');
  expect([rooted]).toEqual(await markdown({ sheets: [{ name: 'Sheet', xml }] }));
});

test('parts whose names are encoded in relationships, and not in the container, are found', async () => {
  const type = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet';
  const target = (name: string) => `<Relationship Id="s1" Type="${type}" Target="worksheets/${name}"/>`;
  const xml = `<worksheet>${sheetData([['Port', 'Ships']])}</worksheet>`;
  for (const [written, member] of [
    ['my%20sheet.xml', 'my sheet.xml'],
    ['my%20sheet.xml', 'my%20sheet.xml'],
    ['100%.xml', '100%.xml'],
  ] as const) {
    const parts = {
      'xl/_rels/workbook.xml.rels': `<Relationships>${target(written)}</Relationships>`,
      [`xl/worksheets/${member}`]: xml,
    };
    expect(await markdown({ sheets: [{ name: 'Sheet', xml: '' }], parts }), member).toEqual([
      expect.stringContaining('Ships'),
    ]);
  }
});

test('strict workbooks and days from 1904 are read', async () => {
  expect(
    await markdown({
      relationshipBase: 'http://purl.oclc.org/ooxml/officeDocument/relationships',
      properties: '<workbookPr date1904="1"/>',
      styles: '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>',
      ...sheet('<sheetData><row><c s="1"><v>43860</v></c></row></sheetData>'),
    }),
  ).toEqual(['## Sheet\n\n1/31/2024']);
});

test('merged cells have spans and leave no empty columns behind', async () => {
  const { pages } = await read(
    sheet(
      sheetData([
        ['Year', 'Sales', undefined, undefined],
        [undefined, 'North', undefined, 'South'],
        [2024, 1, undefined, 2],
      ]) +
        '<mergeCells><mergeCell ref="A1:A2"/><mergeCell ref="B1:D1"/><mergeCell ref="B2:C2"/><mergeCell ref="B3:C3"/></mergeCells>',
    ),
  );
  const table = pages[0]?.items.find((item) => item.type === 'table');
  expect(table?.type === 'table' && table.html).toBe(
    '<table>\n<thead>\n<tr><th rowspan="2">Year</th><th colspan="2">Sales</th></tr>\n</thead>\n<tbody>\n' +
      '<tr><td>North</td><td>South</td></tr>\n<tr><td>2024</td><td>1</td><td>2</td></tr>\n</tbody>\n</table>',
  );
});

test('a sheet is a page; empty sheets and chart sheets are empty pages', async () => {
  const { pages } = await read({
    sheets: [
      { name: 'One', xml: sheetData([['text']]) },
      { name: 'Empty', xml: '<sheetData/>' },
      { name: 'Chart', xml: '', type: 'chartsheet' },
    ],
  });
  expect(pages.map((page) => [page.pageNumber, page.source])).toEqual([
    [1, 'native'],
    [2, 'empty'],
    [3, 'empty'],
  ]);
});

test('hidden sheets, rows and columns are left out and said, unless they are asked for', async () => {
  const xml =
    '<cols><col min="2" max="2" hidden="1"/></cols>' +
    sheetData([
      ['A', 'B', 'C'],
      ['hidden row', 1, 2],
      ['seen', 3, 4],
    ]).replace('<row r="2">', '<row r="2" hidden="1">') +
    '<mergeCells><mergeCell ref="B1:C1"/></mergeCells>';
  const workbook: TestWorkbook = {
    sheets: [
      { name: 'Shown', xml },
      { name: 'Secret', xml: sheetData([['x']]), state: 'veryHidden' },
    ],
  };
  const { pages, warnings } = await read(workbook);
  expect(pages.map((page) => page.markdown)).toEqual(['## Shown\n\n| A | B |\n| --- | --- |\n| seen | 4 |']);
  expect(warnings).toEqual([
    expect.stringMatching(/^Hidden sheets were left out \(1\)/),
    expect.stringMatching(/^Hidden rows and columns/),
  ]);
  const all = await read(workbook, { include_hidden_sheets: true });
  expect(all.pages.map((page) => page.markdown)).toEqual([
    expect.stringContaining('| hidden row | 1 | 2 |'),
    '## Secret\n\nx',
  ]);
  expect(all.warnings).toEqual([]);
});

test('several tables of a sheet stand apart, titles stand above them', async () => {
  const rows = [
    ['Report of the year'],
    ['Item', 'Count', undefined, 'Town', 'People'],
    ['Pears', 3, undefined, 'Ulm', 7],
    ['Plums', 4, undefined, 'Bonn', 8],
    [],
    ['Total', 7, undefined, 'All', 15],
    [],
    [],
    ['A note'],
  ];
  expect(await markdown(sheet(sheetData(rows)))).toEqual([
    [
      '## Sheet',
      'Report of the year',
      '| Item | Count |\n| --- | --- |\n| Pears | 3 |\n| Plums | 4 |\n| Total | 7 |',
      '| Town | People |\n| --- | --- |\n| Ulm | 7 |\n| Bonn | 8 |\n| All | 15 |',
      'A note',
    ].join('\n\n'),
  ]);
  const [split] = await markdown(sheet(sheetData(rows.slice(1))), { detect_sub_tables_in_sheets: true });
  expect(split?.split('\n\n').slice(1)).toEqual([
    '| Item | Count |\n| --- | --- |\n| Pears | 3 |\n| Plums | 4 |',
    '| Town | People |\n| --- | --- |\n| Ulm | 7 |\n| Bonn | 8 |',
    '| Total | 7 |\n| --- | --- |',
    '| All | 15 |\n| --- | --- |',
    'A note',
  ]);
});

test('links, notes and text boxes are read', async () => {
  const base = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';
  const [text] = await markdown({
    sheets: [
      {
        name: 'Sheet',
        xml: `${sheetData([['site', 'b']])}<hyperlinks><hyperlink ref="A1" r:id="h"/></hyperlinks><drawing r:id="d"/>`,
        relationships:
          `<Relationship Id="h" Type="${base}/hyperlink" Target="https://example.com/x" TargetMode="External"/>` +
          `<Relationship Id="c" Type="${base}/comments" Target="../comments1.xml"/>` +
          `<Relationship Id="d" Type="${base}/drawing" Target="../drawing1.xml"/>`,
      },
    ],
    parts: {
      'xl/comments1.xml':
        '<comments><commentList><comment ref="B1"><text><r><t>Check this</t></r></text></comment></commentList></comments>',
      'xl/drawing1.xml':
        '<wsDr><twoCellAnchor><sp><txBody><p><r><t>In a box</t></r></p></txBody></sp></twoCellAnchor><oneCellAnchor><pic><nvPicPr><cNvPr descr="A logo"/></nvPicPr></pic></oneCellAnchor></wsDr>',
    },
  });
  expect(text).toBe(
    '## Sheet\n\n| [site](https://example.com/x) | b |\n| --- | --- |\n\nIn a box\n\nA logo\n\n- B1: Check this',
  );
});

test('formulas without a stored result are empty and said', async () => {
  const { pages, warnings } = await read(
    sheet(
      '<sheetData><row><c r="A1"><f>1+1</f></c><c r="B1" t="inlineStr"><is><t>x</t></is></c></row></sheetData>',
    ),
  );
  expect(pages[0]?.markdown).toBe('## Sheet\n\nx');
  expect(warnings).toEqual([expect.stringContaining('formulas are not computed here')]);
});

test('columns that pandas names on several levels are the head of the data below the empty row', async () => {
  const head = [
    [undefined, undefined, 'Sales', undefined, 'Costs'],
    [undefined, undefined, 'North', 'South', 'All'],
  ];
  const data = [
    ['Pears', 2023, 1, 2, 3],
    [undefined, 2024, 3, 4, 5],
  ];
  const merges = '<mergeCells><mergeCell ref="C1:D1"/><mergeCell ref="A4:A5"/></mergeCells>';
  const { pages } = await read(sheet(sheetData([...head, [], ...data]) + merges));
  expect(pages[0]?.markdown.split('\n').slice(2)).toEqual([
    '|  |  | Sales |  | Costs |',
    '| --- | --- | --- | --- | --- |',
    '|  |  | North | South | All |',
    '| Pears | 2023 | 1 | 2 | 3 |',
    '|  | 2024 | 3 | 4 | 5 |',
  ]);
  const table = pages[0]?.items.find((item) => item.type === 'table');
  expect(table?.type === 'table' && /<thead>[^]*All[^]*<\/thead>/.test(table.html)).toBe(true);
  // One group alone is no title; numbers are a table of their own.
  const [one] = await markdown(
    sheet(sheetData([[undefined, 'Sales'], [undefined, 'North', 'South'], [], ['Pears', 1, 2]])),
  );
  expect(one).toContain('|  | Sales |  |\n| --- | --- | --- |\n|  | North | South |\n| Pears | 1 | 2 |');
  const [apart] = await markdown(
    sheet(sheetData([[undefined, 'North', 'South'], [undefined, 1, 2], [], ['Pears', 1, 2]])),
  );
  expect(apart?.split('\n\n')).toHaveLength(3);
  const [address] = await markdown(
    sheet(sheetData([[undefined, 'Pear Ltd'], [undefined, 'Ulm'], [], ['Name', 'Role'], ['Ada', 'Clerk']])),
  );
  expect(address).toContain('| Name | Role |\n| --- |');
});

const formulaRow = (...cells: string[]) =>
  sheet(`<sheetData><row>${cells.map((cell) => `<c>${cell}</c>`).join('')}</row></sheetData>`);

test('zeros behind formulas that were probably never calculated are said', async () => {
  const calculation = '<calcPr calcId="124519" fullCalcOnLoad="1"/>';
  const zero = '<f>SUM(B1:B9)</f><v>0.0</v>';
  const one = '<f>1</f><v>1</v>';
  const said = [expect.stringContaining('whose stored result is 0, the first on the sheet "Sheet"')];
  expect((await read({ properties: calculation, ...formulaRow(zero, one) })).warnings).toEqual(said);
  expect((await read({ properties: calculation, ...formulaRow('<v>0</v>', one) })).warnings).toEqual([]);
  expect((await read(formulaRow(zero, zero, zero, zero))).warnings).toEqual(said);
  expect((await read(formulaRow(zero, zero, zero))).warnings).toEqual([]);
  expect((await read(formulaRow(zero, zero, zero, zero, one))).warnings).toEqual([]);
});

test('a link that was not calculated shows the label in its formula', async () => {
  const { pages, warnings } = await read({
    properties: '<calcPr fullCalcOnLoad="1"/>',
    ...formulaRow(
      '<f>HYPERLINK("https://example.com/(a)","The ""Port"", open")</f><v>0</v>',
      '<f>HYPERLINK("https://example.com/b")</f><v></v>',
      '<f>HYPERLINK("https://example.com/c", "old")</f><v>7</v>',
      '<f>HYPERLINK("https://example.com/d", B1)</f>',
    ),
  });
  expect(pages[0]?.markdown).toContain('| The "Port", open | https://example.com/b | 7 |');
  expect(warnings).toEqual([expect.stringContaining('Formulas without a stored result')]);
});

test('far apart cells stay two paragraphs, and a diagonal is refused in bounded time', async () => {
  const far =
    '<sheetData><row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>2</v></c></row></sheetData>' +
    '<mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>';
  expect((await markdown(sheet(far)))[0]).toContain('1');
  const diagonal = Array.from(
    { length: 4_000 },
    (_, i) => `<row><c r="${column(i)}${i + 1}"><v>1</v></c></row>`,
  ).join('');
  await expect(read(sheet(`<sheetData>${diagonal}</sheetData>`))).rejects.toThrow(
    /spans 4000 rows and 4000 columns/,
  );
});

function column(index: number): string {
  const rest = index % 26;
  return (index >= 26 ? column(Math.floor(index / 26) - 1) : '') + String.fromCharCode(65 + rest);
}

test('a damaged sheet is read up to the damage; one that is missing is a fault of its page', async () => {
  const cut = await read(sheet('<sheetData><row><c t="str"><v>kept</v></c></row><row><c></row>'));
  expect(cut.pages[0]?.markdown).toBe('## Sheet\n\nkept');
  expect(cut.warnings).toEqual([expect.stringContaining('is damaged')]);
  const bytes = writeWorkbook({
    sheets: [
      { name: 'A', xml: sheetData([['a']]) },
      { name: 'B', xml: '<sheetData><row><' },
    ],
  });
  const { faults } = await readDocument(bytes);
  expect(faults).toMatchObject([
    { pageNumber: 2, error: expect.stringContaining('"B" is damaged') as string },
  ]);
});

test('entities of a document type are not expanded', async () => {
  const bomb = writeWorkbook({
    ...sheet(sheetData([['x']])),
    parts: { 'xl/texts.xml': '<!DOCTYPE a [<!ENTITY b "bbbb">]><sst><si><t>&b;</t></si></sst>' },
  });
  const { warnings } = await readDocument(bomb);
  expect(warnings).toEqual([expect.stringContaining('table of texts is damaged')]);
});
