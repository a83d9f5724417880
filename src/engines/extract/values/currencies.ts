import type { ReadValue } from './read-value.ts';

const CODES =
  'EUR USD GBP CHF JPY CNY INR CAD AUD NZD SEK NOK DKK PLN CZK HUF RON BGN TRY BRL MXN ZAR SGD HKD KRW ILS AED SAR THB MYR IDR PHP VND ISK UAH RUB ARS CLP COP PEN EGP NGN KES MAD TND';
const CODE = new RegExp(String.raw`(?<![\p{L}])(?:${CODES.replaceAll(' ', '|')})(?![\p{L}])`, 'u');
const SIGNS: Readonly<Record<string, string>> = {
  '€': 'EUR',
  $: 'USD',
  '£': 'GBP',
  '₹': 'INR',
  '¥': 'JPY',
  '₩': 'KRW',
  '₺': 'TRY',
  '₪': 'ILS',
};
const NAMED: readonly (readonly [pattern: RegExp, code: string])[] = [
  [/\beuros?\b/i, 'EUR'],
  [/\bUS dollars?\b/i, 'USD'],
  [/\bpounds? sterling\b/i, 'GBP'],
  [/\bRs\.?(?=\s?\d)/, 'INR'],
];

/** A currency by its code, sign or name, as its ISO 4217 code. */
export function readCurrency(text: string): ReadValue | undefined {
  const code = CODE.exec(text);
  if (code) return { value: code[0], text: code[0], index: code.index, fit: 1 };
  for (const [sign, value] of Object.entries(SIGNS)) {
    const index = text.indexOf(sign);
    if (index >= 0) return { value, text: sign, index, fit: 0.9 };
  }
  for (const [pattern, value] of NAMED) {
    const match = pattern.exec(text);
    if (match) return { value, text: match[0], index: match.index, fit: 0.9 };
  }
  return undefined;
}
