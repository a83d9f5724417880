import { decodeAs, decodeStrictly } from './decode.ts';
import { guessEncoding } from './guess-encoding/guess-encoding.ts';
import { unmarkedUtf16 } from './unmarked-utf16.ts';

/** Share of control characters above which bytes are not text. */
const MOST_CONTROLS = 0.01;

/** How bytes are decoded. */
export interface TextOptions {
  /** The bytes are the beginning of a longer file, so that the last sign may be cut off. */
  readonly isHead?: boolean;
  /** Told where the encoding is a guess among many. */
  readonly warn?: (sentence: string) => void;
}

/**
 * Decodes text: a byte order mark decides, then valid UTF-8, then UTF-16 without a mark, then what the bytes look like, and
 * at last Windows-1252, which every single-byte Western text can be read as.
 * @returns undefined for bytes that are no text
 */
export function decodeText(bytes: Uint8Array, options: TextOptions = {}): string | undefined {
  const marked = byMark(bytes);
  if (marked) return decodeAs(marked, bytes);
  const utf8 = decodeStrictly('utf-8', bytes, options);
  if (utf8 !== undefined && isReadable(utf8)) return utf8;
  const wide = unmarkedUtf16(bytes);
  if (wide) return ifReadable(decodeAs(wide, bytes));
  if (utf8 !== undefined) return undefined;
  return guessed(bytes, options) ?? ifReadable(decodeAs('windows-1252', bytes));
}

function guessed(bytes: Uint8Array, options: TextOptions): string | undefined {
  const label = guessEncoding(bytes);
  const text = label === undefined ? undefined : ifReadable(decodeStrictly(label, bytes, options));
  if (text !== undefined)
    options.warn?.(
      `Nothing says which encoding the text is in; it was read as ${label}, which it looks like. If that is wrong, save it as UTF-8.`,
    );
  return text;
}

function ifReadable(text: string | undefined): string | undefined {
  return text !== undefined && isReadable(text) ? text : undefined;
}

function byMark(bytes: Uint8Array): string | undefined {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return 'utf-8';
  if (a === 0xff && b === 0xfe) return 'utf-16le';
  if (a === 0xfe && b === 0xff) return 'utf-16be';
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
