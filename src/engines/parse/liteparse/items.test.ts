import type { LayoutBlock, TextItem } from '@llamaindex/liteparse';
import { expect, test } from 'vitest';
import { bodyMarkdown } from '../items/page-markdown.ts';
import { bodyItems } from './body-items.ts';
import { plainText } from '../items/markup.ts';
import { linkItems } from './link-items.ts';
import { listItems } from './list-item.ts';
import { blockTable } from './table-item.ts';

const bbox = { x: 10.123, y: 20, width: 30, height: 5 };
const style = { compact: false, lineSeparator: '<br>' };
const entry = (level: number, text: string, marker = '•', ordered = false): LayoutBlock => {
  return { kind: 'list_item', text, level, marker, ordered, bbox };
};

test.each([
  ['no signs', 'no signs'],
  ['*kursiv* and **bold** and ***both***', 'kursiv and bold and both'],
  ['2 \\* 3 \\_ 4', '2 * 3 _ 4'],
  ['see [the page](https://e.org/a) now', 'see the page now'],
  ['3 * 4 * 5', '3 * 4 * 5'],
  ['snake_case_name', 'snake_case_name'],
])('plain text of %j', (markdown, plain) => {
  expect(plainText(markdown)).toBe(plain);
});

test('texts made of signs take no time', () => {
  const started = Date.now();
  plainText('*a'.repeat(200_000));
  plainText('['.repeat(9_999));
  expect(Date.now() - started).toBeLessThan(2_000);
});

test('lists nest by depth, also over skipped depths', () => {
  const [list, ...others] = listItems([entry(0, 'a'), entry(2, 'a1'), entry(2, 'a2'), entry(0, 'b')]);
  expect(others).toEqual([]);
  expect(list?.md).toBe('- a\n  - a1\n  - a2\n- b');
  expect(list?.items.map((item) => item.type)).toEqual(['text', 'list', 'text']);
});

test('ordered lists keep their numbers, and a change of kind starts a new list', () => {
  const lists = listItems([
    entry(0, 'x', '3.', true),
    entry(1, 'y'),
    entry(0, 'z', '(4)', true),
    entry(0, 'w'),
  ]);
  expect(lists.map((list) => [list.ordered, list.md])).toEqual([
    [true, '3. x\n    - y\n4. z'],
    [false, '- w'],
  ]);
  expect(listItems([entry(0, 'first', 'a)', true)])[0]?.md).toBe('- a) first');
});

test('tables are squared off and quoted for each form', () => {
  const cell = (text: string) => ({ text });
  const block: LayoutBlock = {
    kind: 'table',
    header: [cell('Name'), cell('A|B')],
    rows: [[cell('x, "y"'), cell('<i>'), cell('*3*')], [cell('two\nlines')]],
    bbox,
  };
  const table = blockTable(block, style);
  expect(table?.rows).toEqual([
    ['Name', 'A|B', ''],
    ['x, "y"', '<i>', '3'],
    ['two\nlines', '', ''],
  ]);
  expect(table?.md).toBe(
    '| Name | A\\|B |  |\n| --- | --- | --- |\n| x, "y" | <i> | *3* |\n| two<br>lines |  |  |',
  );
  expect(table?.csv).toBe('Name,A|B,\n"x, ""y""",<i>,3\n"two\nlines",,');
  expect(table?.html).toContain('<thead>\n<tr><th>Name</th><th>A|B</th><th></th></tr>\n</thead>');
  expect(table?.html).toContain('<td>&lt;i&gt;</td>');
  expect(blockTable(block, { compact: true, lineSeparator: ' ' })?.md).toContain(
    '|Name|A\\|B||\n|---|---|---|',
  );
  expect(blockTable({ kind: 'table', rows: [[cell(''), cell('')]] }, style)).toBeUndefined();
});

test('blocks become items with rounded boxes; empty code fences and rules are no content', () => {
  const items = bodyItems(
    [
      { kind: 'heading', text: 'Title', level: 9, bbox },
      { kind: 'paragraph', text: 'bold words', bold: true, italic: true },
      { kind: 'rule', bbox },
      { kind: 'code', lines: [''] },
      { kind: 'code', lines: ['a', '```'], lang: 'sh' },
      { kind: 'figure', id: 'p1_1', format: 'png', bbox },
      { kind: 'table', rows: [[{ text: 'cell' }]] },
    ],
    style,
  );
  expect(items.map((item) => item.type)).toEqual(['heading', 'text', 'code', 'image', 'table']);
  expect(items[0]).toMatchObject({ level: 6, md: '###### Title', boxes: [{ x: 10.12, y: 20, w: 30, h: 5 }] });
  expect(items[1]).toMatchObject({ md: '***bold words***', value: 'bold words' });
  expect(items[2]).toMatchObject({ md: '````sh\na\n```\n````', language: 'sh' });
  expect(bodyMarkdown(items, false)).toContain('<td>cell</td>');
  expect(bodyMarkdown(items, true)).toContain('| cell |');
});

test('links take the words under them, over several lines, and no harmful address', () => {
  const line = (text: string, y: number): TextItem => ({
    text,
    x: 0,
    y,
    width: text.length * 10,
    height: 10,
  });
  const lines = [line('see the manual here', 0), line('and there', 20)];
  const rects = [
    { x: 40, y: 0, width: 100, height: 10 },
    { x: 0, y: 20, width: 90, height: 10 },
  ];
  const annotation = { subtype: 'link', quadpointRects: rects, uri: 'https://e.org/a (1)' };
  expect(linkItems([annotation], lines)).toEqual([
    {
      type: 'link',
      text: 'the manual and there',
      url: 'https://e.org/a (1)',
      md: '[the manual and there](<https://e.org/a%20(1)>)',
      boxes: [
        { x: 40, y: 0, w: 100, h: 10 },
        { x: 0, y: 20, w: 90, h: 10 },
      ],
    },
  ]);
  const far = {
    subtype: 'link',
    quadpointRects: [],
    rect: { x: 500, y: 500, width: 9, height: 9 },
    uri: 'https://e.org',
  };
  expect(linkItems([far], lines)[0]?.text).toBe('https://e.org');
  expect(
    linkItems(
      [
        { ...annotation, uri: ' JavaScript:alert(1)' },
        { subtype: 'link', quadpointRects: [] },
      ],
      lines,
    ),
  ).toEqual([]);
});
