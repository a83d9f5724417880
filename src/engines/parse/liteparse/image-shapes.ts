import { closeSync, openSync, readSync } from 'node:fs';

/** Pixels of the images in a PDF. `unknown`: there are some whose size is not written down directly. */
export interface ImageShapes {
  readonly sizes: readonly { readonly width: number; readonly height: number }[];
  readonly unknown: boolean;
}

const CHUNK_BYTES = 4 * 1024 * 1024;
/** An image's dictionary is looked for this far around its mark. */
const DICTIONARY_BYTES = 1_024;
const MARK = '/Image';
/** More images than this are not told apart. */
const MOST_IMAGES = 5_000;
/** A scan of a page at the least resolution that can be read has about this many pixels. */
const FEWEST_PIXELS = 200_000;
/** How far an image's proportions may be from the page's when it fills nine tenths of it both ways. */
const ASPECT_SLACK = 1.15;

/**
 * Finds the image objects of a PDF without parsing it. Their dictionaries are never compressed, because a stream
 * cannot be put inside an object stream (ISO 32000-1, 7.5.7), so a search over the bytes sees them all.
 */
export function readImageShapes(path: string): ImageShapes {
  const file = openSync(path, 'r');
  const sizes: { width: number; height: number }[] = [];
  let unknown = false;
  try {
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    for (let position = 0; sizes.length <= MOST_IMAGES; position += CHUNK_BYTES - 2 * DICTIONARY_BYTES) {
      const chunk = buffer.subarray(0, readSync(file, buffer, 0, CHUNK_BYTES, position));
      for (let at = chunk.indexOf(MARK); at >= 0; at = chunk.indexOf(MARK, at + MARK.length)) {
        // `/ImageMask`, and `/ImageB` in old lists of procedures, are not image objects.
        if (isLetter(chunk[at + MARK.length])) continue;
        const size = sizeAround(chunk, at);
        if (size) sizes.push(size);
        else unknown = true;
      }
      if (chunk.length < CHUNK_BYTES) break;
    }
  } finally {
    closeSync(file);
  }
  return { sizes, unknown: unknown || sizes.length > MOST_IMAGES };
}

/** Whether one of the images may be a picture of a whole page of this size. */
export function mayShowPage(
  shapes: ImageShapes,
  page: { readonly width: number; readonly height: number },
): boolean {
  if (shapes.unknown) return true;
  const aspect = page.width / page.height;
  return shapes.sizes.some(({ width, height }) => {
    if (width * height < FEWEST_PIXELS) return false;
    return isNear(width / height / aspect) || isNear(height / width / aspect);
  });
}

function isNear(ratio: number): boolean {
  return ratio <= ASPECT_SLACK && ratio >= 1 / ASPECT_SLACK;
}

function sizeAround(chunk: Buffer, at: number): { width: number; height: number } | undefined {
  const before = chunk.subarray(Math.max(0, at - DICTIONARY_BYTES), at).toString('latin1');
  const after = chunk.subarray(at, at + DICTIONARY_BYTES).toString('latin1');
  const dictionary = before.slice(before.lastIndexOf(' obj') + 1) + (after.split('stream', 1)[0] ?? '');
  const width = /\/Width\s+(\d+)\b(?!\s+\d+\s+R)/.exec(dictionary)?.[1];
  const height = /\/Height\s+(\d+)\b(?!\s+\d+\s+R)/.exec(dictionary)?.[1];
  return width === undefined || height === undefined
    ? undefined
    : { width: Number(width), height: Number(height) };
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 65 && byte <= 90) || (byte >= 97 && byte <= 122));
}
