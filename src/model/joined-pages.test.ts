import { expect, test } from 'vitest';
import { PageJoiner } from './joined-pages.ts';

const PAGES = [
  { page_number: 1, text: 'plain', markdown: '# plain', success: true, header: 'h "markdown":"no"' },
  { page_number: 2, text: 'a "quoted" \\ back\\"slash\n\ttab', markdown: '\\', success: true, footer: null },
  { page_number: 3, text: '', error: 'the page failed, "text": "none"', success: false },
  {
    page_number: 4,
    lines: [{ text: 'not this', markdown: 'nor this' }],
    text: '表 – 😀 \u0001',
    markdown: '| a |\n|---|',
    success: true,
  },
];

function join(section: 'text' | 'markdown', stored: string, pieceLength: number): string {
  const joiner = new PageJoiner(section);
  const bytes = Buffer.from(stored);
  const parts: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength) {
    parts.push(...joiner.push(bytes.subarray(at, at + pieceLength)));
  }
  return JSON.parse(`"${Buffer.concat(parts).toString()}"`) as string;
}

test.each([1, 2, 3, 7, 64, 10_000])('pages are joined from pieces of %i bytes', (pieceLength) => {
  const stored = JSON.stringify({ pages: PAGES });
  expect(join('text', stored, pieceLength)).toBe(PAGES.map((page) => page.text).join('\n\n'));
  expect(join('markdown', stored, pieceLength)).toBe(
    PAGES.map((page) => page.markdown ?? '').join('\n\n---\n\n'),
  );
});

test('a document without pages gives an empty text', () => {
  expect(join('text', '{"pages":[]}', 5)).toBe('');
});
