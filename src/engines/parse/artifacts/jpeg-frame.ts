/** What a JPEG's frame header tells (ITU-T T.81, B.2.2). */
export interface JpegFrame {
  readonly width: number;
  readonly height: number;
  /** Bits of one sample. */
  readonly bits: number;
  readonly components: number;
}

/** Kinds of frames that every decoder knows: baseline, extended and progressive with Huffman codes. */
const FIRST_FRAME = 0xc0;
const LAST_FRAME = 0xc2;
/** The scan begins: no frame header came. */
const START_OF_SCAN = 0xda;

/** Finds the frame header; undefined when there is none that every decoder knows, or it makes no sense. */
export function jpegFrame(bytes: Uint8Array): JpegFrame | undefined {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength < 4 || view.getUint16(0) !== 0xffd8) return undefined;
  for (let at = 2; at + 10 <= view.byteLength;) {
    if (view.getUint8(at) !== 0xff) return undefined;
    const marker = view.getUint8(at + 1);
    // Any number of these bytes may stand before a marker.
    if (marker === 0xff) {
      at += 1;
      continue;
    }
    if (marker === START_OF_SCAN) return undefined;
    if (marker >= FIRST_FRAME && marker <= LAST_FRAME) {
      const [height, width] = [view.getUint16(at + 5), view.getUint16(at + 7)];
      if (width === 0 || height === 0) return undefined;
      return { width, height, bits: view.getUint8(at + 4), components: view.getUint8(at + 9) };
    }
    at += 2 + Math.max(2, view.getUint16(at + 2));
  }
  return undefined;
}
