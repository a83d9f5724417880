import { LiteParse, type ParsedPage, type Rect, type TextItem, type WordBox } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { layOutAgain } from './lay-out-words.ts';
import { pageChoice, wordPlacesConfig } from './lite-config.ts';
import { wantsWords } from './word-boxes.ts';

/**
 * Words that a text layer breaks: typesetters place letters one group after the other, and PDFium takes a step between
 * two groups for a blank though nothing is between them (`chapt er`, `langu age`). The places of the words tell: such
 * blanks have no width, and those between words have.
 */

/** A page with fewer fragments than this, or a smaller share of its words, is taken at its word. */
const FEWEST_FRAGMENTS = 4;
const LEAST_SHARE = 0.01;
/** Letters without a vowel that are no word of a language in Latin letters, but a unit, an ordinal or the like. */
const FRAGMENT =
  /^(?!(?:mm|cm|dm|km|kg|ml|dl|vs|pp|ft|lb|nd|rd|th|st|nr|hr|bzw|ggf)$)[b-df-hj-np-tv-xz]{1,3}$/;
/** Pages with fragments whose blanks were found wide before a document is not asked again: formulas, and Slavic `w`. */
const CHECKS_THAT_CONVINCE = 2;
/** In sizes of print: blanks that are none have no width, or a small one where the true ones are wide, ... */
const NARROWEST_BREAK = -0.15;
const NO_WIDTH = 0.1;
const WIDEST_BREAK = 0.25;
const WIDE = 0.4;
/** Beyond this are steps between columns, not blanks. */
const WIDEST_BLANK = 1.2;
/** ... and between them and the true ones is nothing for so long, and for such a part of what a true one has, ... */
const LEAST_DIFFERENCE = 0.08;
const LEAST_PART = 0.4;
/** ... but for such a share of all. */
const STRAYS = 0.01;
/** Of the fragments, those that a false blank must have made, and of such blanks those that made a fragment. */
const EXPLAINED = 0.5;
const MADE = { noWidth: 0.03, narrow: 0.25 };

/** What is known of the words of a document; only pages that look broken are read again, with the places of words. */
export class BrokenWords {
  #sound = 0;
  #fewest = FEWEST_FRAGMENTS;

