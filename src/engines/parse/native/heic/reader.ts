import { readFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { HeicImage } from 'heic-decode';
import { DocumentFailure } from '../../document-failure.ts';
import { openWithLiteParse } from '../../liteparse/reader.ts';
import type { DocumentReader } from '../../reader.ts';
import { TiffWriter } from './tiff-writer.ts';

/** Pixels of one picture: 256 MB while they are decoded. */
const MOST_PIXELS = 64_000_000;
/** Pixels of all pictures together: what the file between takes three bytes for each. */
const MOST_PIXELS_TOGETHER = 640_000_000;

/** Reads HEIC images: every picture of the file is a page, decoded into a TIFF that is read like any other image. */
export const openHeic: DocumentReader = async (input) => {
  // The decoder is two megabytes of WebAssembly: it is loaded for those who need it.
  const { default: decoder } = await import('heic-decode');
  const images = await decoder.all({ buffer: await readFile(input.path) }).catch((error: unknown) => {
    throw broken(error);
  });
  const path = join(input.scratch, 'decoded.tiff');
  const scratch = join(input.scratch, 'image');
  mkdirSync(scratch);
  const writer = new TiffWriter(path);
  try {
    assertBounded(images);
    for (const image of images) {
      const { width, height, data } = await image.decode().catch((error: unknown) => {
        throw broken(error);
      });
      writer.addPage(width, height, data);
    }
  } finally {
    writer.close();
    images.dispose();
  }
  return openWithLiteParse({ ...input, path, scratch, media: 'tiff' });
};

function assertBounded(images: readonly HeicImage[]): void {
  const sizes = images.map(({ width, height }) => width * height);
  const together = sizes.reduce((sum, size) => sum + size, 0);
  if (sizes.every((size) => size <= MOST_PIXELS) && together <= MOST_PIXELS_TOGETHER) return;
  throw new DocumentFailure(
    'DOCUMENT_TOO_LARGE',
    `The image is too large: at most ${MOST_PIXELS / 1e6} million pixels are decoded. Scale it down and upload it again.`,
  );
}

function broken(error: unknown): DocumentFailure {
  const detail = error instanceof Error ? error.message : String(error);
  return new DocumentFailure(
    'IMAGE_IS_BROKEN',
    `The HEIC image cannot be decoded (${detail}). Save it as JPEG or PNG and upload that.`,
  );
}
