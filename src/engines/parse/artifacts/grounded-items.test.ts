import { expect, test } from 'vitest';
import type { Item, ReadPage, Word } from '../../../model/document.ts';
import { encodeGroundedItems } from './grounded-items.ts';

interface Grounded {
  readonly md: string;
  readonly grounding?: {
    readonly lines?: {
      readonly span: [number, number];
      readonly words?: { readonly span: [number, number] }[];
    }[];
    readonly rows?: unknown[][];
  };
}

/** Words of 10 points height, each line 20 points below the one before. */
function wordsAt(lines: readonly string[]): Word[] {
  return lines.flatMap((line, row) =>
    [...line.matchAll(/\S+/g)].map(({ 0: text, index }) => {
      return { text, box: { x: index * 6, y: row * 20, w: text.length * 6, h: 10 } };
    }),
  );
}

function ground(items: readonly Item[], words: readonly Word[], levels: readonly string[]): Grounded[] {
  const page: ReadPage = {
    success: true,
    pageNumber: 1,
    width: 600,
    height: 800,
    source: 'text_layer',
    text: '',
    markdown: '',
    items,
    words,
  };
  return (JSON.parse(encodeGroundedItems(page, new Set(levels))) as { items: Grounded[] }).items;
}

const BOX = { x: 0, y: 0, w: 600, h: 30 };
const text = (md: string): Item => ({ type: 'text', value: md, md, boxes: [BOX] });

test('spans point into the markdown past its signs, and words that are not there are left out', () => {
  const words = wordsAt(['snake_case and • bold', 'end of it']);
  const [item] = ground([text('snake\\_case and **bold** end of it')], words, ['line', 'word']);
  const lines = item?.grounding?.lines ?? [];
  const slice = ({ span }: { span: [number, number] }) => item?.md.slice(...span);
  expect(lines.map(slice)).toEqual(['snake\\_case and **bold', 'end of it']);
  expect(lines[0]?.words?.map(slice)).toEqual(['snake\\_case', 'and', 'bold']);
});

test('a word belongs to one item, and lines alone have no words', () => {
  const words = wordsAt(['same words']);
  const [first, second] = ground([text('same words'), text('same words')], words, ['line']);
  expect(first?.grounding?.lines).toHaveLength(1);
  expect(first?.grounding?.lines?.[0]).not.toHaveProperty('words');
  expect(second).not.toHaveProperty('grounding');
});

test('cells are boxed when that is asked for and their places are known', () => {
  const table: Item = {
    type: 'table',
    md: '| a | b |',
    html: '',
    csv: '',
    rows: [['a', null]],
    boxes: [BOX],
    cellBoxes: [[BOX, undefined]],
  };
  expect(ground([table], [], ['cell'])[0]?.grounding?.rows).toEqual([[{ bbox: BOX }, null]]);
  expect(ground([table], [], ['word'])[0]).not.toHaveProperty('grounding');
});

test('words without end in a text without them take no time', () => {
  const words = Array.from({ length: 20_000 }, (_, at) => {
    return { text: `w${at}`, box: { x: at % 100, y: 5, w: 1, h: 1 } };
  });
  const started = performance.now();
  ground([text('x'.repeat(500_000))], words, ['word']);
  expect(performance.now() - started).toBeLessThan(3_000);
});
