import { closeSync, openSync, readSync } from 'node:fs';
import { extname } from 'node:path';

/** Kinds of file the LiteParse engine reads, told by content. */
export type ParsableMedia = 'pdf' | 'png' | 'jpeg' | 'tiff' | 'webp' | 'gif' | 'bmp';

export type DetectedMedia =
  | { readonly kind: 'known'; readonly media: ParsableMedia }
  | { readonly kind: 'empty' }
  | {
      readonly kind: 'unsupported';
      /** What the file seems to be, in words that can stand in a sentence. */
      readonly description: string;
    };

export const SUPPORTED_MEDIA_SENTENCE = 'Supported are PDF, PNG, JPEG, TIFF, WebP, GIF and BMP.';

/** Readers look for `%PDF-` within the first kilobyte (ISO 32000 appendix H implementation note 13). */
const SNIFF_BYTES = 1024;

/** Reads the head of a file and tells what it is. The name is only used to describe what cannot be parsed. */
export function detectMedia(path: string, fileName: string): DetectedMedia {
  const head = Buffer.alloc(SNIFF_BYTES);
  const file = openSync(path, 'r');
  try {
    const length = readSync(file, head, 0, SNIFF_BYTES, 0);
    return sniffMedia(head.subarray(0, length), fileName);
  } finally {
    closeSync(file);
  }
}

/** The same for bytes already at hand: `head` is the first kilobyte of the file, or less if it is shorter. */
export function sniffMedia(head: Uint8Array, fileName: string): DetectedMedia {
  if (head.length === 0) return { kind: 'empty' };
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const media = knownMedia(text);
  return media ? { kind: 'known', media } : { kind: 'unsupported', description: describe(text, fileName) };
}

function knownMedia(text: string): ParsableMedia | undefined {
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif';
  // A bitmap's second field is its size, its third is reserved and zero: "BM" alone also starts plain text.
  if (text.startsWith('BM') && text.startsWith('\0\0\0\0', 6)) return 'bmp';
  if (text.includes('%PDF-')) return 'pdf';
  return undefined;
}

const FAMILIES: readonly (readonly [prefix: string, offset: number, description: string])[] = [
  ['PK\x03\x04', 0, 'a ZIP container such as DOCX, XLSX, PPTX or EPUB'],
  ['\xd0\xcf\x11\xe0', 0, 'an old Office document'],
  ['{\\rtf', 0, 'an RTF document'],
  ['ftyp', 4, 'an HEIC image or a video'],
  ['<?xml', 0, 'an XML document'],
];

function describe(text: string, fileName: string): string {
  const family = FAMILIES.find(([prefix, offset]) => text.startsWith(prefix, offset));
  const extension = extname(fileName).toLowerCase();
  const named = extension === '' ? '' : ` (its name ends in ${extension})`;
  if (family) return `${family[2]}${named}`;
  if (/^\s*<(?:!doctype|html)/i.test(text)) return `an HTML page${named}`;
  return `a file of an unknown kind${named}`;
}
