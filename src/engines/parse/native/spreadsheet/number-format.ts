import { dateText } from './date-format.ts';
import { decimalText, generalText } from './decimal-format.ts';
import { formatSections, type FormatSection } from './format-tokens.ts';

/** A number as a spreadsheet shows it. */
export interface ShownNumber {
  readonly text: string;
  /** The number stands for a date or a time, so that it says nothing by itself. */
  readonly isDate: boolean;
}
export type NumberFormat = (value: number) => ShownNumber;

/** Formats that files name by number only (ECMA-376 part 1, 18.8.30), as an American installation shows them. */
export const BUILT_IN_FORMATS: Readonly<Record<number, string>> = {
  0: 'General', 1: '0', 2: '0.00', 3: '#,##0', 4: '#,##0.00', 5: '$#,##0_);($#,##0)', 6: '$#,##0_);($#,##0)',
  7: '$#,##0.00_);($#,##0.00)', 8: '$#,##0.00_);($#,##0.00)', 9: '0%', 10: '0.00%', 11: '0.00E+00', 12: '# ?/?',
  13: '# ??/??', 14: 'm/d/yyyy', 15: 'd-mmm-yy', 16: 'd-mmm', 17: 'mmm-yy', 18: 'h:mm AM/PM', 19: 'h:mm:ss AM/PM',
  20: 'h:mm', 21: 'h:mm:ss', 22: 'm/d/yyyy h:mm', 27: 'yyyy/m/d', 28: 'yyyy/m/d', 29: 'yyyy/m/d', 30: 'm/d/yy',
  31: 'yyyy/m/d', 32: 'h:mm', 33: 'h:mm:ss', 34: 'h:mm', 35: 'h:mm:ss', 36: 'yyyy/m/d', 37: '#,##0_);(#,##0)',
  38: '#,##0_);(#,##0)', 39: '#,##0.00_);(#,##0.00)', 40: '#,##0.00_);(#,##0.00)',
  41: '_(* #,##0_);_(* (#,##0);_(* "-"_);_(@_)', 42: '_($* #,##0_);_($* (#,##0);_($* "-"_);_(@_)',
  43: '_(* #,##0.00_);_(* (#,##0.00);_(* "-"??_);_(@_)', 44: '_($* #,##0.00_);_($* (#,##0.00);_($* "-"??_);_(@_)',
  45: 'mm:ss', 46: '[h]:mm:ss', 47: 'mm:ss.0', 48: '##0.0E+0', 49: '@', 50: 'yyyy/m/d', 51: 'yyyy/m/d',
  52: 'yyyy/m/d', 53: 'yyyy/m/d', 54: 'yyyy/m/d', 55: 'h:mm', 56: 'h:mm:ss', 57: 'yyyy/m/d', 58: 'yyyy/m/d',
}; // prettier-ignore

/** Makes a format of its code. @param date1904 the workbook counts days from 1904 instead of 1900 */
export function numberFormat(code: string, date1904 = false): NumberFormat {
  const sections = formatSections(code);
  return (value) => {
    if (!Number.isFinite(value)) return { text: String(value), isDate: false };
    const { section, signed } = choose(sections, value);
    const isDate = section.tokens.some((token) => token.kind === 'date' || token.kind === 'elapsed');
    if (isDate) {
      const text = dateText(section.tokens, value, date1904);
      return { text: text ?? generalText(value), isDate: text !== undefined };
    }
    const text = decimalText(section.tokens, Math.abs(value)).trim();
    const isNegative = signed && value < 0 && /[1-9]/.test(text);
    return { text: isNegative ? `-${text}` : text, isDate: false };
  };
}

/** The section for a number, and whether the number's sign still has to be shown. */
function choose(
  sections: readonly FormatSection[],
  value: number,
): { section: FormatSection; signed: boolean } {
  const none: FormatSection = { tokens: [{ kind: 'general' }] };
  const numeric = sections.length > 3 ? sections.slice(0, 3) : sections;
  const [first = none, second, third] = numeric;
  if (numeric.some((section) => section.applies)) {
    const own = numeric.find((section) => section.applies?.(value) ?? false);
    const rest = numeric.findLast((section) => !section.applies && !section.tokens.some(isText));
    return { section: own ?? rest ?? none, signed: true };
  }
  if (value < 0 && second && !second.tokens.some(isText)) return { section: second, signed: false };
  if (value === 0 && third && !third.tokens.some(isText)) return { section: third, signed: false };
  return { section: first, signed: true };
}

function isText(token: { readonly kind: string }): boolean {
  return token.kind === 'text';
}
