import { createHash } from 'node:crypto';
import type { ImageCategory } from '../../../model/parse-result.ts';
import type { FoundImage, ImageSink } from '../reader.ts';

/** Gives pictures of a page that is read again the links that they have already, so that none is kept twice. */
export class RememberedImages implements ImageSink {
  readonly #inner: ImageSink;
  readonly #links = new Map<string, { readonly all: (string | undefined)[]; next: number }>();

  constructor(inner: ImageSink) {
    this.#inner = inner;
  }

  keeps(category: ImageCategory): boolean {
    return this.#inner.keeps(category);
  }

  get inlines(): boolean {
    return this.#inner.inlines;
  }

  get wantsEmbedded(): boolean {
    return this.#inner.wantsEmbedded;
  }

  save(image: FoundImage): string | undefined {
    const digest = createHash('sha256').update(image.bytes).digest('base64');
    const key = `${image.pageNumber} ${image.category} ${digest}`;
    const known = this.#links.get(key);
    if (known && known.next < known.all.length) {
      known.next += 1;
      return known.all[known.next - 1];
    }
    const link = this.#inner.save(image);
    if (known) {
      known.all.push(link);
      known.next += 1;
    } else this.#links.set(key, { all: [link], next: 1 });
    return link;
  }

  /** From here on pages are read again. */
  rewind(): void {
    for (const links of this.#links.values()) links.next = 0;
  }

  /** Pages that follow are others. */
  forget(): void {
    this.#links.clear();
  }
}
