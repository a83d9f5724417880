import { copyFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { detectMedia, SUPPORTED_MEDIA_SENTENCE, type ParsableMedia } from '../media-type.ts';
import { DocumentFailure } from './failure.ts';
import { TiffPages } from './tiff-pages.ts';

/** Where LiteParse finds a page: a file whose extension tells its type, and the page's number inside it. */
export interface PagePlace {
  readonly path: string;
  readonly page: number;
}

/** A document made ready for LiteParse, which goes by file extensions. */
export interface DocumentSource {
  readonly media: ParsableMedia;
  /** Known beforehand for images only. */
  readonly pages?: number;
  /** Valid until the next call: pages of a TIFF take turns in one file. */
  locate(pageNumber: number): PagePlace;
}

/** @param scratch an empty directory of this document's own */
export function openSource(inputPath: string, fileName: string, scratch: string): DocumentSource {
  const detected = detectMedia(inputPath, fileName);
  if (detected.kind === 'empty') {
    throw new DocumentFailure('NO_DATA_FOUND_IN_FILE', 'The file is empty (0 bytes). Upload it again.');
  }
  if (detected.kind === 'unsupported') {
    const sentence = `By its content this is ${detected.description}, which cannot be parsed. ${SUPPORTED_MEDIA_SENTENCE}`;
    throw new DocumentFailure('UNSUPPORTED_FILE_TYPE', sentence);
  }
  const { media } = detected;
  const path = join(scratch, `input.${media}`);
  if (media === 'tiff') return openTiff(inputPath, path);
  link(inputPath, path);
  return media === 'pdf'
    ? { media, locate: (page) => ({ path, page }) }
    : { media, pages: 1, locate: () => ({ path, page: 1 }) };
}

function openTiff(inputPath: string, copyPath: string): DocumentSource {
  try {
    const tiff = TiffPages.open(inputPath, copyPath);
    return { media: 'tiff', pages: tiff.count, locate: (page) => ({ path: tiff.select(page), page: 1 }) };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new DocumentFailure(
      'IMAGE_IS_BROKEN',
      'The TIFF is cut off. Export it again and upload the new file.',
    );
  }
}

function link(target: string, path: string): void {
  try {
    symlinkSync(resolve(target), path);
  } catch (error) {
    // Windows lets only privileged users make links.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') throw error;
    copyFileSync(target, path);
  }
}
