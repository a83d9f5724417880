import { expect, test } from 'vitest';
import { findIbans, findVatNumbers, isIban } from './checked-numbers.ts';
import { readContact } from './contacts.ts';
import { readCurrency } from './currencies.ts';
import { dateOrderOf, findDates } from './dates.ts';
import { withinBounds } from './bounds.ts';
import { decimalSignOf, findNumbers } from './numbers.ts';
import { beginPatterns, patternWarnings } from './patterns.ts';
import { findTimes, readTime } from './times.ts';

test.each([
  ['1.234,56', ',', 1234.56],
  ['1,234.56', '.', 1234.56],
  ['1 234,56', ',', 1234.56],
  ["1'234.50", '.', 1234.5],
  ['1.234', ',', 1234],
  ['1.234', '.', 1.234],
  ['1,234', '.', 1234],
  ['12.345.678', ',', 12_345_678],
  ['(12.00)', '.', -12],
  ['-17,50 €', ',', -17.5],
  ['45.10-', '.', -45.1],
  ['$ 99', '.', 99],
  ['0.125', '.', 0.125],
  ['EUR 3,5', ',', 3.5],
] as const)('the number in %s with decimals after %s', (text, decimalSign, value) => {
  expect(findNumbers(text, decimalSign).map((one) => one.value)).toEqual([value]);
});

test('digits of words, dates and times are no numbers', () => {
  expect(findNumbers('A4 and 12:30 on 2031-05-06, part 7-13-X', '.')).toEqual([]);
});

test('the decimal sign is the one of most amounts', () => {
  expect(decimalSignOf(['1.234,56 and 7,20', '3.50'])).toBe(',');
  expect(decimalSignOf(['no amounts'])).toBe('.');
});

test.each([
  ['2031-02-03', 'day_first', '2031-02-03'],
  ['03.02.2031', 'month_first', '2031-02-03'],
  ['03/02/2031', 'day_first', '2031-02-03'],
  ['03/02/2031', 'month_first', '2031-03-02'],
  ['25/02/31', 'month_first', '2031-02-25'],
  ['3. Februar 2031', 'day_first', '2031-02-03'],
  ['le 1er août 2031', 'day_first', '2031-08-01'],
  ['14 juin 2031', 'day_first', '2031-06-14'],
  ['14 juillet 2031', 'day_first', '2031-07-14'],
  ['March 5, 2031', 'day_first', '2031-03-05'],
  ['5th of May 2031', 'day_first', '2031-05-05'],
  ['05-Dec-30', 'day_first', '2030-12-05'],
] as const)('the day in %s, read %s', (text, order, iso) => {
  expect(findDates(text, order).map((one) => one.iso)).toEqual([iso]);
});

test('what the calendar does not have is no date', () => {
  expect(findDates('31.02.2031, 45/13/2031, 1.2.3, version 10.11.12.13', 'day_first')).toEqual([]);
});

test('dates that can be read in one way only say how the others are read', () => {
  expect(dateOrderOf(['03/04/31', '03/25/31'], 'day_first')).toBe('month_first');
  expect(dateOrderOf(['03/04/31', '25/03/31'], 'month_first')).toBe('day_first');
  expect(dateOrderOf(['03/04/31'], 'month_first')).toBe('month_first');
});

test('account numbers need their length and check digits', () => {
  expect(findIbans('IBAN: DE89 3704 0044 0532 0130 00 BIC')).toMatchObject([
    { value: 'DE89370400440532013000' },
  ]);
  expect(findIbans('DE88 3704 0044 0532 0130 00')).toEqual([]);
  expect(isIban('GB82WEST12345698765432')).toBe(true);
  expect(isIban('GB82WEST1234569876543')).toBe(false);
});

test('VAT numbers are known by their form, and fit better with right check digits', () => {
  const [right] = findVatNumbers('USt-IdNr. DE246813573');
  const [wrong] = findVatNumbers('USt-IdNr. DE246813574');
  expect(right).toMatchObject({ value: 'DE246813573', fit: 1 });
  expect(wrong?.fit).toBeLessThan(1);
  expect(findVatNumbers('order DE12')).toEqual([]);
});

test('contacts and currencies', () => {
  expect(readContact('email', 'Write to a.b+c@harbour.example, please')?.value).toBe('a.b+c@harbour.example');
  expect(readContact('url', 'see www.harbour.example/quay.')?.value).toBe('www.harbour.example/quay');
  expect(readContact('phone', 'Tel. +49 (40) 1234-567')?.value).toBe('+49 (40) 1234-567');
  expect(readContact('phone', '03.02.2031')).toBeUndefined();
  expect(readCurrency('12,00 €')?.value).toBe('EUR');
  expect(readCurrency('CHF 12.00')?.value).toBe('CHF');
  expect(readCurrency('twelve')).toBeUndefined();
});

test.each([
  ['14:05', '14:05:00'],
  ['from 2.05 pm to five', '14:05:00'],
  ['12:30 a.m.', '00:30:00'],
  ['08.15 Uhr', '08:15:00'],
  ['9h45', '09:45:00'],
  ['23:59:58', '23:59:58'],
])('%s is the time %s', (text, iso) => {
  expect(readTime(text)?.value).toBe(iso);
});

test('amounts and ratios are no times', () => {
  expect(['14.05', '25:10', '1:2', '12:345'].flatMap((text) => findTimes(text))).toEqual([]);
});

test('a pattern that goes back over a value again and again is given up, and that is told', () => {
  beginPatterns();
  const schema = { type: 'string', pattern: '^(a+)+$' } as const;
  expect(withinBounds(`${'a'.repeat(40)}!`, schema)).toBe(false);
  expect(withinBounds('aaa', { type: 'string', pattern: '^a+$' })).toBe(true);
  expect(patternWarnings()).toEqual([expect.stringContaining('of the schema took too long')]);
  beginPatterns();
  expect(patternWarnings()).toEqual([]);
});