  /** Joins what a text layer has broken. Pages whose words are whole come back as they are. */
  async join(page: ParsedPage, place: PagePlace, options: ParseOptions): Promise<ParsedPage> {
    if (this.#sound >= CHECKS_THAT_CONVINCE || !looksBroken(page.textItems, this.#fewest)) return page;
    const items = joinWords(await locateWords(page, place, options), this.#fewest);
    if (!items) {
      this.#sound += 1;
      return page;
    }
    // What breaks words does so on every page.
    this.#fewest = 1;
    this.#sound = Number.NEGATIVE_INFINITY;
    return layOutAgain(page, items, options);
  }
}

function looksBroken(items: readonly TextItem[], fewest: number): boolean {
  let words = 0;
  let fragments = 0;
  for (const { text } of items) {
    for (const word of text.split(' ')) {
      words += 1;
      if (word.length <= 3 && FRAGMENT.test(word)) fragments += 1;
    }
  }
  return fragments >= fewest && (fewest < FEWEST_FRAGMENTS || fragments >= words * LEAST_SHARE);
}

/** The page's runs of text with their words; without them where a second look does not find the same. */
async function locateWords(
  { textItems }: ParsedPage,
  place: PagePlace,
  options: ParseOptions,
): Promise<readonly TextItem[]> {
  if (wantsWords(options)) return textItems;
  try {
    const parser = new LiteParse({ ...wordPlacesConfig(options), ...pageChoice({ pages: [place.page] }) });
    const again = (await parser.parse(place.path)).pages[0]?.textItems ?? [];
    return textItems.map((item, index) => {
      const { text, words = [] } = again[index] ?? { text: '' };
      return text === item.text ? { ...item, words } : item;
    });
  } catch {
    return textItems;
  }
}

/** A blank between two words of a run. */
interface Blank {
  /** The word behind it, among the run's. */
  readonly behind: number;
  /** In sizes of print. */
  readonly width: number;
  readonly touchesFragment: boolean;
}

/**
 * @param fewest fragments that false blanks must have made
 * @returns undefined where the blanks do not show that words were broken
 */
export function joinWords(items: readonly TextItem[], fewest = FEWEST_FRAGMENTS): TextItem[] | undefined {
  const blanks = items.map(blanksOf);
  const all = blanks.flat();
  const widest = widestBreak(all.map(({ width }) => width));
  if (widest === undefined) return undefined;
  const isBreak = ({ width }: Blank): boolean => width <= widest && width >= NARROWEST_BREAK;
  const breaks = all.filter(isBreak);
  const suspects = all.filter(({ touchesFragment }) => touchesFragment);
  const made = suspects.filter(isBreak).length;
  if (made < Math.max(fewest, suspects.length * EXPLAINED)) return undefined;
  const isNarrow = breaks.some(({ width }) => width > NO_WIDTH);
  if (made < breaks.length * (isNarrow ? MADE.narrow : MADE.noWidth)) return undefined;
  return items.map((item, index) => {
    const places = (blanks[index] ?? []).filter(isBreak).map(({ behind }) => behind);
    return places.length > 0 ? joinAt(item, new Set(places)) : item;
  });
}

function blanksOf({ words = [], width, height, rotation = 0 }: TextItem): Blank[] {
  const isUpright = rotation % 180 === 0;
  // Sizes of fonts are not to be relied on where the text is scaled.
  const size = isUpright ? height : width;
  if (rotation % 90 !== 0 || size <= 0) return [];
  return words.flatMap((word, behind): Blank[] => {
    const before = words[behind - 1];
    if (!before || !LETTER_AT_END.test(before.text) || !LETTER_AT_START.test(word.text)) return [];
    const gap = isUpright
      ? gapBetween(before.x, before.width, word.x, word.width)
      : gapBetween(before.y, before.height, word.y, word.height);
    const touchesFragment = FRAGMENT.test(before.text) || FRAGMENT.test(word.text.replace(/[.,;:!?)]+$/, ''));
    return [{ behind, width: gap / size, touchesFragment }];
  });
}

function gapBetween(one: number, oneLength: number, other: number, otherLength: number): number {
  return Math.max(other - one - oneLength, one - other - otherLength);
}

const LETTER_AT_END = /[\p{L}\p{M}\p{N}]$/u;
const LETTER_AT_START = /^[\p{L}\p{N}]/u;

/** Where the blanks that are none end, if there is nearly nothing for a while between them and the true ones. */
function widestBreak(widths: readonly number[]): number | undefined {
  const sorted = widths
    .filter((width) => width >= NARROWEST_BREAK && width <= WIDEST_BLANK)
    .sort((a, b) => a - b);
  const strays = Math.floor(sorted.length * STRAYS);
  for (const [index, at] of sorted.entries()) {
    const next = sorted[index + 1 + strays];
    if (at > WIDEST_BREAK || next === undefined) return undefined;
    const isFarEnough = next - at >= Math.max(LEAST_DIFFERENCE, next * LEAST_PART);
    if (isFarEnough && (at <= NO_WIDTH || next >= WIDE)) return at + (next - at) / 2;
  }
  return undefined;
}

/** @param breaks places of words that belong to the one before */
function joinAt(item: TextItem, breaks: ReadonlySet<number>): TextItem {
  const words: WordBox[] = [];
  let text = '';
  let at = 0;
  for (const [index, word] of (item.words ?? []).entries()) {
    const start = item.text.indexOf(word.text, at);
    if (start < 0) return item;
    const between = item.text.slice(at, start);
    const last = words.at(-1);
    if (last && breaks.has(index) && between.trim() === '') {
      words[words.length - 1] = { ...around(last, word), text: last.text + word.text };
    } else {
      text += between;
      words.push(word);
    }
    text += word.text;
    at = start + word.text.length;
  }
  return { ...item, text: text + item.text.slice(at), words };
}

function around(one: Rect, other: Rect): Rect {
  const x = Math.min(one.x, other.x);
  const y = Math.min(one.y, other.y);
  const right = Math.max(one.x + one.width, other.x + other.width);
  const bottom = Math.max(one.y + one.height, other.y + other.height);
  return { x, y, width: right - x, height: bottom - y };
}
