import { expect, test } from 'vitest';
import { openDocument } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';

const p = (text: string, style = '') => `<text:p text:style-name="${style}">${text}</text:p>`;
const markdown = async (body: string, automatic = '', styles?: string) =>
  (
    await readDocument(openDocument('text', body, { automatic, ...(styles !== undefined && { styles }) }))
  ).pages.map((page) => page.markdown);

test('headings with outline numbers, titles, emphasis, blanks, hidden text and links', async () => {
  const look = (name: string, properties: string) =>
    `<style:style style:name="${name}" style:family="text"><style:text-properties ${properties}/></style:style>`;
  const automatic = look('B', 'fo:font-weight="bold"') + look('H', 'text:display="none"');
  const styles =
    '<office:styles><text:outline-style><text:outline-level-style text:level="1" style:num-format="1" style:num-suffix="."/></text:outline-style></office:styles>';
  const body = `${p('The title', 'Title')}<text:tracked-changes><text:changed-region><text:deletion>${p('gone')}</text:deletion></text:changed-region></text:tracked-changes><text:h text:outline-level="1">Scope</text:h><text:h text:outline-level="2">Inner</text:h>${p('a   <text:span text:style-name="B">bold</text:span><text:s text:c="2"/>b<office:annotation><text:p>remark</text:p></office:annotation><text:span text:style-name="H"> hidden</text:span> <text:a xlink:href="https://example.com/">link</text:a>')}`;
  const title = '<style:style style:name="Title" style:family="paragraph"/>';
  expect(await markdown(body, automatic + title, styles)).toEqual([
    '# The title\n\n# 1. Scope\n\n## Inner\n\na **bold**  b [link](https://example.com/)',
  ]);
});

test('lists nest, keep their kinds, and go on where told', async () => {
  const automatic =
    '<text:list-style style:name="L"><text:list-level-style-number text:level="1" style:num-format="1" style:num-suffix="."/><text:list-level-style-bullet text:level="2"/></text:list-style>';
  const item = (...inside: string[]) => `<text:list-item>${inside.join('')}</text:list-item>`;
  const list = (attributes: string, ...items: string[]) =>
    `<text:list ${attributes}>${items.join('')}</text:list>`;
  const body =
    list('text:style-name="L"', item(p('one'), list('', item(p('inner')))), item(p('two'), p('more'))) +
    p('Between') + list('text:style-name="L" text:continue-numbering="true"', item(p('three'))); // prettier-ignore
  expect(await markdown(body, automatic)).toEqual([
    '1. one\n   - inner\n2. two\n   more\n\nBetween\n\n3. three',
  ]);
});

test('tables have heads, spans and repetitions, which are bounded', async () => {
  const cell = (text: string, attributes = '') =>
    `<table:table-cell ${attributes}>${p(text)}</table:table-cell>`;
  const table = `<table:table><table:table-header-rows><table:table-row>${cell('Head', 'table:number-columns-spanned="2"')}<table:covered-table-cell/></table:table-row></table:table-header-rows><table:table-row>${cell('x', 'table:number-columns-repeated="2"')}</table:table-row></table:table>`;
  expect(await markdown(table)).toEqual(['| Head |  |\n| --- | --- |\n| x | x |']);
  const huge = `<table:table><table:table-row table:number-rows-repeated="1000000">${cell('b', 'table:number-columns-repeated="1000000"')}</table:table-row></table:table>`;
  const { pages, warnings } = await readDocument(openDocument('text', huge));
  expect(warnings).toEqual([expect.stringContaining('cut off')]);
  expect(pages[0]?.items[0]?.type === 'table' && pages[0].items[0].rows.length).toBe(200);
});

