import { LiteParse, type ParsedPage, type TextItem, type WordBox } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { DocumentSource } from './document-source.ts';
import { around } from './geometry.ts';
import { layOutAgain } from './lay-out-words.ts';
import { pageChoice, wordPlacesConfig } from './lite-config.ts';
import { isSpaced, joinSpaced } from './spaced-letters.ts';
import { wantsWords } from './word-boxes.ts';

/**
 * Words that a text layer breaks: typesetters place letters one group after the other, and PDFium takes a step between
 * two groups for a blank though nothing is between them (`chapt er`, `langu age`). The places of the words tell: such
 * blanks have no width, and those between words have.
 */

/** A page with fewer fragments than this, or a smaller share of its words, is taken at its word. */
const FEWEST_FRAGMENTS = 4;
const LEAST_SHARE = 0.01;
const LONGEST_FRAGMENT = 3;
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

/** Pages by their numbers. */
type Pages = ReadonlyMap<number, ParsedPage>;

/** What is known of the words of a document; only pages that look broken are read again, with the places of words. */
export class BrokenWords {
  #sound = 0;
  #fewest = FEWEST_FRAGMENTS;

  /** Joins what a text layer has broken. Pages whose words are whole come back as they are. */
  async join(pages: Pages, source: DocumentSource, options: ParseOptions): Promise<Pages> {
    const before = this.#fewest;
    const joined = await this.#joinSuspects(pages, source, options);
    // What breaks words does so on every page, also on those before the one that showed it.
    return this.#fewest === before ? joined : this.#joinSuspects(joined, source, options);
  }

  async #joinSuspects(pages: Pages, source: DocumentSource, options: ParseOptions): Promise<Pages> {
    const suspects = [...pages].filter(
      ([, { textItems }]) => this.#suspects(textItems) || textItems.some(isSpaced),
    );
    if (suspects.length === 0) return pages;
    const located = await locateWords(new Map(suspects), source, options);
    const joined = new Map(pages);
    for (const [number, page] of suspects) {
      const items = this.#joinItems(located.get(number) ?? page.textItems);
      if (items.some(({ text }, index) => text !== page.textItems[index]?.text))
        joined.set(number, layOutAgain(page, items, options));
    }
    return joined;
  }

  #suspects(items: readonly TextItem[]): boolean {
    return this.#sound < CHECKS_THAT_CONVINCE && looksBroken(items, this.#fewest);
  }

  #joinItems(items: readonly TextItem[]): readonly TextItem[] {
    if (!this.#suspects(items)) return items.map(joinSpaced);
    const joined = joinWords(items, this.#fewest);
    if (joined) {
      this.#fewest = 1;
      this.#sound = Number.NEGATIVE_INFINITY;
    } else this.#sound += 1;
    return (joined ?? items).map(joinSpaced);
  }
}

function looksBroken(items: readonly TextItem[], fewest: number): boolean {
  let words = 0;
  let fragments = 0;
  for (const { text } of items) {
    // Every page comes through here, so no list of its words is made.
    for (let start = 0; start <= text.length;) {
      const blank = text.indexOf(' ', start);
      const end = blank < 0 ? text.length : blank;
      words += 1;
      if (end - start <= LONGEST_FRAGMENT && FRAGMENT.test(text.slice(start, end))) fragments += 1;
      start = end + 1;
    }
  }
  return fragments >= fewest && (fewest < FEWEST_FRAGMENTS || fragments >= words * LEAST_SHARE);
}

/** Runs of text of pages with their words; without them where a second look does not find the same. */
async function locateWords(
  pages: Pages,
  source: DocumentSource,
  options: ParseOptions,
): Promise<ReadonlyMap<number, readonly TextItem[]>> {
  if (wantsWords(options)) return new Map([...pages].map(([number, { textItems }]) => [number, textItems]));
  try {
    const choice = pageChoice({ pages: [...pages.keys()] });
    const again = await new LiteParse({ ...wordPlacesConfig(options), ...choice }).parse(
      source.locate(1).path,
    );
    return new Map(
      again.pages.map(({ pageNum, textItems }) => [pageNum, withWordsOf(textItems, pages.get(pageNum))]),
    );
  } catch {
    return new Map();
  }
}

function withWordsOf(again: readonly TextItem[], page: ParsedPage | undefined): readonly TextItem[] {
  return (page?.textItems ?? []).map((item, index) => {
    const { text, words = [] } = again[index] ?? { text: '' };
    return text === item.text ? { ...item, words } : item;
  });
}

/** A run of text with the blanks before its words, in sizes of print; of those that are between letters. */
interface Measured {
  readonly item: TextItem;
  readonly blanks: ReadonlyMap<number, number>;
}

/**
 * @param fewest fragments that false blanks must have made
 * @returns undefined where the blanks do not show that words were broken
 */
export function joinWords(items: readonly TextItem[], fewest = FEWEST_FRAGMENTS): TextItem[] | undefined {
  const runs = items.map(measure);
  const widths = runs.flatMap(({ blanks }) => [...blanks.values()]);
  const widest = widestBreak(widths);
  if (widest === undefined) return undefined;
  const isBreak = (width: number | undefined): boolean =>
    width !== undefined && width <= widest && width >= NARROWEST_BREAK;
  const { all, made } = countFragments(runs, isBreak);
  if (made < Math.max(fewest, all * EXPLAINED)) return undefined;
  const breaks = widths.filter(isBreak);
  const isNarrow = breaks.some((width) => width > NO_WIDTH);
  if (made < breaks.length * (isNarrow ? MADE.narrow : MADE.noWidth)) return undefined;
  return runs.map(({ item, blanks }) => {
    const places = [...blanks.keys()].filter((behind) => isBreak(blanks.get(behind)));
    return places.length > 0 ? joinAt(item, new Set(places)) : item;
  });
}

/** Fragments that have a word beside them, and those that a false blank has made. */
function countFragments(
  runs: readonly Measured[],
  isBreak: (width: number | undefined) => boolean,
): { all: number; made: number } {
  let [all, made] = [0, 0];
  for (const { item, blanks } of runs) {
    for (const [index, { text }] of (item.words ?? []).entries()) {
      const beside = [blanks.get(index), blanks.get(index + 1)];
      if (beside.every((width) => width === undefined) || !FRAGMENT.test(text.replace(CLOSING, ''))) continue;
      all += 1;
      if (beside.some(isBreak)) made += 1;
    }
  }
  return { all, made };
}

const CLOSING = /[.,;:!?)]+$/;

function measure(item: TextItem): Measured {
  const { words = [], width, height, rotation = 0 } = item;
  const isUpright = rotation % 180 === 0;
  // Sizes of fonts are not to be relied on where the text is scaled.
  const size = isUpright ? height : width;
  const blanks = new Map<number, number>();
  if (rotation % 90 !== 0 || size <= 0) return { item, blanks };
  for (const [behind, word] of words.entries()) {
    const before = words[behind - 1];
    if (!before || !LETTER_AT_END.test(before.text) || !LETTER_AT_START.test(word.text)) continue;
    const gap = isUpright
      ? gapBetween(before.x, before.width, word.x, word.width)
      : gapBetween(before.y, before.height, word.y, word.height);
    blanks.set(behind, gap / size);
  }
  return { item, blanks };
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
