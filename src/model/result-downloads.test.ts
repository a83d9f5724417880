import { expect, test } from 'vitest';
import { downloadName, downloadSize } from './result-downloads.ts';

test.each([
  ['letter.pdf', 'letter.md'],
  ['Q1.figures.xlsx', 'Q1.figures.md'],
  ['no extension', 'no extension.md'],
  ['folder/inner/notes.txt', 'notes.md'],
  ['.pdf', 'document.md'],
  ['a sentence. And another one that is long', 'a sentence. And another one that is long.md'],
])('the markdown of %j is downloaded as %j', (document, name) => {
  expect(downloadName(document, 'markdown_full')).toBe(name);
});

test('a part is as long as its place, and absent where the result has none', () => {
  const place = { offset: 5, length: 7 };
  const sections = { text: place, markdown: place, items: place, metadata: place };
  const old = { sections };
  expect(downloadSize(old, 'items')).toBe(7);
  expect(downloadSize(old, 'forms')).toBeUndefined();
  expect(downloadSize(old, 'markdown_full')).toBeUndefined();
  const result = { sections, parts: { xlsx: { offset: 0, length: 9 } }, joined: { text: 3, markdown: 4 } };
  expect(downloadSize(result, 'xlsx')).toBe(9);
  expect(downloadSize(result, 'text_full')).toBe(3);
});
