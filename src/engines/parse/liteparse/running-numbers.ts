/** The numbers of a line that is the same on several pages but for its numbers. */
export interface NumberedPage {
  readonly pageNumber: number;
  readonly text: string;
}

const PAGE_WORD =
  /(?<!\p{L})(?:page(?:id)?|pg|p|seite|página|pagina|side|sida|strana|strona|стр|страница|folio|sheet|blatt|slide)[.:]?\s*(?:no|nr|#)?[.:]?\s*$/iu;
const IDENTIFIER_WORD =
  /(?:(?<!\p{L})(?:number|no|nr|num|nummer|numéro|número|numero)|n[°º]|№|#)\s*[.:]?\s*$/iu;
const OF = '(?:\\/|of|von|de|di|sur|van|av|af|z|из)';
/** `3 of 12`, but not `10/05/2024`. */
const TOTAL_AHEAD = new RegExp(`^\\s*${OF}\\s*(\\d+)(?!\\d|\\s*[/.,-]\\s*\\d)`, 'iu');
const PART_BEFORE = new RegExp(`(?<![\\d/.,-])(\\d+)\\s*${OF}\\s*$`, 'iu');
/** A page number without a sign that sets it off is at most so far from the page's place in the document. */
const MOST_UNNUMBERED = 20;
/** Numbers are compared with those of pages at most so far away. */
const NEAR_PAGES = 16;
/** Chapters are numbered up to here. */
const MOST_CHAPTERS = 99;

interface Slot {
  readonly value: string;
  readonly before: string;
  readonly after: string;
}

/**
 * Whether numbers tell the pages of a repeated text apart, such as the number of an invoice, a date or an amount:
 * numbers that change from page to page and are no page numbers, chapters or times of day. Such a text is content,
 * although it looks the same on every page.
 * @param own the text in question
 * @param others the same text, but for its numbers, on other pages
 */
export function numbersTell(own: NumberedPage, others: readonly NumberedPage[]): boolean {
  const near = others.filter(({ pageNumber }) => {
    const distance = Math.abs(pageNumber - own.pageNumber);
    return distance > 0 && distance <= NEAR_PAGES;
  });
  const pages = [own, ...near].toSorted((a, b) => a.pageNumber - b.pageNumber);
  if (pages.every((page) => page.text === own.text)) return false;
  const values = pages.map((page) => ({ pageNumber: page.pageNumber, slots: slotsOf(page.text) }));
  return slotsOf(own.text).some((slot, index) => {
    const series = values.flatMap(({ pageNumber, slots }) => {
      const value = slots[index]?.value;
      return value === undefined ? [] : [{ pageNumber, value }];
    });
    if (series.every(({ value }) => value === slot.value)) return false;
    return !isPageNumber(slot, own.pageNumber, series) && !isChapter(slot, series) && !isTime(slot);
  });
}

function slotsOf(text: string): Slot[] {
  return [...text.matchAll(/\d+/g)].map((match) => {
    const [value] = match;
    return { value, before: text.slice(0, match.index), after: text.slice(match.index + value.length) };
  });
}

interface Step {
  readonly pageNumber: number;
  readonly value: string;
}

function isPageNumber(slot: Slot, pageNumber: number, series: readonly Step[]): boolean {
  const { value, before, after } = slot;
  if (PAGE_WORD.test(before) || isPartOfTotal(slot)) return true;
  if (isBare(slot)) return true;
  if (!mostSteps(series, (pages, values) => pages === values) || IDENTIFIER_WORD.test(before)) return false;
  // Set off by a sign or a gap, or behind letters that belong to it: `Report | 4711`, `ABC004711`.
  const isSetOff = before === '' || /[|–—•·]\s*$|(?<!\d)\/\s*$|\s{2,}$|^\p{L}+$/u.test(before);
  const isSetOffAhead = after === '' || /^\s*[|–—•·]|^\s*\/(?!\d)|^\s{2,}/u.test(after);
  if (isSetOff && isSetOffAhead) return true;
  const offset = Math.abs(Number(value) - pageNumber);
  if (/[.,:/-]$/.test(before) || /^[.,:/-]\d/.test(after)) return false;
  return offset === 0 || (offset <= MOST_UNNUMBERED && (before === '' || after === ''));
}

function isPartOfTotal({ value, before, after }: Slot): boolean {
  const total = TOTAL_AHEAD.exec(after)?.[1];
  if (total !== undefined && !/[\d.,/-]$/.test(before)) return Number(value) <= Number(total);
  const part = PART_BEFORE.exec(before)?.[1];
  return part !== undefined && !/^[/.,-]?\d/.test(after) && Number(part) <= Number(value);
}

/** `12`, `- 12 -`, `[12]` and `3-12`, but no amount and no date. */
function isBare({ value, before, after }: Slot): boolean {
  const text = `${before}${value}${after}`;
  return !/\p{L}/u.test(text) && !/\d[.,:]\d/.test(text) && (text.match(/\d+/g) ?? []).length <= 2;
}

/** `Chapter 3` on the pages of that chapter. */
function isChapter({ value }: Slot, series: readonly Step[]): boolean {
  return Number(value) <= MOST_CHAPTERS && mostSteps(series, (_, values) => values === 0);
}

/** Of a clock: pages are printed one after the other. */
function isTime({ before, after }: Slot): boolean {
  return /\d{1,2}:$/.test(before) || /^:\d\d/.test(after);
}

function mostSteps(series: readonly Step[], fits: (pages: number, values: number) => boolean): boolean {
  let fitting = 0;
  for (const [index, step] of series.entries()) {
    const last = series[index - 1];
    if (last && fits(step.pageNumber - last.pageNumber, Number(step.value) - Number(last.value)))
      fitting += 1;
  }
  return fitting * 2 >= series.length - 1 && fitting > 0;
}
