import { expect, test } from 'vitest';
import { BUILT_IN_FORMATS, numberFormat } from './number-format.ts';

test.each([
  ['General', 0.1 + 0.2, '0.3'],
  ['General', -12.5, '-12.5'],
  ['General', 123456789012, '123456789012'],
  ['General" kg"', 5, '5 kg'],
  ['0', 2.5, '3'],
  ['0.00', 1.005, '1.01'],
  ['#,##0', 1234567.4, '1,234,567'],
  ['#,##0.00', -1234.5, '-1,234.50'],
  ['0.0%', 0.1254, '12.5%'],
  ['$#,##0.00_);($#,##0.00)', -3, '($3.00)'],
  ['_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', 0, '-'],
  ['[$€-407] #,##0.00', 1234.5, '€ 1,234.50'],
  ['#,##0,"k"', 12_345, '12k'],
  ['0.0,,"M"', 1_250_000, '1.3M'],
  ['0.00E+00', 12_345, '1.23E+04'],
  ['##0.0E+0', 12_345, '12.3E+3'],
  ['# ?/?', 1.25, '1 1/4'],
  ['# ?/8', 0.5, '4/8'],
  ['000-00-0000', 123_456_789, '123-45-6789'],
  ['#.##', 0.5, '.5'],
  ['0.###', 2, '2'],
  ['[Red][<0]-0;[>=100]0"+";0', 150, '150+'],
  ['"n/a"', 7, 'n/a'],
  ['0;-0;"zero"', 0, 'zero'],
  ['0', -0.2, '0'],
])('%s shows %d as %s', (code, value, text) => {
  expect(numberFormat(code)(value)).toEqual({ text, isDate: false });
});

test.each([
  ['m/d/yyyy', 45_322, '1/31/2024'],
  ['yyyy-mm-dd', 45_322, '2024-01-31'],
  ['dddd, mmmm d, yyyy', 45_322, 'Wednesday, January 31, 2024'],
  ['d-mmm-yy', 45_322, '31-Jan-24'],
  ['h:mm AM/PM', 0.75, '6:00 PM'],
  ['h:mm AM/PM', 0, '12:00 AM'],
  ['yyyy-mm-dd hh:mm:ss', 45_322 + 37_200 / 86_400, '2024-01-31 10:20:00'],
  ['[h]:mm:ss', 1.5, '36:00:00'],
  ['mm:ss.0', 0.00070949, '01:01.3'],
  ['[$-409]d"th" mmm', 45_322, '31th Jan'],
  ['d/m/yyyy', 1, '1/1/1900'],
])('%s shows %d as the date %s', (code, value, text) => {
  expect(numberFormat(code)(value)).toEqual({ text, isDate: true });
});

test('days may be counted from 1904', () => {
  expect(numberFormat('yyyy-mm-dd', true)(43_860).text).toBe('2024-01-31');
});

test('a number that is no date is shown as a number', () => {
  expect(numberFormat('m/d/yyyy')(-5)).toEqual({ text: '-5', isDate: false });
  expect(numberFormat('m/d/yyyy')(1e300).isDate).toBe(false);
});

test('every built-in format shows a number', () => {
  for (const code of Object.values(BUILT_IN_FORMATS)) expect(numberFormat(code)(1.5).text).not.toBe('');
});

test('hostile formats end', () => {
  expect(numberFormat('0'.repeat(100_000))(1.5).text.length).toBeLessThan(2_000);
  expect(numberFormat('['.repeat(50_000))(1.5).text.length).toBeLessThan(2_000);
});
