import { closeSync, openSync, writeSync } from 'node:fs';

/** TIFF 6.0: numbers of the fields that a page has here, in the ascending order that the format asks for. */
const FIELD = {
  width: 256, height: 257, bits: 258, compression: 259, photometric: 262, offset: 273, samples: 277, rows: 278,
  bytes: 279,
} as const; // prettier-ignore
const LONG = 4;
const HEADER_BYTES = 8;

/** Writes pictures one after the other into a TIFF of several pages, uncompressed, so that one is in memory at a time. */
export class TiffWriter {
  readonly #file: number;
  #end = HEADER_BYTES;
  /** Where the place of the next page's directory has to be written. */
  #link = 4;

  constructor(path: string) {
    this.#file = openSync(path, 'w');
    const header = Buffer.alloc(HEADER_BYTES);
    header.write('II*\0', 'latin1');
    writeSync(this.#file, header, 0, HEADER_BYTES, 0);
  }

  /** @param rgba four bytes for each pixel; what is transparent becomes white */
  addPage(width: number, height: number, rgba: Uint8ClampedArray): void {
    const pixels = rgbOf(rgba, width * height);
    const offset = this.#end;
    this.#write(pixels, offset);
    const fields: readonly (readonly [field: number, value: number])[] = [
      [FIELD.width, width],
      [FIELD.height, height],
      [FIELD.bits, 8],
      [FIELD.compression, 1],
      [FIELD.photometric, 2],
      [FIELD.offset, offset],
      [FIELD.samples, 3],
      [FIELD.rows, height],
      [FIELD.bytes, pixels.length],
    ];
    // Directories begin at even places.
    const at = offset + pixels.length + (pixels.length % 2);
    const bitsAt = at + 2 + fields.length * 12 + 4;
    const directory = Buffer.alloc(bitsAt - at + 6);
    directory.writeUInt16LE(fields.length, 0);
    for (const [index, [field, value]] of fields.entries()) {
      const place = 2 + index * 12;
      const isBits = field === FIELD.bits;
      directory.writeUInt16LE(field, place);
      directory.writeUInt16LE(isBits ? 3 : LONG, place + 2);
      directory.writeUInt32LE(isBits ? 3 : 1, place + 4);
      directory.writeUInt32LE(isBits ? bitsAt : value, place + 8);
    }
    for (let sample = 0; sample < 3; sample += 1) directory.writeUInt16LE(8, bitsAt - at + sample * 2);
    this.#write(directory, at);
    const link = Buffer.alloc(4);
    link.writeUInt32LE(at);
    this.#write(link, this.#link);
    this.#link = bitsAt - 4;
    this.#end = at + directory.length;
  }

  close(): void {
    closeSync(this.#file);
  }

  #write(bytes: Uint8Array, position: number): void {
    for (let written = 0; written < bytes.length;)
      written += writeSync(this.#file, bytes, written, bytes.length - written, position + written);
  }
}

function rgbOf(rgba: Uint8ClampedArray, pixels: number): Uint8Array {
  const rgb = new Uint8Array(pixels * 3);
  for (let pixel = 0; pixel < pixels; pixel += 1) {
    const alpha = (rgba[pixel * 4 + 3] ?? 255) / 255;
    for (let channel = 0; channel < 3; channel += 1)
      rgb[pixel * 3 + channel] = 255 - (255 - (rgba[pixel * 4 + channel] ?? 255)) * alpha;
  }
  return rgb;
}
