import { expect, test } from 'vitest';
import { docx, relationshipsPart, wordParagraph as p } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';
import { writeZip } from '../../fixtures/zip-writer.ts';

const markdown = async (body: string, parts: Record<string, string> = {}) =>
  (await readDocument(docx(body, parts))).pages.map((page) => page.markdown);

const style = (id: string, name: string, inside = '') =>
  `<w:style w:type="paragraph" w:styleId="${id}"><w:name w:val="${name}"/>${inside}</w:style>`;
const list = (numId: number, level = 0) =>
  `<w:numPr><w:ilvl w:val="${level}"/><w:numId w:val="${numId}"/></w:numPr>`;
const RELATED = (entries: Record<string, readonly [string, string]>) => ({
  'word/_rels/document.xml.rels': relationshipsPart(entries),
});

test('headings are told by style, inherited and localised, by outline level, and without any styles', async () => {
  const styles = `<w:styles>${style('T', 'Title')}${style('H2', 'heading 2')}${style('Mine', 'Mine', '<w:basedOn w:val="H2"/>')}${style('U', 'Überschrift 3')}${style('B', 'Body', '<w:basedOn w:val="H2"/><w:pPr><w:outlineLvl w:val="9"/></w:pPr>')}</w:styles>`;
  const body = ['T', 'Mine', 'U', 'B', 'Heading4'].map((id) => p(id, `<w:pStyle w:val="${id}"/>`)).join('');
  const related = RELATED({ s: ['styles', 'styles.xml'] });
  expect(
    await markdown(body + p('Level', '<w:outlineLvl w:val="1"/>'), { 'word/styles.xml': styles, ...related }),
  ).toEqual(['# T\n\n## Mine\n\n### U\n\nB\n\n#### Heading4\n\n## Level']);
});

const NUMBERING = `<w:numbering>
<w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="lowerLetter"/><w:lvlText w:val="(%2)"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="•"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="upperRoman"/><w:lvlText w:val="Article %1"/></w:lvl><w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:isLgl/><w:lvlText w:val="%1.%2"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val=" "/></w:lvl></w:abstractNum>
<w:num w:numId="5"><w:abstractNumId w:val="3"/></w:num><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num><w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num><w:num w:numId="4"><w:abstractNumId w:val="2"/></w:num></w:numbering>`;
const NUMBERED = { 'word/numbering.xml': NUMBERING, ...RELATED({ n: ['numbering', 'numbering.xml'] }) };

test('lists nest, go on after an interruption, restart where told, and keep their labels in the text', async () => {
  const body =
    p('one', list(1)) + p('inner', list(1, 1)) + p('two', list(1)) + p('Between') + p('three', list(1)) +
    p('dot', list(2)) + p('again', list(3)) + p('inner again', list(3, 1)); // prettier-ignore
  const { pages } = await readDocument(docx(body, NUMBERED));
  expect(pages[0]?.markdown).toBe(
    '1. one\n   1. inner\n2. two\n\nBetween\n\n3. three\n\n- dot\n\n1. again\n   1. inner again',
  );
  expect(pages[0]?.text).toContain('1. one\n  (a) inner\n2. two');
});

test('a bullet that shows nothing goes on with the entry before', async () => {
  const body =
    p('Alone', list(5)) + p('one', list(1)) + p('more', list(5)) + p('and more', list(5)) + p('two', list(1)) +
    p('<w:r><w:rPr><w:rFonts w:ascii="Courier New"/></w:rPr><w:t>x = {}</w:t></w:r>', list(5)) + p('three', list(1)); // prettier-ignore
  expect(await markdown(body, NUMBERED)).toEqual([
    'Alone\n\n1. one\n   more\n   and more\n2. two\n\n```\nx = {}\n```\n\n3. three',
  ]);
});

test('labels with words or of several levels stay in the text', async () => {
  expect(
    await markdown(p('Scope', list(4)) + p('Parties', list(4)) + p('The seller', list(4, 1)), NUMBERED),
  ).toEqual(['Article I Scope\n\nArticle II Parties\n\n- 2.1 The seller']);
});

