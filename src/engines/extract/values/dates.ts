/** Which comes first where a date is written in digits and that is not clear from itself. */
export type DateOrder = 'day_first' | 'month_first';

export interface FoundDate {
  /** `2026-01-31`. */
  readonly iso: string;
  readonly text: string;
  readonly index: number;
}

const MONTHS: readonly string[] = [
  'jan januar janvier enero gennaio',
  'feb februar fevrier febrero febbraio',
  'mar mars maart marz maerz marzo mrz mär',
  'apr avr avril abril aprile',
  'may mai mayo maggio mei',
  'jun juin junio giugno juni',
  'jul juil juillet julio luglio juli',
  'aug aou aout août agosto',
  'sep sept septembre septiembre settembre',
  'oct okt oktober octobre octubre ottobre',
  'nov novembre noviembre',
  'dec dez dezember decembre diciembre dicembre',
];
const MONTH_BY_STEM = new Map<string, number>();
for (const [index, names] of MONTHS.entries()) {
  for (const name of names.split(' ')) MONTH_BY_STEM.set(stem(name), index + 1);
}

const WORD = String.raw`\p{L}{3,10}`;
const PATTERNS: readonly {
  readonly pattern: RegExp;
  readonly parts: readonly ('y' | 'm' | 'd' | 'a' | 'b' | 'w')[];
}[] = [
  { pattern: /(?<![\d-])(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?![\d-])/gu, parts: ['y', 'm', 'd'] },
  {
    pattern: /(?<![\d./-])(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4}|\d{2})(?![\d./]|-\d)/gu,
    parts: ['a', 'w', 'b', 'y'],
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\d])(\d{1,2})(?:st|nd|rd|th|er|\.)?[\s-]?(?:of |de |d')?\s?(${WORD})\.?,?[\s-]*(\d{4}|\d{2}(?![\d:]))(?!\d)`,
      'giu',
    ),
    parts: ['d', 'm', 'y'],
  },
  {
    pattern: new RegExp(
      String.raw`(?<![\p{L}])(${WORD})\.?\s?(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})(?!\d)`,
      'giu',
    ),
    parts: ['m', 'd', 'y'],
  },
];

/** The days in a text, from left to right, each written as ISO 8601 says. What the calendar does not have is none. */
export function findDates(text: string, order: DateOrder): FoundDate[] {
  if (text.length > 2_000 || !/\d/.test(text)) return [];
  const found: FoundDate[] = [];
  for (const { pattern, parts } of PATTERNS) {
    for (const match of text.matchAll(pattern)) {
      const iso = readDate(match.slice(1), parts, order);
      const end = match.index + match[0].length;
      const taken = found.some((one) => match.index < one.index + one.text.length && one.index < end);
      if (iso !== undefined && !taken) found.push({ iso, text: match[0], index: match.index });
    }
  }
  return found.toSorted((a, b) => a.index - b.index);
}

function readDate(
  groups: readonly (string | undefined)[],
  parts: readonly ('y' | 'm' | 'd' | 'a' | 'b' | 'w')[],
  order: DateOrder,
): string | undefined {
  const values: Partial<Record<'y' | 'm' | 'd' | 'a' | 'b', number>> = {};
  let point = false;
  for (const [index, part] of parts.entries()) {
    const text = groups[index] ?? '';
    if (part === 'w') point = text === '.';
    else if (part === 'm' && !/^\d/.test(text)) values.m = MONTH_BY_STEM.get(stem(text)) ?? 0;
    else values[part] = part === 'y' && text.length === 2 ? century(Number(text)) : Number(text);
  }
  const { a, b } = values;
  if (a !== undefined && b !== undefined) {
    const dayFirst = a > 12 || (b <= 12 && (point || order === 'day_first'));
    [values.d, values.m] = dayFirst ? [a, b] : [b, a];
  }
  const { y = 0, m = 0, d = 0 } = values;
  if (y < 1800 || y > 2200) return undefined;
  const day = new Date(Date.UTC(y, m - 1, d));
  if (day.getUTCMonth() !== m - 1 || day.getUTCDate() !== d) return undefined;
  return day.toISOString().slice(0, 10);
}

/** Two digits mean a year of the last seven decades or the next three. */
function century(year: number): number {
  return year < 60 ? 2000 + year : 1900 + year;
}

function stem(name: string): string {
  const folded = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '');
  if (folded.startsWith('juin') || folded.startsWith('juil')) return folded.slice(0, 4);
  return folded.slice(0, 3);
}

/** What the dates of a document that can be read in one way only say about the others. */
export function dateOrderOf(texts: Iterable<string>, likely: DateOrder): DateOrder {
  let dayFirst = 0;
  let monthFirst = 0;
  for (const text of texts) {
    if (text.length > 400) continue;
    for (const [, a, , b] of text.matchAll(
      /(?<![\d./-])(\d{1,2})([/-])(\d{1,2})\2(?:\d{4}|\d{2})(?![\d/])/g,
    )) {
      if (Number(a) > 12 && Number(b) <= 12) dayFirst += 1;
      if (Number(b) > 12 && Number(a) <= 12) monthFirst += 1;
    }
  }
  if (dayFirst === monthFirst) return likely;
  return dayFirst > monthFirst ? 'day_first' : 'month_first';
}
