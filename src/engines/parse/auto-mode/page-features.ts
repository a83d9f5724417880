import type { Item, ReadPage } from '../../../model/document.ts';
import type { CountedThing, PageElement } from '../../../model/auto-mode.ts';

/** Counting stops at so many signs of a page. */
const LONGEST_COUNTED = 1_000_000;

/** What rules of the auto mode ask about a page that was read; each is found out once, and only when asked for. */
export class PageFeatures {
  readonly page: ReadPage;
  readonly #counts = new Map<CountedThing, number>();

  constructor(page: ReadPage) {
    this.page = page;
  }

  /** A page that was read from its picture is one. */
  get fullPageImageShare(): number {
    if (this.page.source === 'ocr') return 1;
    const area = this.page.width * this.page.height;
    const shares = this.page.items.map((item) => {
      const box = item.type === 'image' ? item.boxes[0] : undefined;
      return box && area > 0 ? (box.w * box.h) / area : 0;
    });
    return Math.max(0, ...shares);
  }

  get hasImage(): boolean {
    return this.page.source === 'ocr' || this.has('image');
  }

  has(element: PageElement): boolean {
    return this.page.items.some((item) => item.type === element);
  }

  holds(text: string): boolean {
    const spaced = (whole: string) => whole.replaceAll(/\s+/g, ' ');
    return this.page.markdown.includes(text) || spaced(this.page.text).includes(spaced(text));
  }

  /** Undefined for what cannot be told apart here. */
  count(what: CountedThing): number | undefined {
    if (what === 'charts') return undefined;
    const known = this.#counts.get(what);
    if (known !== undefined) return known;
    const count = this.#count(what);
    this.#counts.set(what, count);
    return count;
  }

  #count(what: Exclude<CountedThing, 'charts'>): number {
    const text = this.page.text.slice(0, LONGEST_COUNTED);
    const items = (isCounted: (item: Item) => boolean) => this.page.items.filter(isCounted).length;
    switch (what) {
      case 'words':
        return text.match(/\S+/g)?.length ?? 0;
      case 'lines':
        return text.split('\n').filter((line) => line.trim() !== '').length;
      case 'images':
        return items((item) => item.type === 'image');
      case 'tables':
        return items((item) => item.type === 'table');
      case 'links':
        return items((item) => item.type === 'link');
      case 'layout_elements':
        return items((item) => item.type !== 'link');
      case 'numbers':
        return [...text.matchAll(NUMBER)].length;
      case 'percent_numbers':
        return [...text.matchAll(NUMBER)].filter(({ 0: number, index }) => {
          return /^\s?%/.test(text.slice(index + number.length, index + number.length + 2));
        }).length;
    }
  }
}

const NUMBER = /\d+(?:[.,]\d+)*/g;
