import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LiteParse } from '@llamaindex/liteparse';
import { ImagePdfWriter } from '../artifacts/image-pdf.ts';
import { imageSizeOf } from '../artifacts/image-size.ts';
import { decodePng } from '../artifacts/png.ts';
import type { DocumentSource, PagePlace } from './document-source.ts';
import { OCR_DPI } from './lite-config.ts';

/** Points. */
export interface PictureSize {
  readonly width: number;
  readonly height: number;
}

/** Largest picture that is drawn: 16 million pixels, 64 MB while it is handled. */
const MOST_PIXELS = 16_000_000;

/**
 * Makes a PDF of a document that is pictures, a page for each in its own resolution: JPEG as it is, every other kind as it
 * is drawn. A page that cannot be drawn is left out and told.
 * @param sizes of the pages that are wanted, by their numbers
 * @returns where it lies, beside the document; undefined when it would have no page
 */
export async function picturePdf(
  source: DocumentSource,
  sizes: ReadonlyMap<number, PictureSize>,
  warn: (sentence: string) => void,
): Promise<string | undefined> {
  const path = join(dirname(source.locate(sizes.keys().next().value ?? 1).path), 'pictures.pdf');
  const file = openSync(path, 'w');
  let pages = 0;
  try {
    const writer = new ImagePdfWriter((bytes) => {
      for (let at = 0; at < bytes.length;) at += writeSync(file, bytes, at);
    });
    for (const [pageNumber, size] of sizes) {
      const isAdded = await addPicture(writer, source, source.locate(pageNumber), size);
      if (!isAdded) warn(`Page ${pageNumber} could not be drawn: it is not in the PDF.`);
    }
    writer.finish();
    pages = writer.pages;
  } finally {
    closeSync(file);
  }
  if (pages > 0) return path;
  rmSync(path);
  return undefined;
}

async function addPicture(
  writer: ImagePdfWriter,
  { media }: DocumentSource,
  place: PagePlace,
  size: PictureSize,
): Promise<boolean> {
  // Pages of a TIFF lie in one file, whose size says nothing about one of them.
  const bytes = media === 'tiff' ? undefined : readFileSync(place.path);
  if (media === 'jpeg' && bytes && writer.addJpeg(bytes, size)) return true;
  const pixels = bytes && imageSizeOf(bytes);
  const own = pixels ? (pixels.width / Math.max(1, size.width)) * 72 : OCR_DPI;
  const most = 72 * Math.sqrt(MOST_PIXELS / Math.max(1, size.width * size.height));
  try {
    const parser = new LiteParse({ quiet: true, dpi: Math.min(own, most) });
    const [shot] = await parser.screenshot(place.path, [place.page]);
    if (!shot) return false;
    writer.addRaster(decodePng(shot.imageBuffer), size);
    return true;
  } catch {
    return false;
  }
}
