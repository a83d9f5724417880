import type { BandedPage } from './running-bands.ts';

const NUMBER = '(\\d{1,5}|[ivxlcdm]{1,7}|[A-Z]{1,3}-\\d{1,4})';
const PAGE = '(?:page|pg\\.?|p\\.|seite|página|pagina|side|sida|strana|strona|стр\\.?|страница)';
const OF = '(?:/|of|von|de|di|sur|van|av|af|z|из)';
/** A line that is nothing but a page number: `7`, `- 7 -`, `Page 7`, `7 / 12`, `Seite 7 von 12`, `[7]`, `ES-8`. */
const BARE = new RegExp(`^[-–—[(|\\s]*${PAGE}?\\s*${NUMBER}\\s*(?:${OF}\\s*\\d{1,5})?[-–—\\])|\\s]*$`, 'iu');
const NAMED = new RegExp(`(?<!\\p{L})${PAGE}\\s+(\\d{1,5}|[ivxlcdm]{1,7})(?![\\p{L}\\d])`, 'iu');
const OF_TOTAL = new RegExp(`(?:^|\\s)(\\d{1,5})\\s?/\\s?\\d{1,5}$`, 'u');
/** At an end of a running line: `Annual report 2024    17`. */
const AT_END = /(?:^(\d{1,4})\s+\p{L}.*|.*[^.,:/-]\s+(\d{1,4}))$/u;
const YEAR = /^(?:19|20)\d\d$/;

/** The number printed in the page's footer or header; else the document's own label for the page. */
export function printedPageNumber(bands: BandedPage, label: string | undefined): string | undefined {
  const lines = [...bands.footer.toReversed(), ...bands.header].map((line) => line.text.trim());
  for (const line of lines) {
    const match = BARE.exec(line) ?? NAMED.exec(line) ?? OF_TOTAL.exec(line);
    if (match?.[1]) return match[1];
  }
  for (const line of lines) {
    const match = AT_END.exec(line);
    const number = match?.[1] ?? match?.[2];
    // A year is more likely a date than a page.
    if (number && !YEAR.test(number)) return number;
  }
  return label;
}
