/** How a document writes numbers: which sign separates decimals. */
export type DecimalSign = '.' | ',';

export interface FoundNumber {
  readonly value: number;
  /** As written, sign and currency included. */
  readonly text: string;
  readonly index: number;
  /** A sign or code of a currency stands with it. */
  readonly hasCurrency: boolean;
  /** Digits after the decimal sign. */
  readonly decimals: number;
  readonly isPercent: boolean;
}

const CURRENCY = String.raw`(?:[$€£¥₹]|US\$|(?:EUR|USD|GBP|CHF|INR|JPY|CAD|AUD|SEK|NOK|DKK|PLN|CZK|Rs)\b\.?)`;
const DIGITS = String.raw`(?:\d{1,3}(?:[.,'’   ]\d{3})+(?:[.,]\d{1,6})?|\d+(?:[.,]\d{1,6})?|[.,]\d{1,6})`;
const NUMBER = new RegExp(
  String.raw`(?<![\p{L}\d.,/_-])(?<!\d:)(?:(\()\s?)?([-–−+])?\s?(${CURRENCY})?\s?([-–−])?(${DIGITS})(?![\d]|[.,:/]\d|-\d)\s?([-–−](?![\p{L}\d]))?\s?(${CURRENCY}|%)?\s?(\))?`,
  'giu',
);

/** The numbers in a text, from left to right. Digits inside words, dates and times are none. */
export function findNumbers(text: string, decimalSign: DecimalSign): FoundNumber[] {
  const found: FoundNumber[] = [];
  if (text.length > 2_000) return found;
  for (const match of text.matchAll(NUMBER)) {
    const [whole, open, before, currency, minus, digits = '', after, suffix, close] = match;
    const end = text[match.index + whole.trimEnd().length];
    if (suffix === undefined && end !== undefined && /[\p{L}\d]/u.test(end) && !/\s$/.test(whole)) continue;
    const size = readDigits(digits, decimalSign);
    if (size === undefined) continue;
    const negative =
      /[-–−]/.test(`${before ?? ''}${minus ?? ''}${after ?? ''}`) ||
      (open !== undefined && close !== undefined);
    found.push({
      value: negative ? -size.value : size.value,
      text: whole.trim(),
      index: match.index + (whole.length - whole.trimStart().length),
      hasCurrency: currency !== undefined || (suffix !== undefined && suffix !== '%'),
      decimals: size.decimals,
      isPercent: suffix === '%',
    });
  }
  return found;
}

/** The size of what is written in digits; undefined where the signs in it cannot be a number's. */
function readDigits(
  digits: string,
  decimalSign: DecimalSign,
): { value: number; decimals: number } | undefined {
  const plain = digits.replace(/['’\s]/g, '');
  const lastDot = plain.lastIndexOf('.');
  const lastComma = plain.lastIndexOf(',');
  const last = Math.max(lastDot, lastComma);
  if (last < 0) return { value: Number(plain), decimals: 0 };
  const tail = plain.length - last - 1;
  const both = lastDot >= 0 && lastComma >= 0;
  const repeated = plain.indexOf(plain[last] ?? '') !== last;
  const grouped =
    tail === 3 && !both && (repeated || plain[last] !== decimalSign) && plain[0] !== '0' && last > 0;
  if (grouped) return { value: Number(plain.replace(/[.,]/g, '')), decimals: 0 };
  if (repeated) return undefined;
  const whole = plain.slice(0, last).replace(/[.,]/g, '');
  const value = Number(`${whole === '' ? '0' : whole}.${plain.slice(last + 1)}`);
  return Number.isFinite(value) ? { value, decimals: tail } : undefined;
}

/** The sign that separates decimals in most of a document's amounts; a point where nothing tells. */
export function decimalSignOf(texts: Iterable<string>): DecimalSign {
  let commas = 0;
  let points = 0;
  for (const text of texts) {
    if (text.length > 200) continue;
    commas += text.match(/\d,\d{2}(?![\d,.])/g)?.length ?? 0;
    points += text.match(/\d\.\d{2}(?![\d,.])/g)?.length ?? 0;
  }
  return commas > points ? ',' : '.';
}
