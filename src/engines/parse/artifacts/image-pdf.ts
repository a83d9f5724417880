import { deflateSync } from 'node:zlib';
import { jpegFrame } from './jpeg-frame.ts';
import type { Raster } from './png.ts';

/** Points. */
interface PageSize {
  readonly width: number;
  readonly height: number;
}

const HEAD = '%PDF-1.4\n%\xe2\xe3\xcf\xd3\n';
/** The catalogue and the list of pages, which are written last. */
const CATALOGUE = 1;
const PAGES = 2;
/** A cross-reference entry has twenty bytes (ISO 32000-1, 7.5.4). */
const OFFSET_DIGITS = 10;

/** Writes a PDF (ISO 32000-1) whose pages are one picture each, page by page. */
export class ImagePdfWriter {
  readonly #write: (bytes: Uint8Array) => void;
  /** Where each object begins; the first two are not known before the end. */
  readonly #offsets: number[] = [0, 0];
  readonly #pages: number[] = [];
  #length = 0;

  /** @param write takes the file's next bytes */
  constructor(write: (bytes: Uint8Array) => void) {
    this.#write = write;
    this.#put(HEAD);
  }

  get pages(): number {
    return this.#pages.length;
  }

  /** Adds a page with a JPEG as it is. @returns false for one that PDF readers might show in other colours */
  addJpeg(bytes: Uint8Array, size: PageSize): boolean {
    const frame = jpegFrame(bytes);
    if (!frame || frame.bits !== 8 || (frame.components !== 1 && frame.components !== 3)) return false;
    const { width, height, components } = frame;
    const image = { width, height, channels: components, filter: 'DCTDecode' } as const;
    this.#addPage(image, bytes, size);
    return true;
  }

  /** Adds a page with a picture; where it is transparent, white shows. */
  addRaster(raster: Raster, size: PageSize): void {
    const { width, height } = raster;
    const opaque = withoutAlpha(raster);
    const channels = raster.channels < 3 ? 1 : 3;
    this.#addPage({ width, height, channels, filter: 'FlateDecode' }, deflateSync(opaque), size);
  }

  /** Ends the file. A PDF has a page at least. */
  finish(): void {
    const kids = this.#pages.map((page) => `${page} 0 R`).join(' ');
    this.#object(PAGES, `<< /Type /Pages /Kids [${kids}] /Count ${this.#pages.length} >>`);
    this.#object(CATALOGUE, `<< /Type /Catalog /Pages ${PAGES} 0 R >>`);
    const start = this.#length;
    const entries = this.#offsets.map((at) => `${String(at).padStart(OFFSET_DIGITS, '0')} 00000 n \n`);
    const count = this.#offsets.length + 1;
    this.#put(`xref\n0 ${count}\n0000000000 65535 f \n${entries.join('')}`);
    this.#put(`trailer\n<< /Size ${count} /Root ${CATALOGUE} 0 R >>\nstartxref\n${start}\n%%EOF\n`);
  }

  #addPage(image: ImageEntry, bytes: Uint8Array, { width, height }: PageSize): void {
    const [w, h] = [decimal(width), decimal(height)];
    const picture = this.#stream(imageDictionary(image), bytes);
    const content = this.#stream('', Buffer.from(`q ${w} 0 0 ${h} 0 0 cm /P Do Q`, 'latin1'));
    const page = this.#offsets.push(0);
    const resources = `<< /XObject << /P ${picture} 0 R >> >>`;
    this.#object(
      page,
      `<< /Type /Page /Parent ${PAGES} 0 R /MediaBox [0 0 ${w} ${h}] /Contents ${content} 0 R /Resources ${resources} >>`,
    );
    this.#pages.push(page);
  }

  #stream(dictionary: string, bytes: Uint8Array): number {
    const number = this.#offsets.push(this.#length);
    this.#put(`${number} 0 obj\n<< ${dictionary} /Length ${bytes.length} >>\nstream\n`);
    this.#putBytes(bytes);
    this.#put('\nendstream\nendobj\n');
    return number;
  }

  #object(number: number, body: string): void {
    this.#offsets[number - 1] = this.#length;
    this.#put(`${number} 0 obj\n${body}\nendobj\n`);
  }

  #put(text: string): void {
    this.#putBytes(Buffer.from(text, 'latin1'));
  }

  #putBytes(bytes: Uint8Array): void {
    this.#length += bytes.length;
    this.#write(bytes);
  }
}

interface ImageEntry {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3;
  readonly filter: 'DCTDecode' | 'FlateDecode';
}

function imageDictionary({ width, height, channels, filter }: ImageEntry): string {
  const space = channels === 1 ? 'DeviceGray' : 'DeviceRGB';
  return (
    `/Type /XObject /Subtype /Image /Width ${width} /Height ${height} ` +
    `/ColorSpace /${space} /BitsPerComponent 8 /Filter /${filter}`
  );
}

/** Numbers in a PDF have no exponent. */
function decimal(points: number): string {
  return String(Math.round(Math.max(1, points) * 100) / 100);
}

function withoutAlpha({ channels, pixels }: Raster): Uint8Array {
  if (channels === 1 || channels === 3) return pixels;
  const colours = channels - 1;
  const opaque = new Uint8Array((pixels.length / channels) * colours);
  for (let from = 0, to = 0; from < pixels.length; from += channels) {
    const alpha = (pixels[from + colours] ?? 255) / 255;
    for (let at = 0; at < colours; at += 1, to += 1)
      opaque[to] = Math.round(255 + ((pixels[from + at] ?? 255) - 255) * alpha);
  }
  return opaque;
}
