import { analyse } from 'chardet';
import { guessLatin } from './latin.ts';
import { guessNarrow } from './narrow.ts';
import { guessWide } from './wide.ts';

/** Bytes that an encoding is guessed from. */
const SAMPLE_BYTES = 32 * 1024;

/**
 * The encoding of text that is no Unicode and declares none, as a label of the encoding standard. A guess holds only
 * where the bytes are valid in it and then read like text; where there is none, the text is best taken for Western.
 */
export function guessEncoding(bytes: Uint8Array): string | undefined {
  const sample = tellingLines(bytes);
  const found = analyse(sample);
  return guessWide(sample, found) ?? guessNarrow(sample, found) ?? guessLatin(sample, found);
}

/** Lines with bytes beyond ASCII, as many as fit: others tell nothing. No sign of these encodings holds a line end. */
function tellingLines(bytes: Uint8Array): Buffer {
  const lines: Uint8Array[] = [];
  let room = SAMPLE_BYTES;
  for (let at = 0; at < bytes.length && room > 0;) {
    const end = bytes.indexOf(0x0a, at);
    const line = bytes.subarray(at, end < 0 ? bytes.length : end + 1);
    at += line.length;
    if (!line.some((byte) => byte >= 0x80)) continue;
    lines.push(line.subarray(0, room));
    room -= line.length;
  }
  return Buffer.concat(lines);
}
