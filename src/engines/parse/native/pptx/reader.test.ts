import { expect, test } from 'vitest';
import { pptx, relationshipsPart, slideShape } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';

const paragraph = (text: string, bullet: string, level = 0) =>
  `<a:p><a:pPr lvl="${level}">${bullet}</a:pPr><a:r><a:t>${text}</a:t></a:r></a:p>`;

test('a slide is a page: title first, then by position, with bullets by level and its footer apart', async () => {
  const bullet = '<a:buChar char="•"/>';
  const slide =
    slideShape(['Right'], { at: [240, 100, 200, 50] }) +
    slideShape(['Left'], { at: [20, 100, 200, 50] }) +
    slideShape(['Below'], { at: [20, 340, 200, 50] }) +
    slideShape(['Title'], { at: [20, 10, 600, 50], placeholder: 'type="title"' }) +
    slideShape([paragraph('first', bullet), paragraph('inner', bullet, 1), paragraph('b', '<a:buAutoNum type="alphaLcParenR" startAt="2"/>')], { at: [20, 230, 200, 50] }) +
    slideShape(['Confidential'], { placeholder: 'type="ftr"' }) + slideShape(['‹#›'], { placeholder: 'type="sldNum"' }); // prettier-ignore
  const { pages } = await readDocument(pptx([slide]));
  expect(pages).toMatchObject([{ width: 720, height: 405, footer: 'Confidential  1' }]);
  expect(pages[0]?.markdown).toBe('# Title\n\nLeft\n\nRight\n\n- first\n  - inner\n\n2. b\n\nBelow');
  expect(pages[0]?.text).toContain('b) b');
});

test('shapes without a place or without extent are read, and what only touches the slide from outside is not', async () => {
  const slide =
    slideShape(['Nowhere'], { at: [0, 0, 0, 0] }) +
    slideShape(['Flat'], { at: [0, 100, 0, 0] }) +
    slideShape(['Beside'], { at: [-50, 0, 50, 50] }) +
    slideShape(['Above'], { at: [0, 10, 200, 50] });
  const { pages } = await readDocument(pptx([slide]));
  expect(pages[0]?.markdown).toBe('Above\n\nFlat\n\nNowhere');
});

test('bullets come from the layout and the master, and none turns them off', async () => {
  const related = (type: string, target: string) => relationshipsPart({ r: [type, target] });
  const { pages } = await readDocument(
    pptx([slideShape(['from the master', paragraph('plain', '<a:buNone/>')], { placeholder: 'idx="1"' })], {
      'ppt/slides/_rels/slide1.xml.rels': related('slideLayout', '../layout.xml'),
      'ppt/layout.xml': `<p:sldLayout><p:cSld><p:spTree>${slideShape([], { at: [1, 2, 3, 4], placeholder: 'idx="1"' })}</p:spTree></p:cSld></p:sldLayout>`,
      'ppt/_rels/layout.xml.rels': related('slideMaster', 'master.xml'),
      'ppt/master.xml':
        '<p:sldMaster><p:txStyles><p:bodyStyle><a:lvl1pPr><a:buChar char="-"/></a:lvl1pPr></p:bodyStyle></p:txStyles></p:sldMaster>',
    }),
  );
  expect(pages[0]?.markdown).toBe('- from the master\n\nplain');
});

test('tables, groups, pictures, speaker notes and section names', async () => {
  const cell = (text: string, spans = '') =>
    `<a:tc ${spans}><a:txBody><a:p><a:r><a:t>${text}</a:t></a:r></a:p></a:txBody></a:tc>`;
  const table = `<p:graphicFrame><p:nvGraphicFramePr><p:nvPr/></p:nvGraphicFramePr><a:graphic><a:graphicData><a:tbl><a:tblPr firstRow="1"/><a:tr>${cell('Head', 'gridSpan="2"')}${cell('', 'hMerge="1"')}</a:tr><a:tr>${cell('1')}${cell('2')}</a:tr></a:tbl></a:graphicData></a:graphic></p:graphicFrame>`;
  const group = `<p:grpSp><p:grpSpPr><a:xfrm><a:off x="0" y="127000"/><a:ext cx="1270000" cy="1270000"/><a:chOff x="0" y="0"/><a:chExt cx="12700000" cy="12700000"/></a:xfrm></p:grpSpPr>${slideShape(['second'], { at: [0, 500, 100, 100] })}${slideShape(['first'], { at: [0, 0, 100, 100] })}</p:grpSp>`;
  const picture = '<p:pic><p:nvPicPr><p:cNvPr id="3" name="x" descr="A chart"/><p:nvPr/></p:nvPicPr></p:pic>';
  const sections =
    '<p:extLst><p:ext><p:sectionLst><p:section name="Intro"><p:sldIdLst><p:sldId id="256"/></p:sldIdLst></p:section></p:sectionLst></p:ext></p:extLst>';
  const notes = `<p:notes><p:cSld><p:spTree>${slideShape(['3'], { placeholder: 'type="sldNum"' })}${slideShape(['Say hello', 'Wait'], { placeholder: 'type="body" idx="1"' })}</p:spTree></p:cSld></p:notes>`;
  const parts = {
    'ppt/slides/_rels/slide1.xml.rels': relationshipsPart({ n: ['notesSlide', '../notes.xml'] }),
    'ppt/notes.xml': notes,
  };
  const { pages } = await readDocument(pptx([group + table + picture], parts, sections));
  expect(pages[0]).toMatchObject({ speakerNotes: 'Say hello\nWait', slideSectionName: 'Intro' });
  expect(pages[0]?.markdown).toBe('first\n\nsecond\n\n| Head |  |\n| --- | --- |\n| 1 | 2 |\n\nA chart');
});

