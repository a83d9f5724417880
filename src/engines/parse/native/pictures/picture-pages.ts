import { imageTypeOf } from '../../artifacts/image-type.ts';
import { DocumentFailure } from '../../document-failure.ts';
import { blockText, flowPage, type FlowPage, type PlacedBlock } from '../../items/flow.ts';
import type { PictureBlock } from '../../items/picture.ts';
import type { PageReading, ReaderInput } from '../../reader.ts';
import { PictureBytes } from './picture-bytes.ts';
import { PictureReader } from './picture-reader.ts';
import { withPictures } from './pictures-in.ts';

/** A page with fewer letters than this for each of its pictures may be made of them. */
const LETTERS_PER_PICTURE = 100;
/** Even tables of short numbers have one letter or digit among so many signs. */
const SIGNS_PER_LETTER = 10;

/** What is wrong with a page's pictures, and what was read in them. */
interface PlacedPage {
  readonly blocks: PlacedBlock[];
  readonly confidences: number[];
  hasText: boolean;
  fault: string | undefined;
}

/**
 * Finishes the pages of a document that flows: takes out the pictures that somebody wants, and reads those that a page is
 * made of, such as scans in a text document. Nothing is unpacked otherwise.
 */
export class PicturePages {
  readonly #input: ReaderInput;
  readonly #bytes: PictureBytes;
  readonly #reader: PictureReader;
  /** Why pictures were not read, and how many. */
  readonly #unread = new Map<string, number>();
  #lost = 0;
  #pages = 0;

  constructor(input: ReaderInput) {
    this.#input = input;
    this.#bytes = new PictureBytes(input.path);
    this.#reader = new PictureReader(input);
  }

  async read(pages: readonly FlowPage[]): Promise<PageReading[]> {
    try {
      const readings: PageReading[] = [];
      for (const page of pages) readings.push(await this.#page(page));
      return readings;
    } finally {
      await this.#bytes.close();
    }
  }

  /** Finishes one page, by itself. @param isCover its picture says what is known: it is not read */
  async readOne(page: FlowPage, isCover = false): Promise<PageReading> {
    try {
      return await this.#page(page, isCover);
    } finally {
      await this.#bytes.close();
    }
  }

  /** Says what was not read, once for the document. */
  finish(): void {
    for (const [why, count] of this.#unread) {
      const pictures = count === 1 ? 'One picture' : `${count} pictures`;
      this.#input.warn(
        `${pictures} on pages with little other text may hold text that was not read: ${why}.`,
      );
    }
    if (this.#lost > 0)
      this.#input.warn(
        `${this.#lost === 1 ? 'One picture' : `${this.#lost} pictures`} of the document could not be taken out.`,
      );
    this.#unread.clear();
    this.#lost = 0;
  }

  async #page(page: FlowPage, isCover = false): Promise<PageReading> {
    const { options, images } = this.#input;
    this.#pages += 1;
    const blocks = withPictures(page.blocks);
    const pictures = blocks.filter(
      (block): block is PictureBlock => block.kind === 'image' && block.source !== undefined,
    );
    const mayRead = pictures.length > 0 && !isCover && !options.ignoreTextInImage;
    const reads = mayRead && isMadeOfPictures(blocks.slice(page.preamble), pictures.length);
    if (!images.wantsEmbedded && !reads) return { page: flowPage({ ...page, blocks }, options) };
    const placed: PlacedPage = { blocks: [], confidences: [], hasText: false, fault: undefined };
    for (const block of blocks) {
      if (block.kind === 'image' && block.source) await this.#place(block, page.pageNumber, reads, placed);
      else placed.blocks.push(block);
    }
    if (placed.fault !== undefined && options.failOnImageOcrError)
      return { fault: { pageNumber: page.pageNumber, error: placed.fault, isOcrFault: true } };
    const { confidences, hasText } = placed;
    const mean = confidences.reduce((sum, one) => sum + one, 0) / confidences.length;
    const told = hasText
      ? { source: 'ocr' as const, ...(confidences.length > 0 && { confidence: mean }) }
      : {};
    return { page: flowPage({ ...page, blocks: placed.blocks, ...told }, options) };
  }

  async #place(block: PictureBlock, pageNumber: number, reads: boolean, placed: PlacedPage): Promise<void> {
    const bytes = block.source && (await this.#bytes.read(block.source));
    if (bytes === undefined || typeof bytes === 'string') {
      placed.blocks.push(block);
      return this.#lose();
    }
    const url = this.#save(block, bytes, pageNumber);
    placed.blocks.push(url === undefined ? block : { ...block, url });
    if (!reads) return;
    const outcome = await this.#reader.read(bytes, this.#pages);
    if (outcome.kind === 'unread') {
      this.#unread.set(outcome.why, (this.#unread.get(outcome.why) ?? 0) + 1);
      if (outcome.isFault) placed.fault ??= `A picture of the page could not be read: ${outcome.why}.`;
    } else if (outcome.kind === 'text') {
      placed.blocks.push(outcome.text);
      placed.hasText = true;
      if (outcome.confidence !== undefined) placed.confidences.push(outcome.confidence);
    }
  }

  /** TIFF is a kind that no browser shows, as are those of {@link imageTypeOf} that are none at all. */
  #save({ box }: PictureBlock, bytes: Uint8Array, pageNumber: number): string | undefined {
    const { images } = this.#input;
    if (!images.wantsEmbedded || imageTypeOf(bytes)?.extension === 'tiff') return undefined;
    return images.save({ pageNumber, category: 'embedded', bytes, ...(box && { box }) });
  }

  /** @throws {DocumentFailure} when the owner wants one lost picture to fail the document */
  #lose(): void {
    this.#lost += 1;
    if (!this.#input.options.failOnImageExtractionError) return;
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      'A picture of the document could not be taken out. Export the document again, or unset ' +
        'processing_control.job_failure_conditions.fail_on_image_extraction_error.',
    );
  }
}

function isMadeOfPictures(blocks: readonly PlacedBlock[], pictures: number): boolean {
  const most = LETTERS_PER_PICTURE * pictures;
  let letters = 0;
  for (const block of blocks) {
    if (block.kind === 'image') continue;
    const text = blockText(block).slice(0, most * SIGNS_PER_LETTER);
    letters += text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
    if (letters >= most) return false;
  }
  return true;
}
