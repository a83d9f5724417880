import { expect, test } from 'vitest';
import type { FlowBlock } from '../../items/flow.ts';
import { asciidocBlocks } from './reader.ts';

const read = (text: string) => asciidocBlocks(text, { annotateLinks: true });
const shown = (block: FlowBlock | undefined) =>
  block && 'content' in block ? block.content.md : block?.kind;

test('headings, paragraphs and marks', () => {
  const blocks = read(
    '= Title\n:author: x\n\n== Part\n\nA *bold* and _italic_ `code`\nline with https://example.com[a link].\n// comment\n\nsnake_case_name stays',
  );
  expect(blocks.map(shown)).toEqual([
    'Title',
    'Part',
    'A **bold** and *italic* `code` line with [a link](https://example.com).',
    'snake\\_case\\_name stays',
  ]);
  expect(blocks[1]).toMatchObject({ kind: 'heading', level: 2 });
});

test('lists nest by their marks', () => {
  expect(read('* one\n** in\n... deep\n* [x] two\n')).toMatchObject([
    {
      kind: 'list',
      entries: [
        {
          content: { text: 'one' },
          lists: [{ entries: [{ content: { text: 'in' }, lists: [{ ordered: true }] }] }],
        },
        { content: { text: '☑ two' } },
      ],
    },
  ]);
});

test('tables by rows and by cells, with spans and titles', () => {
  const [title, table] = read('.Sums\n[cols="1,1"]\n|===\n|A |B\n\n2+|wide\n|c\n|d\n|===\n');
  expect(shown(title)).toBe('Sums');
  expect(table).toMatchObject({
    kind: 'table',
    rows: [[{ md: 'A' }, { md: 'B' }], [{ md: 'wide', colSpan: 2 }], [{ md: 'c' }, { md: 'd' }]],
  });
});

test('code keeps its language, and files are not included', () => {
  expect(read('[source,ruby]\n----\nputs 1\n----\ninclude::/etc/passwd[]\n')).toEqual([
    { kind: 'code', value: 'puts 1', language: 'ruby' },
  ]);
});

test('hostile lines end', () => {
  expect(read('*a '.repeat(100_000)).length).toBe(1);
  expect(read(`${'_a'.repeat(1_900)}\n\n`.repeat(50)).length).toBe(50);
});