test('what lies outside the slide and the data of charts are optional', async () => {
  const frame =
    '<p:graphicFrame><a:graphic><a:graphicData><c:chart r:id="c"/></a:graphicData></a:graphic></p:graphicFrame>';
  const point = (value: string) => `<c:pt idx="0"><c:v>${value}</c:v></c:pt>`;
  const chart = `<c:chartSpace><c:chart><c:plotArea><c:pieChart><c:ser><c:tx>${point('Sales')}</c:tx><c:cat>${point('North')}</c:cat><c:val>${point('7')}</c:val></c:ser></c:pieChart></c:plotArea></c:chart></c:chartSpace>`;
  const bytes = pptx([slideShape(['Outside'], { at: [800, 0, 10, 10] }) + frame], {
    'ppt/slides/_rels/slide1.xml.rels': relationshipsPart({ c: ['chart', '../chart.xml'] }),
    'ppt/chart.xml': chart,
  });
  const table = '|  | Sales |\n| --- | --- |\n| North | 7 |';
  expect((await readDocument(bytes)).pages[0]?.markdown).toBe(table);
  const options = {
    input_options: { presentation: { out_of_bounds_content: true, skip_embedded_data: true } },
  };
  expect((await readDocument(bytes, options)).pages[0]?.text).toBe('Outside');
});

test('hidden slides are empty pages and said to be left out; a missing slide is a failed page', async () => {
  const hidden = `<p:sld show="0"><p:cSld><p:spTree>${slideShape(['Secret'])}</p:spTree></p:cSld></p:sld>`;
  const bytes = pptx([hidden, slideShape(['Shown']), 'gone'], { 'ppt/slides/slide3.xml': '' });
  const { pages, faults, warnings } = await readDocument(bytes);
  expect(pages.map((page) => [page.source, page.text])).toEqual([
    ['empty', ''],
    ['native', 'Shown'],
  ]);
  expect(warnings).toEqual([
    expect.stringContaining('"ppt/slides/slide3.xml" is damaged'),
    expect.stringContaining('left out, and their pages are empty: 1.'),
  ]);
  expect(faults).toMatchObject([{ pageNumber: 3, error: expect.stringContaining('slide 3') as unknown }]);
});

test('comments stand behind their slide with authors, times and replies, whatever their kind', async () => {
  const old =
    '<p:cmLst xmlns:p="urn:p"><p:cm authorId="0" dt="2026-06-18T17:35:35.236" idx="1"><p:text>Check this</p:text></p:cm></p:cmLst>';
  const threads =
    '<p188:cmLst xmlns:p188="urn:n" xmlns:a="urn:a"><p188:cm id="{1}" authorId="{A}" created="2026-01-02T03:04:05">' +
    '<p188:replyLst><p188:reply id="{2}" authorId="{B}" created="2026-01-03T00:00:00"><p188:txBody><a:p><a:r><a:t>Done</a:t></a:r></a:p></p188:txBody></p188:reply></p188:replyLst>' +
    '<p188:txBody><a:p><a:r><a:t>Which year?</a:t></a:r></a:p></p188:txBody></p188:cm></p188:cmLst>';
  const { pages } = await readDocument(
    pptx([slideShape(['One']), slideShape(['Two'])], {
      'ppt/_rels/presentation.xml.rels': relationshipsPart({
        rId1: ['slide', 'slides/slide1.xml'],
        rId2: ['slide', 'slides/slide2.xml'],
        rId3: ['commentAuthors', 'commentAuthors.xml'],
        rId4: ['authors', 'authors.xml'],
      }),
      'ppt/slides/_rels/slide1.xml.rels': relationshipsPart({ c: ['comments', '../comments/comment1.xml'] }),
      'ppt/slides/_rels/slide2.xml.rels': relationshipsPart({ c: ['comments', '../comments/modern.xml'] }),
      'ppt/comments/comment1.xml': old,
      'ppt/comments/modern.xml': threads,
      'ppt/commentAuthors.xml':
        '<p:cmAuthorLst xmlns:p="urn:p"><p:cmAuthor id="0" name="Jane Smith" initials="JS"/></p:cmAuthorLst>',
      'ppt/authors.xml':
        '<p188:authorLst xmlns:p188="urn:n"><p188:author id="{A}" name="Ann"/><p188:author id="{B}" name="Bo"/></p188:authorLst>',
    }),
  );
  expect(pages.map((page) => page.markdown)).toEqual([
    'One\n\nComment by Jane Smith (JS), 2026-06-18 17:35: Check this',
    'Two\n\nComment by Ann, 2026-01-02 03:04: Which year?\n\nComment by Bo, 2026-01-03 00:00: Done',
  ]);
});
