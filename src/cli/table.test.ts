import { expect, test } from 'vitest';
import { formatTable } from './table.ts';

test('columns line up, text to the left and numbers to the right', () => {
  const rows = [
    ['report.pdf', 'COMPLETED', '12', '0.40 s'],
    ['a.pdf', 'FAILED', '', ''],
    ['b.pdf', 'COMPLETED', '3', '12.00 s'],
  ];
  expect(formatTable(['file', 'status', 'pages', 'time'], rows).split('\n')).toEqual([
    'file        status     pages     time',
    '----------  ---------  -----  -------',
    'report.pdf  COMPLETED     12   0.40 s',
    'a.pdf       FAILED',
    'b.pdf       COMPLETED      3  12.00 s',
  ]);
});

test('short words are text', () => {
  expect(formatTable(['state'], [['ok'], ['no']]).split('\n')).toEqual(['state', '-----', 'ok', 'no']);
});

test('a character counts as one, however many bytes or UTF-16 units it has', () => {
  const lines = formatTable(
    ['name', 'n'],
    [
      ['🦆🦆', '1'],
      ['né', '22'],
    ],
  ).split('\n');
  expect(lines.map((line) => Array.from(line).length)).toEqual([8, 8, 8, 8]);
});

test('a table without rows is its head', () => {
  expect(formatTable(['batch', 'status'], []).split('\n')).toEqual(['batch  status', '-----  ------']);
});

test('cells that are missing are empty', () => {
  expect(
    formatTable(['a', 'b'], [['x']])
      .split('\n')
      .at(-1),
  ).toBe('x');
});
