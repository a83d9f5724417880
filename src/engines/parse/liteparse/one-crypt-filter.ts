import { readFileSync, statSync, writeFileSync } from 'node:fs';

/** Larger files are handed on as they are: this one reads them whole. */
const MOST_BYTES = 256 * 1024 * 1024;
const FILTERS = { streams: /\/StmF\s*\/([^\s/<>[\]()]+)/, strings: /\/StrF\s*\/([^\s/<>[\]()]+)/ };

/**
 * PDFium refuses every password of a document whose strings are encrypted in another way than its streams, such as not
 * at all (ISO 32000-1, 7.6.5 allows it). Such a document is written anew with the streams' filter for both: what its
 * pages show is in streams and is read; strings outside them, such as comments, come out garbled.
 * @returns whether a copy was written
 */
export function copyWithOneCryptFilter(source: string, target: string): boolean {
  if (statSync(source).size > MOST_BYTES) return false;
  // Latin 1 keeps every byte, and its place.
  const text = readFileSync(source, 'latin1');
  const [streams, strings] = [FILTERS.streams.exec(text)?.[1], FILTERS.strings.exec(text)?.[1]];
  if (streams === undefined || strings === undefined || streams === strings) return false;
  // Places of objects are written into the file: nothing may become longer or shorter.
  if (streams.length > strings.length) return false;
  const mended = text.replace(FILTERS.strings, (found) =>
    found.replace(strings, streams.padEnd(strings.length)),
  );
  writeFileSync(target, mended, 'latin1');
  return true;
}
