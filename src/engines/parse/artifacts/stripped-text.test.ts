import { expect, test } from 'vitest';
import type { Item } from '../../../model/document.ts';
import { strippedText } from './stripped-text.ts';

const line = (value: string): Item & { type: 'text' } => ({
  type: 'text',
  value,
  md: `**${value}**`,
  boxes: [],
});

test('words of every item stay, signs, link targets, pictures and running lines go', () => {
  const items: Item[] = [
    { type: 'header', md: 'Running', boxes: [], items: [line('Running')] },
    { type: 'heading', level: 1, value: 'Title', md: '# Title', boxes: [] },
    line('Body'),
    {
      type: 'list',
      ordered: false,
      md: '',
      boxes: [],
      items: [line('one'), { type: 'list', ordered: true, md: '', boxes: [], items: [line('inner')] }],
    },
    {
      type: 'table',
      rows: [
        ['a', 1],
        [null, 'b'],
      ],
      md: '',
      html: '',
      csv: '',
      boxes: [],
    },
    { type: 'image', caption: 'A *weir*', url: 'img_p1_1.png', md: '![A weir](img_p1_1.png)', boxes: [] },
    { type: 'link', text: 'here', url: 'https://example.org', md: '', boxes: [] },
  ];
  const page = {
    success: true,
    pageNumber: 1,
    width: 1,
    height: 1,
    source: 'native',
    text: '',
    markdown: '',
    items,
  } as const;
  expect(strippedText(page)).toBe('Title\n\nBody\n\none\ninner\n\na 1\n b\n\nA weir');
  expect(strippedText({ success: false, pageNumber: 2, error: 'Torn.' })).toBe('');
});
