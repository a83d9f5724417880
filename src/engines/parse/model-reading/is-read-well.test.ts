import { expect, test } from 'vitest';
import type { Item, ReadPage } from '../../../model/document.ts';
import { isReadWell } from './is-read-well.ts';

const PROSE = 'The committee met again in the morning and heard the remaining witnesses. '.repeat(6);
const picture = (w: number): Item => ({
  type: 'image',
  caption: '',
  url: '',
  md: '',
  boxes: [{ x: 0, y: 0, w, h: 400 }],
});
const page: ReadPage = {
  success: true,
  pageNumber: 1,
  width: 600,
  height: 800,
  source: 'text_layer',
  text: PROSE,
  markdown: PROSE,
  items: [{ type: 'text', value: PROSE, md: PROSE, boxes: [] }, picture(40)],
};
const table: Item = { type: 'table', rows: [['a']], md: '', html: '', csv: '', boxes: [] };

test('running text out of a text layer needs no model, small pictures notwithstanding', () => {
  expect(isReadWell(page)).toBe(true);
  expect(isReadWell({ ...page, source: 'native' })).toBe(true);
});

test.each<[string, Partial<ReadPage>]>([
  ['a scan', { source: 'ocr', confidence: 0.99 }],
  ['an empty page', { source: 'empty', text: '' }],
  ['a page with hardly any text', { text: 'Chapter 1' }],
  ['letters that make no words', { text: 'Xqzt bvcrdf GhTkLm pqrstv '.repeat(20) }],
  ['letters without a meaning', { text: `${PROSE}${'\uE012'.repeat(20)}` }],
  ['a table', { items: [table] }],
  ['a large picture', { items: [picture(300)] }],
  ['a picture without a place', { items: [{ ...picture(1), boxes: [] }] }],
  ['a form', { fields: [{ kind: 'text', id: 'name', boxes: [] }] }],
  ['a page that was turned', { originalOrientationAngle: 90 }],
])('%s is left to the model', (_, change) => {
  expect(isReadWell({ ...page, ...change })).toBe(false);
});
