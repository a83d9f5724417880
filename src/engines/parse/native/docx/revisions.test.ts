import { expect, test } from 'vitest';
import type { Revision } from '../../../../model/document.ts';
import { docx, relationshipsPart, wordParagraph as p } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';

const ASKED = { output_options: { markdown: { annotate_revisions: true } } };
const run = (text: string, properties = '') =>
  `<w:r><w:rPr>${properties}</w:rPr><w:t xml:space="preserve">${text}</w:t></w:r>`;
const change = (name: string, content: string, author = 'Ada', date = '2024-01-01T10:00:00Z') =>
  `<w:${name} w:id="9" w:author="${author}" w:date="${date}">${content}</w:${name}>`;
const gone = (text: string) => `<w:r><w:delText xml:space="preserve">${text}</w:delText></w:r>`;
const comments = (entries: Record<string, string>) => ({
  'word/comments.xml': `<w:comments>${Object.entries(entries)
    .map(([id, text]) => `<w:comment w:id="${id}" w:author="Bo">${p(text)}${p('Second line')}</w:comment>`)
    .join('')}</w:comments>`,
  'word/_rels/document.xml.rels': relationshipsPart({ c: ['comments', 'comments.xml'] }),
});
const mark = (id: string) => `<w:r><w:commentReference w:id="${id}"/></w:r>`;

async function revisions(body: string, parts: Record<string, string> = {}): Promise<(readonly Revision[])[]> {
  const { pages } = await readDocument(docx(body, parts), ASKED);
  return pages.map((page) => page.revisions ?? []);
}

test('insertions and deletions are told with their author, one for each change', async () => {
  const body = p(
    run('The fee is ') +
      change('del', gone('ten')) +
      change('ins', run('twel')) +
      change('ins', run('ve')) +
      change('ins', run(' net'), 'Eve') +
      run(' pounds.'),
  );
  expect(await revisions(body)).toEqual([
    [
      { type: 'inserted', target: 'twelve', content: 'twelve', author: 'Ada' },
      { type: 'inserted', target: ' net', content: ' net', author: 'Eve' },
      { type: 'deleted', target: 'The fee is twelve net pounds.', content: 'ten', author: 'Ada' },
    ],
  ]);
});

test('what is put in by one and taken out by another is only taken out; moves and formats are told', async () => {
  const before = '<w:rPrChange w:author="Ada"><w:rPr><w:i/><w:sz w:val="20"/></w:rPr></w:rPrChange>';
  const body =
    p(run('Kept. ') + change('ins', change('del', gone('Both.'), 'Eve'))) +
    p(change('moveFrom', run('A wandering clause.'))) +
    p(change('moveTo', run('A wandering clause.'))) +
    p(run('loud', `<w:b/><w:sz w:val="28"/>${before}`) + run(' quiet')) +
    p(
      run('Centred'),
      '<w:jc w:val="center"/><w:pPrChange w:author="Ada"><w:pPr><w:jc w:val="left"/></w:pPr></w:pPrChange>',
    );
  expect(await revisions(body)).toEqual([
    [
      { type: 'deleted', target: 'Kept.', content: 'Both.', author: 'Eve' },
      { type: 'moved_from', target: '', content: 'A wandering clause.', author: 'Ada' },
      { type: 'moved_to', target: 'A wandering clause.', content: 'A wandering clause.', author: 'Ada' },
      { type: 'formatted', target: 'loud', content: 'bold, size 14, no italic', author: 'Ada' },
      { type: 'formatted', target: 'Centred', content: 'alignment center', author: 'Ada' },
    ],
  ]);
});

test('comments name the text that they are about, over paragraphs and without what was deleted', async () => {
  const body =
    p(`<w:commentRangeStart w:id="1"/>${run('First ')}${change('del', gone('old '))}${run('half')}`) +
    p(`${run('second half')}<w:commentRangeEnd w:id="1"/>${mark('1')}${run(' rest')}`) +
    p(run('A place') + mark('2') + mark('77'));
  const [found] = await revisions(body, comments({ 1: 'Too long', 2: 'Here?' }));
  expect(found?.filter(({ type }) => type === 'comment')).toEqual([
    { type: 'comment', target: 'First half\nsecond half', content: 'Too long\nSecond line', author: 'Bo' },
    { type: 'comment', target: '', content: 'Here?\nSecond line', author: 'Bo' },
  ]);
});

test('revisions stand on the pages of what they are about, in tables as well', async () => {
  const cell = (content: string) => `<w:tc>${p(content)}</w:tc>`;
  const row = (content: string, properties = '') =>
    `<w:tr><w:trPr>${properties}</w:trPr>${cell(content)}${cell(run('x'))}</w:tr>`;
  const far = '<w:r><w:lastRenderedPageBreak/><w:t>far</w:t></w:r>';
  const removed = row(run('dropped'), '<w:del w:author="Ada"/>');
  const body =
    `<w:tbl>${row(change('ins', run('one')))}${removed}${row(far + change('ins', run('two')))}</w:tbl>` +
    p(change('ins', run('three')), '<w:pageBreakBefore/>');
  const pages = await revisions(body);
  expect(pages.map((page) => page.map(({ type, content }) => `${type} ${content}`))).toEqual([
    ['inserted one', 'deleted dropped', 'deleted x'],
    ['inserted two'],
    ['inserted three'],
  ]);
});

test('nothing is told unless it is asked for, and a text is told up to its bound', async () => {
  const body = p(change('ins', run('y'.repeat(5_000))));
  expect((await readDocument(docx(body))).pages[0]?.revisions).toBeUndefined();
  const [[found] = []] = await revisions(body);
  expect(found?.target.length).toBe(2_000);
  expect(found?.content.length).toBe(5_000);
  expect(await revisions(p('Plain'))).toEqual([[]]);
});
