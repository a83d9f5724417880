import { createHash } from 'node:crypto';
import type { BodyItem, Item } from '../../../../model/document.ts';
import { imageSizeOf } from '../../artifacts/image-size.ts';
import { imageTypeOf } from '../../artifacts/image-type.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { PictureText } from '../../items/picture.ts';
import type { LiteMedia } from '../../liteparse/lite-media.ts';
import type { PictureOcr } from '../../liteparse/read-picture.ts';
import type { ReaderInput } from '../../reader.ts';

/** A scan of a page at the least resolution that can be read has about this many pixels; photos in text have, too. */
const FEWEST_PIXELS = 200_000;
/** More would be made smaller anyway before it is read, and takes the memory of a document to decode. */
const MOST_PIXELS = 40_000_000;
/** Signs and logos of kinds that cannot be read are smaller. */
const FEWEST_UNKNOWN_BYTES = 20_000;
/** Pictures of a document that are read; a time is set to all of them together, too. */
const MOST_PICTURES = 500;
/** Of the time that the document has, what reading its pictures may take. */
const SHARE_OF_TIME = 0.5;
/** Below this what was read is the texture of a photo. */
const LEAST_CONFIDENCE = 0.5;
const FEWEST_LETTERS = 8;

/** What came of a picture that was to be read. `nothing`: it is too small for print, or shows none. */
export type PictureOutcome =
  | { readonly kind: 'text'; readonly text: PictureText; readonly confidence?: number }
  | { readonly kind: 'nothing' }
  /** A clause for the document's owner, without its full stop. `isFault`: OCR was tried and failed. */
  | { readonly kind: 'unread'; readonly why: string; readonly isFault: boolean };

const NOTHING: PictureOutcome = { kind: 'nothing' };
const NO_DATA =
  'this server has no OCR language data (install the npm package @tesseract.js-data/eng or point the server at a ' +
  'tessdata directory)';

/** Reads the text in a document's pictures, within a bound of pictures and of time; equal ones once. */
export class PictureReader {
  readonly #input: ReaderInput;
  readonly #known = new Map<string, PictureOutcome>();
  #ocr: Promise<PictureOcr | { readonly missing: string }> | undefined;
  #count = 0;
  #spentMs = 0;

  constructor(input: ReaderInput) {
    this.#input = input;
  }

  /** @param pages of the document so far: the time grows with them, as its deadline does */
  async read(bytes: Uint8Array, pages: number): Promise<PictureOutcome> {
    const media = mediaOf(bytes);
    const size = imageSizeOf(bytes);
    if (!media || !size)
      return bytes.length < FEWEST_UNKNOWN_BYTES
        ? NOTHING
        : unread('pictures of their kind cannot be read here; PNG and JPEG can');
    const pixels = size.width * size.height;
    if (pixels < FEWEST_PIXELS) return NOTHING;
    if (pixels > MOST_PIXELS) return unread(`they have more than ${MOST_PIXELS / 1e6} million pixels`);
    const digest = createHash('sha256').update(bytes).digest('base64');
    const known = this.#known.get(digest);
    if (known) return known;
    const ocr = await (this.#ocr ??= prepare(this.#input));
    if ('missing' in ocr) return unread(ocr.missing);
    if (this.#count >= MOST_PICTURES) return unread(`at most ${MOST_PICTURES} are read of a document`);
    const { baseSeconds, secondsPerPage } = this.#input.options;
    if (this.#spentMs > (baseSeconds + secondsPerPage * pages) * 1000 * SHARE_OF_TIME)
      return unread('the time for them was used up; processing_control.timeouts gives more');
    this.#count += 1;
    const started = performance.now();
    const outcome = outcomeOf(await ocr.read(bytes, media));
    this.#spentMs += performance.now() - started;
    this.#known.set(digest, outcome);
    return outcome;
  }
}

/** OCR is loaded with the first picture that needs it: it takes longer than most documents. */
async function prepare(input: ReaderInput): Promise<PictureOcr | { readonly missing: string }> {
  const { PictureOcr } = await import('../../liteparse/read-picture.ts');
  try {
    const ocr = new PictureOcr(input);
    return ocr.isPossible ? ocr : { missing: NO_DATA };
  } catch (error) {
    // The document's own text does not need the language that is missing.
    if (!(error instanceof DocumentFailure)) throw error;
    return { missing: error.message.replace(/\.$/, '') };
  }
}

function unread(why: string): PictureOutcome {
  return { kind: 'unread', why, isFault: false };
}

const MEDIA: Readonly<Record<string, LiteMedia>> = {
  png: 'png', jpg: 'jpeg', gif: 'gif', webp: 'webp', bmp: 'bmp',
}; // prettier-ignore

function mediaOf(bytes: Uint8Array): LiteMedia | undefined {
  return MEDIA[imageTypeOf(bytes)?.extension ?? ''];
}

function outcomeOf(reading: Awaited<ReturnType<PictureOcr['read']>>): PictureOutcome {
  if (reading.kind === 'failed') return { kind: 'unread', why: reading.why, isFault: true };
  const { items, text, confidence } = reading.page;
  const letters = text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (letters < FEWEST_LETTERS || (confidence ?? 1) < LEAST_CONFIDENCE) return NOTHING;
  const found: PictureText = { kind: 'picture-text', items: items.flatMap(flowing), text };
  return { kind: 'text', text: found, ...(confidence !== undefined && { confidence }) };
}

/** Items as those of flowing content, which have no places: those in the picture are none on the page. */
function flowing(item: Item): BodyItem[] {
  switch (item.type) {
    case 'header':
    case 'footer':
      return item.items.flatMap(flowing);
    case 'image':
      return [];
    case 'table': {
      const { cellBoxes: _places, ...table } = item;
      return [{ ...table, boxes: [] }];
    }
    case 'list':
      return [withoutPlaces(item)];
    default:
      return [{ ...item, boxes: [] }];
  }
}

type List = Extract<BodyItem, { type: 'list' }>;

function withoutPlaces(list: List): List {
  const items = list.items.map((item) =>
    item.type === 'list' ? withoutPlaces(item) : { ...item, boxes: [] },
  );
  return { ...list, items, boxes: [] };
}
