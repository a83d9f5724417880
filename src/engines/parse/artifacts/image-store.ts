import { createHash } from 'node:crypto';
import type { ArtifactOptions } from '../../../model/parse-options.ts';
import type { ImageCategory, StoredImage } from '../../../model/parse-result.ts';
import type { PackWriter } from '../pack-writer.ts';
import type { FoundImage, ImageSink } from '../reader.ts';
import { imageTypeOf, type ImageType } from './image-type.ts';

/** Contract 1.5: pictures of a category that are kept of a page. */
export const MOST_IMAGES_PER_PAGE = 35;
/** Bytes of pictures that a document's markdown may carry as data URIs, before they are encoded. */
const MOST_INLINE_BYTES = 16 * 1024 * 1024;

/** What a picture is called: `img_p3_1.png`, `layout_p3_1.png`, `page_3.png`. */
const PREFIXES: Readonly<Record<ImageCategory, string>> = {
  embedded: 'img_p',
  layout: 'layout_p',
  screenshot: 'page_',
};

/** Puts pictures into the pack: their bytes once each, however often they stand in the document, and a list of them. */
export class ImageStore implements ImageSink {
  readonly inlines: boolean;
  readonly #options: ArtifactOptions;
  readonly #writer: PackWriter;
  readonly #warn: (sentence: string) => void;
  /** Pictures of a category on a page so far. */
  readonly #counts = new Map<string, number>();
  /** Where a picture with these bytes begins. */
  readonly #places = new Map<string, number>();
  #index = 0;
  #inlineLeft = MOST_INLINE_BYTES;
  #warned = new Set<string>();

  constructor(options: ArtifactOptions, writer: PackWriter, warn: (sentence: string) => void) {
    this.#options = options;
    this.#writer = writer;
    this.#warn = warn;
    this.inlines = options.inlineImages;
  }

  keeps(category: ImageCategory): boolean {
    return this.#options.imagesToSave.has(category);
  }

  get wantsEmbedded(): boolean {
    return this.inlines || this.keeps('embedded');
  }

  save(image: FoundImage): string | undefined {
    const inlined = this.inlines && image.category !== 'screenshot' && image.isLinked !== false;
    if (!inlined && !this.keeps(image.category)) return undefined;
    const type = imageTypeOf(image.bytes);
    if (!type) return undefined;
    const name = this.#name(image, type);
    if (name === undefined) return undefined;
    if (this.keeps(image.category)) this.#keep(image, name, type);
    const uri = inlined ? this.#dataUri(image.bytes, type) : undefined;
    return uri ?? (this.keeps(image.category) ? name : undefined);
  }

  #name({ pageNumber, category }: FoundImage, { extension }: ImageType): string | undefined {
    const prefix = `${PREFIXES[category]}${pageNumber}`;
    const count = (this.#counts.get(prefix) ?? 0) + 1;
    if (count > MOST_IMAGES_PER_PAGE) {
      this.#warnOnce(`A page has more than ${MOST_IMAGES_PER_PAGE} pictures: the others were left out.`);
      return undefined;
    }
    this.#counts.set(prefix, count);
    return category === 'screenshot' ? `${prefix}.${extension}` : `${prefix}_${count}.${extension}`;
  }

  #keep({ category, bytes, box }: FoundImage, filename: string, type: ImageType): void {
    const digest = createHash('sha256').update(bytes).digest('base64');
    let at = this.#places.get(digest);
    if (at === undefined) {
      at = this.#writer.part('image_bytes').addBytes(bytes);
      this.#places.set(digest, at);
    }
    const entry: StoredImage = {
      index: this.#index,
      filename,
      content_type: type.contentType,
      category,
      size_bytes: bytes.length,
      ...(box && {
        bbox: {
          x: Math.round(box.x),
          y: Math.round(box.y),
          w: Math.round(box.w),
          h: Math.round(box.h),
        },
      }),
      at,
    };
    this.#index += 1;
    this.#writer.part('images').addText(`${JSON.stringify(entry)}\n`);
  }

  #dataUri(bytes: Uint8Array, { contentType }: ImageType): string | undefined {
    if (bytes.length > this.#inlineLeft) {
      const megabytes = MOST_INLINE_BYTES / 1024 ** 2;
      this.#warnOnce(`The markdown carries ${megabytes} MB of pictures at most: the others are not in it.`);
      return undefined;
    }
    this.#inlineLeft -= bytes.length;
    return `data:${contentType};base64,${Buffer.from(bytes).toString('base64')}`;
  }

  #warnOnce(sentence: string): void {
    if (this.#warned.has(sentence)) return;
    this.#warned.add(sentence);
    this.#warn(sentence);
  }
}
