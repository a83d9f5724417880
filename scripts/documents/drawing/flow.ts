import type { Pdf } from './pdf-file.ts';

/** A rectangle that text flows through, in points from the page's top left. */
export interface Region {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** The regions of a page in reading order; pages count from 1. */
export type PageFrame = (pageNumber: number) => readonly Region[];

/** Where the next line goes: content fills one region after the other, and pages are added as needed. */
export class Flow {
  readonly pdf: Pdf;
  /** Distance of the next line from the top of the page, in points. */
  y = 0;
  readonly #frame: PageFrame;
  #regions: readonly Region[] = [];
  #index = 0;
  #pageNumber = 0;

  constructor(pdf: Pdf, frame: PageFrame) {
    this.pdf = pdf;
    this.#frame = frame;
    this.newPage();
  }

  get region(): Region {
    const region = this.#regions[this.#index];
    if (!region) throw new RangeError(`The frame gives page ${this.#pageNumber} no region to write in.`);
    return region;
  }

  /** Points left in the region. */
  get room(): number {
    return this.region.y + this.region.height - this.y;
  }

  get pageNumber(): number {
    return this.#pageNumber;
  }

  newPage(): void {
    this.pdf.addPage();
    this.#pageNumber += 1;
    this.#regions = this.#frame(this.#pageNumber);
    this.#index = 0;
    this.y = this.region.y;
  }

  nextRegion(): void {
    if (this.#index + 1 >= this.#regions.length) return this.newPage();
    this.#index += 1;
    this.y = this.region.y;
  }

  /** Moves on unless `height` still fits. What is taller than an empty region stays, and runs over its end. */
  keep(height: number): void {
    if (height > this.room && this.y > this.region.y) this.nextRegion();
  }

  /** Leaves space, but none at the top of a region. */
  skip(height: number): void {
    if (this.y > this.region.y) this.y += height;
  }
}

/** A frame of `columns` equal columns inside the same margins on every page. */
export function columnsFrame(
  pdf: { readonly width: number; readonly height: number },
  margins: { readonly top: number; readonly bottom: number; readonly side: number },
  columns = 1,
  gap = 20,
): readonly Region[] {
  const width = (pdf.width - 2 * margins.side - gap * (columns - 1)) / columns;
  return Array.from({ length: columns }, (_, index) => ({
    x: margins.side + index * (width + gap),
    y: margins.top,
    width,
    height: pdf.height - margins.top - margins.bottom,
  }));
}

/** Paper sizes in points, upright. */
export const A4 = { width: 595.28, height: 841.89 } as const;
export const LETTER = { width: 612, height: 792 } as const;
