import { decodeAs, decodeStrictly } from './decode.ts';

/** Share of control characters above which bytes are not text. */
const MOST_CONTROLS = 0.01;

/**
 * Decodes text: a byte order mark decides, then valid UTF-8, then UTF-16 without a mark, then Windows-1252, which every
 * single-byte Western text can be read as.
 * @param options.isHead the bytes are the beginning of a longer file, so that the last sign may be cut off
 * @returns undefined for bytes that are no text
 */
export function decodeText(bytes: Uint8Array, options: { isHead?: boolean } = {}): string | undefined {
  const marked = byMark(bytes);
  if (marked) return decodeAs(marked, bytes);
  const utf8 = decodeStrictly('utf-8', bytes, options);
  if (utf8 !== undefined) return isReadable(utf8) ? utf8 : undefined;
  const wide = wideEncoding(bytes);
  if (wide) return decodeAs(wide, bytes);
  const western = decodeAs('windows-1252', bytes);
  return isReadable(western) ? western : undefined;
}

function byMark(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
  return undefined;
}

/** Latin text in UTF-16 has every other byte zero. */
function wideEncoding(bytes: Uint8Array): 'utf-16le' | 'utf-16be' | undefined {
  const sample = bytes.subarray(0, 2_000);
  let even = 0;
  let odd = 0;
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const half = sample.length / 2;
  if (odd > half * 0.7 && even < half * 0.05) return 'utf-16le';
  if (even > half * 0.7 && odd < half * 0.05) return 'utf-16be';
  return undefined;
}

function isReadable(text: string): boolean {
  let controls = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === 0) return false;
    if (code < 32 && code !== 9 && code !== 10 && code !== 13 && code !== 12 && code !== 27) controls += 1;
  }
  return controls <= text.length * MOST_CONTROLS;
}
