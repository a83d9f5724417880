import { expect, test } from 'vitest';
import { csvCell, csvLine } from './csv-cell.ts';

test.each([
  ['=1+1', "'=1+1"],
  ['+49 30', "'+49 30"],
  ['-3', "'-3"],
  ['@SUM(A1)', "'@SUM(A1)"],
  ['\t=1', "'\t=1"],
  ['＝1', "'＝1"],
  ['=a,"b"', '"\'=a,""b"""'],
  ['a=b', 'a=b'],
  ['plain', 'plain'],
  ['two\nlines', '"two\nlines"'],
  [-3, '-3'],
  [true, 'true'],
  [null, ''],
  [undefined, ''],
])('%j is written as %j', (value, cell) => {
  expect(csvCell(value)).toBe(cell);
});

test('a line ends as the RFC has it', () => {
  expect(csvLine(['a', 1, null])).toBe('a,1,\r\n');
});
