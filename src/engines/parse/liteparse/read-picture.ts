import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadPage } from '../../../model/document.ts';
import { DocumentFailure } from '../document-failure.ts';
import type { ReaderInput } from '../reader.ts';
import { openSource } from './document-source.ts';
import { finishPage } from './finish-page.ts';
import { LayerTrust } from './layer-trust.ts';
import type { LiteMedia } from './lite-media.ts';
import { readPictures } from './ocr-pass.ts';
import { ocrSettings } from './ocr-settings.ts';
import { textLayerDraft } from './page-draft.ts';
import type { OcrSettings } from './recognise.ts';
import { RunningBands } from './running-bands.ts';
import { readImagePage } from './text-layer-pass.ts';

export type PictureReading =
  | { readonly kind: 'read'; readonly page: ReadPage }
  /** A clause that says why, without its full stop. */
  | { readonly kind: 'failed'; readonly why: string };

/**
 * Reads pictures inside documents of other kinds, the way that a picture is read which is a document of its own. The
 * language that one turns out to be in is that of the next.
 */
export class PictureOcr {
  readonly #input: ReaderInput;
  readonly #settings: OcrSettings | undefined;

  /** @throws {DocumentFailure} when data is missing for a language that the document's owner named */
  constructor(input: ReaderInput) {
    // The crop box and the password are the document's, and so are the page numbers.
    const {
      cropBox: _crop,
      password: _password,
      targetPages: _pages,
      maxPages: _most,
      ...rest
    } = input.options;
    const options = { ...rest, annotateLineNumbers: false, alignAcrossPages: false };
    this.#input = { ...input, options };
    this.#settings = ocrSettings(options, input.tessdataDir);
  }

  /** Whether this installation has any OCR data. */
  get isPossible(): boolean {
    return this.#settings !== undefined;
  }

  /** Never throws for what is the picture's doing. */
  async read(bytes: Uint8Array, media: LiteMedia): Promise<PictureReading> {
    const { scratch, options } = this.#input;
    const directory = mkdtempSync(join(scratch, 'picture-'));
    try {
      const path = join(directory, 'picture');
      writeFileSync(path, bytes);
      const source = openSource(path, media, directory);
      const parsed = await readImagePage(source, 1, options);
      const [reading] = await readPictures([{ parsed, draft: textLayerDraft(parsed, 1, options) }], {
        source,
        options,
        settings: this.#settings,
        trust: new LayerTrust(),
        images: () => ({ sizes: [], unknown: false }),
        warn: () => undefined,
      });
      if (!reading) return { kind: 'failed', why: 'its OCR gave nothing back' };
      if ('fault' in reading) return { kind: 'failed', why: reading.fault.error.replace(/\.$/, '') };
      const bands = new RunningBands();
      bands.learn([reading.draft]);
      return { kind: 'read', page: finishPage(reading.draft, bands, options) };
    } catch (error) {
      if (error instanceof DocumentFailure) return { kind: 'failed', why: error.message.replace(/\.$/, '') };
      throw error;
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
}
