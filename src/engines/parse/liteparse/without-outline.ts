import { readFileSync, statSync, writeFileSync } from 'node:fs';

/** Larger files are handed on as they are: this one reads them whole. */
const MOST_BYTES = 256 * 1024 * 1024;
const OUTLINES = /\/Outlines\b/g;
/** As long as the name it stands for: places of objects are written into the file. */
const NOTHING = '/NoOutlin';

/**
 * Writes a PDF anew without its outline, as far as its catalogue is not compressed: an outline whose entries lead back to
 * themselves ends the library that follows them.
 * @returns whether a copy was written
 */
export function copyWithoutOutline(source: string, target: string): boolean {
  if (statSync(source).size > MOST_BYTES) return false;
  // Latin 1 keeps every byte, and its place.
  const text = readFileSync(source, 'latin1');
  if (!OUTLINES.test(text)) return false;
  writeFileSync(target, text.replaceAll(OUTLINES, NOTHING), 'latin1');
  return true;
}
