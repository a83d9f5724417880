import type { BandedPage } from './running-bands.ts';

const NUMBER = '(\\d{1,5}|[ivxlcdm]{1,7})';
/** A line that is nothing but a page number: `7`, `- 7 -`, `Page 7`, `p. 7`, `7 / 12`, `Page 7 of 12`, `[7]`. */
const BARE = new RegExp(`^[-–—\\[(|\\s]*(?:page|p\\.|pg\\.?)?\\s*${NUMBER}\\s*(?:(?:/|of)\\s*\\d{1,5})?[-–—\\])|\\s]*$`, 'i');
const NAMED = /\bpage\s+(\d{1,5}|[ivxlcdm]{1,7})\b/i;
/** At an end of a running line: `Annual report 2024    17`. A year is more likely a date than a page. */
const AT_END = /(?:^(\d{1,4})\s+\p{L}.*|.*[^\d.,:/-]\s+(\d{1,4}))$/u;

/** The number printed in the page's footer or header; else the document's own label for the page. */
export function printedPageNumber(bands: BandedPage, label: string | undefined): string | undefined {
  const lines = [...bands.footer.toReversed(), ...bands.header].map((line) => line.text.trim());
  for (const line of lines) {
    const match = BARE.exec(line) ?? NAMED.exec(line);
    if (match?.[1]) return match[1];
  }
  for (const line of lines) {
    const match = AT_END.exec(line);
    const number = match?.[1] ?? match?.[2];
    if (number && !/^(?:19|20)\d\d$/.test(number)) return number;
  }
  return label;
}
