import { expect, test } from 'vitest';
import { openDocument } from '../../fixtures/office-documents.ts';
import { readDocument } from '../../fixtures/read-document.ts';

const ASKED = { output_options: { markdown: { annotate_revisions: true } } };
const by = (name: string) => `<dc:creator>${name}</dc:creator><dc:date>2024-01-01T10:00:00</dc:date>`;
const region = (id: string, kind: string, inside = '') =>
  `<text:changed-region text:id="${id}"><text:${kind}><office:change-info>${by('Ada')}</office:change-info>${inside}</text:${kind}></text:changed-region>`;

async function revisions(body: string) {
  const { pages } = await readDocument(openDocument('text', body), ASKED);
  return pages.map((page) => page.revisions);
}

test('insertions, deletions and changes of the format are told with their author', async () => {
  const changes = `<text:tracked-changes>${region('a', 'insertion')}${region('b', 'deletion', '<text:p>ten</text:p>')}${region('c', 'format-change')}</text:tracked-changes>`;
  const body = `${changes}<text:p>The fee is <text:change text:change-id="b"/><text:change-start text:change-id="a"/>twelve<text:change-end text:change-id="a"/> pounds.</text:p>
    <text:list><text:list-item><text:p><text:change-start text:change-id="c"/>Loud<text:change-end text:change-id="c"/> words</text:p></text:list-item></text:list>`;
  expect(await revisions(body)).toEqual([
    [
      { type: 'inserted', target: 'twelve', content: 'twelve', author: 'Ada' },
      { type: 'deleted', target: 'The fee is twelve pounds.', content: 'ten', author: 'Ada' },
      { type: 'formatted', target: 'Loud', content: 'format', author: 'Ada' },
    ],
  ]);
});

test('an insertion over paragraphs of a section is told once, where it ends', async () => {
  const changes = `<text:tracked-changes>${region('a', 'insertion')}</text:tracked-changes>`;
  const body = `${changes}<text:section><text:p>Old. <text:change-start text:change-id="a"/>New</text:p><text:p>lines<text:change-end text:change-id="a"/></text:p></text:section>`;
  expect(await revisions(body)).toEqual([
    [{ type: 'inserted', target: 'New\nlines', content: 'New\nlines', author: 'Ada' }],
  ]);
});

test('comments name the words that they are attached to', async () => {
  const comment = (name: string, text: string) =>
    `<office:annotation${name === '' ? '' : ` office:name="${name}"`}>${by('Bo')}<text:p>${text}</text:p><text:p>More</text:p></office:annotation>`;
  const body = `<text:p>A ${comment('x', 'Why?')}strange<office:annotation-end office:name="x"/> word${comment('', 'Here')}.</text:p>`;
  const [found] = await revisions(body);
  expect(found).toEqual([
    { type: 'comment', target: 'strange', content: 'Why?\nMore', author: 'Bo' },
    { type: 'comment', target: '', content: 'Here\nMore', author: 'Bo' },
  ]);
});

test('nothing is told unless it is asked for', async () => {
  const { pages } = await readDocument(openDocument('text', '<text:p>Plain</text:p>'));
  expect(pages[0]?.revisions).toBeUndefined();
});
