/** How large a picture is drawn. */
export interface ImageSize {
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/**
 * The size that a picture's own header tells, without decoding it. Decoders go by the same numbers, so what is too large
 * by them need not be tried. Undefined for kinds other than PNG, JPEG, GIF, WebP and BMP, and for a header that is cut off.
 */
export function imageSizeOf(bytes: Uint8Array): ImageSize | undefined {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  try {
    const signature = view.toString('latin1', 0, 16);
    if (signature.startsWith('\x89PNG')) return sizeAt(view.readUInt32BE(16), view.readUInt32BE(20));
    if (signature.startsWith('GIF8')) return sizeAt(view.readUInt16LE(6), view.readUInt16LE(8));
    // Rows of a bitmap from the top down are told by a negative height.
    if (signature.startsWith('BM')) return sizeAt(view.readInt32LE(18), Math.abs(view.readInt32LE(22)));
    if (signature.startsWith('\xff\xd8')) return jpegSize(view);
    return signature.startsWith('WEBP', 8) ? webpSize(view) : undefined;
  } catch {
    return undefined;
  }
}

function sizeAt(width: number, height: number): ImageSize | undefined {
  return width > 0 && height > 0 ? { width, height } : undefined;
}

/** Looks for the frame header (ITU-T T.81, B.2.2) from segment to segment. */
function jpegSize(view: Buffer): ImageSize | undefined {
  for (let at = 2; at + 9 <= view.length;) {
    if (view[at] !== 0xff) return undefined;
    const marker = view.readUInt8(at + 1);
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    const isFrame = marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
    if (isFrame) return sizeAt(view.readUInt16BE(at + 7), view.readUInt16BE(at + 5));
    at += 2 + Math.max(2, view.readUInt16BE(at + 2));
  }
  return undefined;
}

/** The first chunk of a WebP file is simple, lossless or extended (RFC 9649, 2.5 to 2.7). */
function webpSize(view: Buffer): ImageSize | undefined {
  switch (view.toString('latin1', 12, 16)) {
    case 'VP8 ':
      return sizeAt(view.readUInt16LE(26) & 0x3fff, view.readUInt16LE(28) & 0x3fff);
    case 'VP8L': {
      const bits = view.readUInt32LE(21);
      return sizeAt((bits & 0x3fff) + 1, ((bits >>> 14) & 0x3fff) + 1);
    }
    case 'VP8X':
      return sizeAt(view.readUIntLE(24, 3) + 1, view.readUIntLE(27, 3) + 1);
    default:
      return undefined;
  }
}
