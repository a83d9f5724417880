import type { ZipContainer } from '../../containers/zip.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { PictureSource } from '../../items/picture.ts';

/** Largest picture that is taken out. */
const LARGEST_PICTURE = 64 * 1024 * 1024;
/** Bytes of pictures that are taken out of one document, each time counted. */
const MOST_BYTES = 1024 * 1024 * 1024;

/** A picture's bytes, or what kept them. `absent`: the document lacks the picture or it is damaged. */
export type TakenPicture = Uint8Array | 'absent' | 'too large';

/** Takes pictures out of a document, one at a time. Its container is open only between the first and {@link close}. */
export class PictureBytes {
  readonly #path: string;
  #zip: ZipContainer | undefined;
  #left = MOST_BYTES;

  /** @param path of the document */
  constructor(path: string) {
    this.#path = path;
  }

  async read(source: PictureSource): Promise<TakenPicture> {
    if (this.#left <= 0) return 'too large';
    const bytes = 'member' in source ? await this.#member(source.member) : source.bytes();
    if (bytes === undefined || bytes.length === 0) return 'absent';
    if (typeof bytes === 'string') return bytes;
    if (bytes.length > Math.min(LARGEST_PICTURE, this.#left)) return 'too large';
    this.#left -= bytes.length;
    return bytes;
  }

  async close(): Promise<void> {
    const zip = this.#zip;
    this.#zip = undefined;
    await zip?.close();
  }

  /** Most documents that flow are no containers, and do without the means to open one. */
  async #open(): Promise<ZipContainer> {
    const { openZip } = await import('../../containers/zip.ts');
    return openZip(this.#path);
  }

  async #member(name: string): Promise<TakenPicture> {
    const most = Math.min(LARGEST_PICTURE, this.#left);
    try {
      const zip = (this.#zip ??= await this.#open());
      return zip.has(name) ? await zip.read(name, most) : 'absent';
    } catch (error) {
      if (!(error instanceof DocumentFailure)) throw error;
      if (error.code !== 'DOCUMENT_TOO_LARGE') return 'absent';
      // It was unpacked up to here for nothing.
      this.#left -= most;
      return 'too large';
    }
  }
}
