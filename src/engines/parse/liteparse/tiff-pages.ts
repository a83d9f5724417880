import { closeSync, copyFileSync, fstatSync, openSync, readSync, writeSync } from 'node:fs';

/** Follows no more directories than this: a longer chain is an attack, not a document. */
const MOST_PAGES = 20_000;
const NEW_SUBFILE_TYPE = 254;
const REDUCED_RESOLUTION = 1;

interface TiffDirectory {
  readonly offset: number;
  /** Where the pointer to the next directory stands. */
  readonly nextPointer: number;
  readonly isThumbnail: boolean;
}

/**
 * A multi-page TIFF, one page at a time. LiteParse reads only the first page and does not say so. A copy whose
 * header points at another directory, and whose directory points at none, is a complete single-page TIFF: no
 * pixel is touched. {@link select} turns the copy into the page that is parsed next.
 */
export class TiffPages {
  readonly #copyPath: string;
  readonly #littleEndian: boolean;
  readonly #pages: readonly TiffDirectory[];

  private constructor(copyPath: string, littleEndian: boolean, pages: readonly TiffDirectory[]) {
    this.#copyPath = copyPath;
    this.#littleEndian = littleEndian;
    this.#pages = pages;
  }

  /** Copies `inputPath` to `copyPath` and lists its pages. @throws {RangeError} when the file ends within its structure */
  static open(inputPath: string, copyPath: string): TiffPages {
    copyFileSync(inputPath, copyPath);
    const file = openSync(copyPath, 'r');
    try {
      const littleEndian = readBytes(file, 0, 2).toString('latin1') === 'II';
      const directories = readDirectories(file, littleEndian);
      const pages = directories.filter((directory) => !directory.isThumbnail);
      return new TiffPages(copyPath, littleEndian, pages.length > 0 ? pages : directories);
    } finally {
      closeSync(file);
    }
  }

  get count(): number {
    return this.#pages.length;
  }

  /** Makes the copy hold just page `pageNumber` (1-based) and returns the copy's path. */
  select(pageNumber: number): string {
    const page = this.#pages[pageNumber - 1];
    if (!page) throw new RangeError(`The TIFF has no page ${pageNumber}.`);
    const file = openSync(this.#copyPath, 'r+');
    try {
      writeSync(file, encode(page.offset, this.#littleEndian), 0, 4, 4);
      writeSync(file, encode(0, this.#littleEndian), 0, 4, page.nextPointer);
    } finally {
      closeSync(file);
    }
    return this.#copyPath;
  }
}

function readDirectories(file: number, littleEndian: boolean): TiffDirectory[] {
  const u16 = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt16LE(at) : bytes.readUInt16BE(at));
  const u32 = (bytes: Buffer, at: number) => (littleEndian ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at));
  const directories: TiffDirectory[] = [];
  const seen = new Set<number>();
  let offset = u32(readBytes(file, 4, 4), 0);
  while (offset !== 0 && !seen.has(offset) && directories.length < MOST_PAGES) {
    seen.add(offset);
    const entries = u16(readBytes(file, offset, 2), 0);
    const bytes = readBytes(file, offset + 2, entries * 12 + 4);
    let isThumbnail = false;
    for (let entry = 0; entry < entries; entry += 1) {
      if (u16(bytes, entry * 12) !== NEW_SUBFILE_TYPE) continue;
      isThumbnail = (u32(bytes, entry * 12 + 8) & REDUCED_RESOLUTION) !== 0;
    }
    directories.push({ offset, nextPointer: offset + 2 + entries * 12, isThumbnail });
    offset = u32(bytes, entries * 12);
  }
  return directories;
}

function readBytes(file: number, position: number, length: number): Buffer {
  if (position + length > fstatSync(file).size)
    throw new RangeError('The TIFF ends within its directory of pages.');
  const bytes = Buffer.alloc(length);
  readSync(file, bytes, 0, length, position);
  return bytes;
}

function encode(value: number, littleEndian: boolean): Buffer {
  const bytes = Buffer.alloc(4);
  if (littleEndian) bytes.writeUInt32LE(value);
  else bytes.writeUInt32BE(value);
  return bytes;
}
