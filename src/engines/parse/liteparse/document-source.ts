import { copyFileSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { DocumentFailure } from '../document-failure.ts';
import type { LiteMedia } from './lite-media.ts';
import { copyWithOneCryptFilter } from './one-crypt-filter.ts';
import { copyWithoutOutline } from './without-outline.ts';
import { TiffPages } from './tiff-pages.ts';

/** Where LiteParse finds a page: a file whose extension tells its type, and the page's number inside it. */
export interface PagePlace {
  readonly path: string;
  readonly page: number;
}

/** A document made ready for LiteParse, which goes by file extensions. */
export interface DocumentSource {
  readonly media: LiteMedia;
  /** Known beforehand for images only. */
  readonly pages?: number;
  /** Valid until the next call: pages of a TIFF take turns in one file. */
  locate(pageNumber: number): PagePlace;
}

/** How a document is opened. */
interface SourceNeeds {
  /** It is opened with a password. */
  readonly hasPassword?: boolean;
  /** It has crashed a parser. */
  readonly careful?: boolean;
}

/**
 * @param scratch an empty directory of this document's own
 */
export function openSource(
  inputPath: string,
  media: LiteMedia,
  scratch: string,
  { hasPassword = false, careful = false }: SourceNeeds = {},
): DocumentSource {
  const path = join(scratch, `input.${media}`);
  if (media === 'tiff') return openTiff(inputPath, path);
  const isCopied =
    media === 'pdf' &&
    ((hasPassword && copyWithOneCryptFilter(inputPath, path)) ||
      (careful && copyWithoutOutline(inputPath, path)));
  if (!isCopied) link(inputPath, path);
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