test('tables have spans, repeated header rows over pages, nested content; one cell is a box', async () => {
  const cell = (content: string, properties = '') => `<w:tc><w:tcPr>${properties}</w:tcPr>${content}</w:tc>`;
  const head = `<w:tr><w:trPr><w:tblHeader/></w:trPr>${cell(p('A'), '<w:gridSpan w:val="2"/>')}${cell(p('B'))}</w:tr>`;
  const rows = `<w:tr>${cell(p('tall'), '<w:vMerge w:val="restart"/>')}${cell(p('x') + p('y'))}${cell(p('1'))}</w:tr><w:tr>${cell(p(''), '<w:vMerge/>')}${cell(p('z'))}${cell(p('2'))}</w:tr>`;
  const next = `<w:tr>${cell(p('<w:r><w:lastRenderedPageBreak/><w:t>far</w:t></w:r>'))}${cell(p('q'))}${cell(p('3'))}</w:tr>`;
  const box = `<w:tbl><w:tr>${cell(p('boxed'))}</w:tr></w:tbl>`;
  const { pages } = await readDocument(docx(`<w:tbl>${head}${rows}${next}</w:tbl>${box}`));
  const [first, second] = pages.map((page) => page.items[0]);
  expect(first?.type === 'table' && first.rows).toEqual([
    ['A', null, 'B'],
    ['tall', 'x\ny', '1'],
    [null, 'z', '2'],
  ]);
  expect(first?.type === 'table' && first.html).toContain('<td rowspan="2">tall</td>');
  expect(second?.type === 'table' && second.rows).toEqual([
    ['A', null, 'B'],
    ['far', 'q', '3'],
  ]);
  expect(pages[1]?.markdown).toMatch(/\n\nboxed$/);
});