test('pages, their size, running bands, notes, frames and formulas', async () => {
  const automatic =
    '<style:style style:name="N" style:family="paragraph"><style:paragraph-properties fo:break-before="page"/></style:style>';
  const styles =
    '<office:automatic-styles><style:page-layout style:name="A"><style:page-layout-properties fo:page-width="10in" fo:page-height="5in"/></style:page-layout></office:automatic-styles><office:master-styles><style:master-page style:name="Standard" style:page-layout-name="A"><style:header><text:p>Page <text:page-number>9</text:page-number></text:p></style:header></style:master-page></office:master-styles>';
  const note =
    '<text:note text:note-class="footnote"><text:note-citation>1</text:note-citation><text:note-body><text:p>The note</text:p></text:note-body></text:note>';
  const frames =
    '<draw:frame><draw:text-box><text:p>In a box</text:p></draw:text-box></draw:frame><draw:frame><draw:image/><svg:desc>A tree</svg:desc></draw:frame><draw:frame><draw:object xlink:href="./Object 1"/><draw:image/></draw:frame><draw:frame><draw:object xlink:href="Formula-0/"/></draw:frame>';
  const body = p(`one${note}`) + p('<text:soft-page-break/>goes on') + p('two', 'N') + p(frames);
  const members = {
    'Object 1/content.xml':
      '<math><semantics><mi>x</mi><annotation encoding="StarMath 5.0">x over 2</annotation></semantics></math>',
    'Formula-0/content.xml': '<math><mrow><mi>y</mi><mo>=</mo><mn>3</mn></mrow></math>',
  };
  const { pages } = await readDocument(openDocument('text', body, { automatic, styles, members }));
  expect(pages.map((page) => [page.markdown, page.header, page.width, page.height])).toEqual([
    ['one[^1]\n\ngoes on\n\n[^1]: The note', 'Page 1', 720, 360],
    ['two\n\nIn a box\n\nA tree\n\n```\nx over 2\n```\n\n```\ny=3\n```', 'Page 2', 720, 360],
  ]);
});

test('slides have a title, reading order, notes; hidden ones and what lies outside are left out', async () => {
  const frame = (text: string, attributes: string) =>
    `<draw:frame ${attributes} svg:width="5cm" svg:height="2cm"><draw:text-box>${p(text)}</draw:text-box></draw:frame>`;
  const notes = `<presentation:notes><draw:frame presentation:class="notes"><draw:text-box>${p('Say hello')}</draw:text-box></draw:frame></presentation:notes>`;
  const slide = `<draw:page>${frame('right', 'svg:x="10cm" svg:y="5cm"')}${frame('left', 'svg:x="1cm" svg:y="5cm"')}${frame('Title', 'presentation:class="title" svg:x="1cm" svg:y="1cm"')}${frame('outside', 'svg:x="60cm" svg:y="1cm"')}${notes}</draw:page>`;
  const automatic =
    '<style:style style:name="D" style:family="drawing-page"><style:drawing-page-properties presentation:visibility="hidden"/></style:style>';
  const hidden = `<draw:page draw:style-name="D">${frame('secret', 'svg:x="1cm" svg:y="1cm"')}</draw:page>`;
  const { pages, warnings } = await readDocument(openDocument('presentation', slide + hidden, { automatic }));
  expect(pages.map((page) => [page.markdown, page.speakerNotes])).toEqual([
    ['# Title\n\nleft\n\nright', 'Say hello'],
    ['', undefined],
  ]);
  expect(warnings).toHaveLength(1);
});

test('a file without content is broken, an encrypted one is protected', async () => {
  const manifest =
    '<manifest:manifest xmlns:manifest="urn:m"><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>';
  const encrypted = openDocument('text', p('x'), { members: { 'META-INF/manifest.xml': manifest } });
  await expect(readDocument(encrypted)).rejects.toMatchObject({ code: 'PDF_IS_PROTECTED' });
  const broken = openDocument('text', '', { members: { 'content.xml': 'nothing' } });
  await expect(readDocument(broken)).rejects.toMatchObject({ code: 'DOCUMENT_IS_BROKEN' });
});
