import { expect, test } from 'vitest';
import { readDocument } from '../../fixtures/read-document.ts';

const read = async (text: string) =>
  (await readDocument(Buffer.from(text), {}, { fileName: 'a.md' })).pages[0];

test('footnotes of one word, of an address and of several paragraphs stay, and the text refers to them', async () => {
  const page = await read(
    'Said[^1] and[^Long] done[^none], [x[^2]](https://example.com/).\n[^1]: https://example.com/source\n[^2]: word\n\n' +
      '[^long]: A *note*\nthat goes on.\n\n    Its second part.\n\n- a list[^2]\n\nThe end, [^1](https://example.com/no).\n',
  );
  expect(page?.markdown).toBe(
    [
      'Said[^1] and[^Long] done\\[^none\\], [x](https://example.com/)[^2].',
      '[^1]: [https://example.com/source](https://example.com/source)', '[^2]: word', '[^long]: A *note*\nthat goes on.\nIts second part.',
      '- a list[^2]', 'The end, [^1](https://example.com/no).',
    ].join('\n\n'), // prettier-ignore
  );
  expect(page?.text).toContain('[1] https://example.com/source\n\n[2] word');
});

test('notes within notes, and very many of them, end in bounded time', async () => {
  const page = await read(`${'[^a]: '.repeat(20_000)}x\n\n${'[^b]: one\n'.repeat(20_000)}\nEnd[^b]`);
  expect(page?.text.endsWith('End[b]')).toBe(true);
});
