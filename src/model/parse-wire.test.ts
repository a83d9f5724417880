import { expect, test } from 'vitest';
import type { ReadPage } from './document.ts';
import { encodePage } from './parse-wire.ts';

const box = { x: 1, y: 2, w: 3, h: 4 };
const page: ReadPage = {
  success: true,
  pageNumber: 3,
  width: 595,
  height: 842,
  source: 'ocr',
  text: 'Spatial  text',
  markdown: '# Title',
  header: 'Running',
  confidence: 0.9,
  originalOrientationAngle: 90,
  printedPageNumber: 'iii',
  items: [
    {
      type: 'header',
      md: 'Running',
      boxes: [box],
      items: [{ type: 'text', md: 'Running', value: 'Running', boxes: [box] }],
    },
    { type: 'heading', md: '# Title', boxes: [box], level: 1, value: 'Title' },
    {
      type: 'list',
      md: '- a\n  1. b',
      boxes: [],
      ordered: false,
      items: [
        { type: 'text', md: '- a', value: 'a', boxes: [] },
        {
          type: 'list',
          md: '1. b',
          ordered: true,
          boxes: [],
          items: [{ type: 'text', md: '1. b', value: 'b', boxes: [] }],
        },
      ],
    },
    { type: 'table', md: '| a |', boxes: [], rows: [['a']], html: '<table></table>', csv: 'a' },
    { type: 'code', md: '```\nx\n```', boxes: [], value: 'x' },
    { type: 'image', md: '', boxes: [box], caption: '', url: '' },
    { type: 'link', md: '[t](u)', boxes: [box], text: 't', url: 'u' },
  ],
};

test('a page that was read fills all sections with wire names', () => {
  const wire = encodePage(page);
  expect(JSON.parse(wire.text)).toEqual({ page_number: 3, text: 'Spatial  text' });
  expect(JSON.parse(wire.markdown)).toEqual({
    page_number: 3,
    markdown: '# Title',
    success: true,
    header: 'Running',
  });
  expect(JSON.parse(wire.metadata)).toEqual({
    page_number: 3,
    confidence: 0.9,
    original_orientation_angle: 90,
    printed_page_number: 'iii',
  });
  const items = JSON.parse(wire.items);
  expect(items).toMatchObject({ page_number: 3, page_width: 595, page_height: 842, success: true });
  expect(items.items.map((item: { type: string }) => item.type)).toEqual(page.items.map((item) => item.type));
  expect(items.items[0]).toEqual({
    type: 'header',
    md: 'Running',
    bbox: [box],
    items: [{ type: 'text', md: 'Running', bbox: [box], value: 'Running' }],
  });
  expect(items.items[2].items[1].items[0]).toEqual({ type: 'text', md: '1. b', bbox: [], value: 'b' });
  expect(wire.items).not.toContain('boxes');
});

test('a failed page keeps its place in every section', () => {
  const wire = encodePage({ success: false, pageNumber: 4, error: 'Torn.' });
  expect(JSON.parse(wire.markdown)).toEqual({ page_number: 4, error: 'Torn.', success: false });
  expect(JSON.parse(wire.items)).toEqual({ page_number: 4, error: 'Torn.', success: false });
  expect(JSON.parse(wire.text)).toEqual({ page_number: 4, text: '' });
  expect(JSON.parse(wire.metadata)).toEqual({ page_number: 4 });
});

test('a joined table names its pages, revisions have boxes without size, and pages say how they were read', () => {
  const table = { type: 'table', md: '', html: '', csv: '', boxes: [box] } as const;
  const wire = encodePage({
    ...page,
    items: [
      { ...table, rows: [['a']], mergedFromPages: [3, 4], source: { rows: [[{ md: 'a' }]], headerRows: 0 } },
      { ...table, rows: [], mergedIntoPage: 2 },
    ],
    revisions: [{ type: 'inserted', target: 'new', content: 'new', author: 'Ada' }],
    triggeredAutoMode: true,
    costOptimized: true,
  });
  const items = JSON.parse(wire.items) as { items: unknown[]; revisions: unknown[] };
  const common = { type: 'table', md: '', html: '', csv: '', bbox: [box] };
  expect(items.items).toEqual([
    { ...common, rows: [['a']], merged_from_pages: [3, 4] },
    { ...common, rows: [], merged_into_page: 2 },
  ]);
  const nowhere = { x: 0, y: 0, w: 0, h: 0 };
  expect(items.revisions).toEqual([
    {
      type: 'inserted',
      target: 'new',
      content: 'new',
      author: 'Ada',
      target_bbox: nowhere,
      revision_bbox: nowhere,
    },
  ]);
  expect(JSON.parse(wire.metadata)).toMatchObject({ triggered_auto_mode: true, cost_optimized: true });
});
