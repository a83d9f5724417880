import { crc32, deflateSync, inflateSync } from 'node:zlib';

/** A picture as rows of bytes, 8 bits a channel: grey, grey and alpha, RGB or RGBA. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 2 | 3 | 4;
  readonly pixels: Uint8Array;
}

const SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
/** PNG's colour types (section 11.2.1) and how many channels each has. */
const CHANNELS: ReadonlyMap<number, Raster['channels']> = new Map([
  [0, 1],
  [2, 3],
  [4, 2],
  [6, 4],
]);
const COLOUR_TYPES = { 1: 0, 2: 4, 3: 2, 4: 6 } as const;

/**
 * Reads a PNG that this program's renderer made: 8 bits, no palette, not interlaced (W3C PNG, third edition).
 * @throws RangeError for any other
 */
export function decodePng(bytes: Buffer): Raster {
  const width = bytes.readUInt32BE(16);
  const height = bytes.readUInt32BE(20);
  const channels = CHANNELS.get(bytes[25] ?? -1);
  if (!bytes.subarray(0, 8).equals(SIGNATURE) || bytes[24] !== 8 || !channels || bytes[28] !== 0) {
    throw new RangeError('The picture is no PNG of 8 bits a channel without palette and interlacing.');
  }
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = bytes.readUInt32BE(at);
    if (bytes.toString('latin1', at + 4, at + 8) === 'IDAT')
      data.push(bytes.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  const stride = width * channels;
  const lines = inflateSync(Buffer.concat(data), { maxOutputLength: (stride + 1) * height });
  if (lines.length < (stride + 1) * height) throw new RangeError('The PNG has fewer rows than it says.');
  const pixels = new Uint8Array(stride * height);
  for (let row = 0; row < height; row += 1) unfilter(lines, row, { stride, channels, pixels });
  return { width, height, channels, pixels };
}

interface Target {
  readonly stride: number;
  readonly channels: number;
  readonly pixels: Uint8Array;
}

/** Undoes one row's filter (section 9.2): each byte is the difference to a guess from its neighbours. */
function unfilter(lines: Uint8Array, row: number, { stride, channels, pixels }: Target): void {
  const from = row * (stride + 1);
  const kind = lines[from] ?? 0;
  const to = row * stride;
  for (let x = 0; x < stride; x += 1) {
    const left = x >= channels ? (pixels[to + x - channels] ?? 0) : 0;
    const up = row > 0 ? (pixels[to + x - stride] ?? 0) : 0;
    const corner = row > 0 && x >= channels ? (pixels[to + x - stride - channels] ?? 0) : 0;
    pixels[to + x] = (lines[from + 1 + x] ?? 0) + guess(kind, left, up, corner);
  }
}

function guess(kind: number, left: number, up: number, corner: number): number {
  switch (kind) {
    case 1:
      return left;
    case 2:
      return up;
    case 3:
      return (left + up) >> 1;
    case 4: {
      const estimate = left + up - corner;
      const [a, b, c] = [Math.abs(estimate - left), Math.abs(estimate - up), Math.abs(estimate - corner)];
      if (a <= b && a <= c) return left;
      return b <= c ? up : corner;
    }
    default:
      return 0;
  }
}

/** Cuts a rectangle of whole pixels out, as far as it lies in the picture; undefined when nothing does. */
export function cropRaster(
  picture: Raster,
  area: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): Raster | undefined {
  const left = Math.max(0, Math.floor(area.x));
  const top = Math.max(0, Math.floor(area.y));
  const right = Math.min(picture.width, Math.ceil(area.x + area.width));
  const bottom = Math.min(picture.height, Math.ceil(area.y + area.height));
  if (!(right > left && bottom > top)) return undefined;
  const { channels } = picture;
  const stride = (right - left) * channels;
  const pixels = new Uint8Array(stride * (bottom - top));
  for (let row = top; row < bottom; row += 1) {
    const from = (row * picture.width + left) * channels;
    pixels.set(picture.pixels.subarray(from, from + stride), (row - top) * stride);
  }
  return { width: right - left, height: bottom - top, channels, pixels };
}

/** Writes a PNG. Rows are told by their difference to the row above, which suits drawings and flat areas. */
export function encodePng({ width, height, channels, pixels }: Raster): Buffer {
  const stride = width * channels;
  const lines = Buffer.alloc((stride + 1) * height);
  for (let row = 0; row < height; row += 1) {
    const to = row * (stride + 1);
    lines[to] = 2;
    for (let x = 0; x < stride; x += 1) {
      const up = row > 0 ? (pixels[(row - 1) * stride + x] ?? 0) : 0;
      lines[to + 1 + x] = (pixels[row * stride + x] ?? 0) - up;
    }
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = COLOUR_TYPES[channels];
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(lines)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const bytes = Buffer.alloc(body.length + 8);
  bytes.writeUInt32BE(data.length, 0);
  body.copy(bytes, 4);
  bytes.writeUInt32BE(crc32(body), body.length + 4);
  return bytes;
}