test('runs: emphasis, hidden text, tracked changes, signs, fields and links', async () => {
  const run = (text: string, look = '') =>
    `<w:r><w:rPr>${look}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
  const field = (kind: string) => `<w:r><w:fldChar w:fldCharType="${kind}"/></w:r>`;
  const link = `${field('begin')}<w:r><w:instrText> HYPERLINK "https://example.com/a" </w:instrText></w:r>${field('separate')}${run('field')}${field('end')}`;
  const body =
    p(`${run('bold ', '<w:b/>')}${run('not', '<w:b w:val="0"/>')}${run(' hidden', '<w:vanish/>')}<w:del>${run('gone')}</w:del><w:ins>${run(' kept')}</w:ins>`) +
    p(`${run('soft')}<w:r><w:softHyphen/><w:t>ware</w:t><w:noBreakHyphen/><w:sym w:font="Symbol" w:char="F061"/></w:r>`) +
    p(`${link}${run(' and ')}<w:hyperlink r:id="l">${run('link')}</w:hyperlink><w:hyperlink r:id="js">${run(' script')}</w:hyperlink>`) +
    p(`${field('begin')}<w:r><w:instrText> never closed</w:instrText></w:r>`) + p('Still there') +
    `<w:p><w:pPr><w:rPr><w:del/></w:rPr></w:pPr>${run('First half ')}</w:p>${p('second half')}`; // prettier-ignore
  expect(
    await markdown(
      body,
      RELATED({ l: ['hyperlink', 'https://example.com/b'], js: ['hyperlink', 'javascript:alert(1)'] }),
    ),
  ).toEqual([
    '**bold** not kept\n\nsoftware-α\n\n[field](https://example.com/a) and [link](https://example.com/b) script\n\nStill there\n\nFirst half second half',
  ]);
});

test('pages end at breaks, sections and where Word saw them end, once each; they have their size and running bands', async () => {
  const section =
    '<w:sectPr><w:headerReference w:type="default" r:id="h"/><w:headerReference w:type="first" r:id="f"/><w:titlePg/><w:pgSz w:w="11900" w:h="16840"/></w:sectPr>';
  const body =
    p('<w:r><w:t>one</w:t><w:br w:type="page"/></w:r>') + p('<w:r><w:lastRenderedPageBreak/><w:t>two</w:t></w:r>') +
    p('<w:r><w:t>goes </w:t><w:lastRenderedPageBreak/><w:t>over</w:t></w:r>') + p('three', section) +
    p('four') + '<w:sectPr><w:pgSz w:w="16840" w:h="11900"/></w:sectPr>'; // prettier-ignore
  const page = '<w:fldSimple w:instr=" PAGE "><w:r><w:t>9</w:t></w:r></w:fldSimple>';
  const { pages } = await readDocument(
    docx(body, {
      'word/h.xml': `<w:hdr>${p(`<w:r><w:t xml:space="preserve">Page </w:t></w:r>${page}`)}</w:hdr>`,
      'word/f.xml': `<w:hdr>${p('Cover')}</w:hdr>`,
      ...RELATED({ h: ['header', 'h.xml'], f: ['header', 'f.xml'] }),
    }),
  );
  expect(pages.map((one) => [one.markdown, one.header, one.width])).toEqual([
    ['one', 'Cover', 595],
    ['two\n\ngoes over', 'Page 2', 595],
    ['three', 'Page 3', 595],
    ['four', 'Page 4', 842],
  ]);
});

test('notes stand at the foot of their page; text boxes are read once; pictures have their description', async () => {
  const box = (name: string, text: string) => `<${name}><w:txbxContent>${p(text)}</w:txbxContent></${name}>`;
  const shape = `<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing>${box('wps:txbx', 'In a box')}</w:drawing></mc:Choice><mc:Fallback><w:pict>${box('v:textbox', 'In a box')}</w:pict></mc:Fallback></mc:AlternateContent>`;
  const picture =
    '<w:drawing><wp:inline><wp:docPr id="1" name="x" descr="A tree"/><a:graphic><a:graphicData><pic:pic/></a:graphicData></a:graphic></wp:inline></w:drawing>';
  const body =
    p(`<w:r><w:t>Text</w:t><w:footnoteReference w:id="7"/></w:r>`) + p(`<w:r>${shape}${picture}</w:r>`);
  const footnotes = `<w:footnotes><w:footnote w:type="separator" w:id="0">${p('-')}</w:footnote><w:footnote w:id="7">${p('A note')}</w:footnote></w:footnotes>`;
  const { pages } = await readDocument(
    docx(body, { 'word/footnotes.xml': footnotes, ...RELATED({ f: ['footnotes', 'footnotes.xml'] }) }),
  );
  expect(pages[0]?.markdown).toBe('Text[^1]\n\nIn a box\n\nA tree\n\n[^1]: A note');
  expect(pages[0]?.items.map((item) => item.type)).toEqual(['text', 'text', 'image', 'text']);
});

test('code, check boxes and formulas', async () => {
  const mono = '<w:rPr><w:rFonts w:ascii="Consolas"/></w:rPr>';
  const code = (text: string) => p(`<w:r>${mono}<w:t xml:space="preserve">${text}</w:t></w:r>`);
  const fraction =
    '<m:oMath><m:f><m:num><m:r><m:t>α</m:t></m:r></m:num><m:den><m:r><m:t>2</m:t></m:r></m:den></m:f></m:oMath>';
  const body =
    code('if (a) {') +
    code('  b();') +
    p('Between') +
    code('Typed prose') +
    p('☒ Done') +
    p('☐ Open') +
    p(fraction);
  expect(await markdown(body)).toEqual([
    '```\nif (a) {\n  b();\n```\n\nBetween\n\nTyped prose\n\n- [x] Done\n- [ ] Open\n\n$\\frac{\\alpha}{2}$',
  ]);
});

test('web pages that a document imports are read in their place; other files are told', async () => {
  const archive = [
    'MIME-Version: 1.0',
    'Content-Type: multipart/related; type="text/html"; boundary="----=part"',
    '',
    '------=part',
    'Content-Type: text/html; charset="utf-8"',
    'Content-Transfer-Encoding: quoted-printable',
    '',
    '<html><body><h1 class=3D"x">Häfen</h1><p>of <b>Ulm</b></p></body></html>',
    '------=part--',
  ];
  const parts = {
    'word/a.mht': archive.join('\r\n'),
    'word/b.html': '<ul><li>one</li></ul>',
    ...RELATED({ a: ['aFChunk', '/word/a.mht'], b: ['aFChunk', 'b.html'], c: ['aFChunk', 'c.docx'] }),
  };
  const body = `<w:altChunk r:id="a"/>${p('between')}<w:altChunk r:id="b"/>`;
  const { pages, warnings } = await readDocument(docx(body, parts));
  expect(pages[0]?.markdown).toBe('# Häfen\n\nof **Ulm**\n\nbetween\n\n- one');
  expect(warnings).toEqual([]);
  expect((await readDocument(docx('<w:altChunk r:id="c"/>', parts))).warnings).toEqual([
    expect.stringContaining('altChunk'),
  ]);
});

test('charts are tables', async () => {
  const points = (values: readonly string[]) =>
    values.map((value, index) => `<c:pt idx="${index}"><c:v>${value}</c:v></c:pt>`).join('');
  const chart = `<c:chartSpace><c:chart><c:plotArea><c:barChart><c:ser><c:tx><c:strRef>${points(['Sales'])}</c:strRef></c:tx><c:cat>${points(['North', 'South'])}</c:cat><c:val>${points(['4.2999999999999998', '2'])}</c:val></c:ser></c:barChart></c:plotArea></c:chart></c:chartSpace>`;
  const frame =
    '<w:r><w:drawing><a:graphic><a:graphicData><c:chart r:id="c"/></a:graphicData></a:graphic></w:drawing></w:r>';
  expect(
    await markdown(p(frame), { 'word/chart.xml': chart, ...RELATED({ c: ['chart', 'chart.xml'] }) }),
  ).toEqual(['|  | Sales |\n| --- | --- |\n| North | 4.3 |\n| South | 2 |']);
});

test('damaged optional parts do not matter; a missing main part does', async () => {
  const parts = {
    'word/styles.xml': '<w:styles><w:sty',
    'word/numbering.xml': 'none',
    ...RELATED({
      s: ['styles', 'styles.xml'],
      n: ['numbering', 'numbering.xml'],
      x: ['footnotes', 'gone.xml'],
    }),
  };
  expect(await markdown(p('Here', list(1)), parts)).toEqual(['Here']);
  const empty = writeZip({
    '[Content_Types].xml': '<Types ContentType="wordprocessingml.document.main+xml"/>',
  });
  await expect(readDocument(empty)).rejects.toMatchObject({ code: 'DOCUMENT_IS_BROKEN' });
});
