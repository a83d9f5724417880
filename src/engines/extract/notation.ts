import type { ParsedDocument } from './parsed-document.ts';
import { dateOrderOf } from './values/dates.ts';
import { decimalSignOf } from './values/numbers.ts';
import type { Notation } from './values/read-value.ts';

/** Segments that are looked at to learn how a document writes: the rest of a long one does not differ. */
const ENOUGH = 20_000;

/** How a document writes numbers and dates, by what in it can be read in one way only. */
export function notationOf(document: ParsedDocument): Notation {
  const texts = document.pages
    .flatMap((page) => page.lines.flatMap((line) => line.segments.map((segment) => segment.text)))
    .slice(0, ENOUGH);
  const decimalSign = decimalSignOf(texts);
  const dollars = texts.filter((text) => /\$|\bUSD?\b|, [A-Z]{2} \d{5}\b/.test(text)).length;
  const likely = dollars > 0 && decimalSign === '.' ? 'month_first' : 'day_first';
  return { decimalSign, dateOrder: dateOrderOf(texts, likely) };
}
