import type { TextItem } from '@llamaindex/liteparse';
import { groupIntoLines } from './geometry.ts';
import { lineText } from './line-text.ts';
import type { PageDraft } from './page-draft.ts';
import { type NumberedPage, numbersTell } from './running-numbers.ts';

/** Two pages are half of so many, the share from which on LiteParse lets a repeated line run. */
const MOST_PAGES_OF_WEAK = 4;

/** Equal for texts that differ in numbers only. */
export function keyOf(text: string): string {
  return text.toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
}

/** What the other pages say about a line at a page's edge. */
export interface LineEvidence {
  /** Whether other pages of the slice have the line, numbers aside. */
  readonly isRepeated: boolean;
  /** Whether just one other page has it, which LiteParse thinks enough in a slice of up to four pages. */
  readonly isWeak: boolean;
  /** Whether it reads the same on all of them. */
  readonly isSame: boolean;
  /** Whether its numbers tell the pages apart; see {@link numbersTell}. */
  readonly tells: boolean;
}

/**
 * Texts that stand at the same edge of several pages of a slice. LiteParse takes such for running lines, by the
 * slice and with two pages being enough, without regard to what their numbers say.
 */
export class BandEvidence {
  readonly #slicePages: number;
  readonly #pagesByKey: ReadonlyMap<string, readonly NumberedPage[]>;

  /** @param pages each page of the slice with the runs of text in its band */
  constructor(pages: readonly { readonly page: PageDraft; readonly items: readonly TextItem[] }[]) {
    const byKey = new Map<string, NumberedPage[]>();
    for (const { page, items } of pages) {
      const onPage = new Map<string, string>();
      for (const line of groupIntoLines(items)) {
        for (const text of [...line.map((item) => item.text.trim()), lineText(line)]) {
          const key = keyOf(text);
          if (!onPage.has(key)) onPage.set(key, text);
        }
      }
      for (const [key, text] of onPage) {
        const known = byKey.get(key);
        const one = { pageNumber: page.pageNumber, text };
        if (known) known.push(one);
        else byKey.set(key, [one]);
      }
    }
    for (const [key, seen] of byKey) if (seen.length < 2) byKey.delete(key);
    this.#pagesByKey = byKey;
    this.#slicePages = pages.length;
  }

  /** @param line the runs of text of a line, which numbers are set apart into by gaps */
  of(page: PageDraft, line: readonly TextItem[]): LineEvidence {
    const parts = line.map((item) => item.text.trim());
    const isKnown = parts.every((part) => this.#pagesByKey.has(keyOf(part)));
    const texts = isKnown ? parts : [lineText(line)];
    const seen = texts.map((text) => {
      return { text, pages: this.#pagesByKey.get(keyOf(text)) ?? [] };
    });
    const { pageNumber } = page;
    const fewest = Math.min(...seen.map(({ pages }) => pages.length));
    return {
      isRepeated: fewest > 1,
      isWeak: fewest === 2 && this.#slicePages <= MOST_PAGES_OF_WEAK,
      isSame: seen.every(({ text, pages }) => pages.every((other) => other.text === text)),
      tells: seen.some(({ text, pages }) => numbersTell({ pageNumber, text }, pages)),
    };
  }
}
