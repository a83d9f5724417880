import { closeSync, openSync, readSync } from 'node:fs';
import type { DetectedMedia, Media } from './media.ts';
import { named } from './named.ts';
import { sniffText } from './sniff-text.ts';

/** Enough to tell HTML, mail and tables of text apart; readers look for `%PDF-` in the first kilobyte of it. */
export const SNIFF_BYTES = 16 * 1024;
/** ISO 32000 appendix H, implementation note 13. */
const PDF_HEADER_BYTES = 1024;
/** APPNOTE 4.3: a member, the end of an empty archive, a split one. */
const ZIP_SIGNATURES = ['PK\x03\x04', 'PK\x05\x06', 'PK\x07\x08'];

/**
 * Tells by its content what a file is. The name decides only between kinds that content cannot tell apart, such as
 * plain text and markdown.
 */
export async function detectMedia(path: string, fileName: string): Promise<DetectedMedia> {
  const head = headOf(path);
  // Readers of containers are loaded when one comes.
  switch (containerOf(head)) {
    case 'zip':
      return (await import('./sniff-zip.ts')).sniffZip(path, fileName, head);
    case 'compound':
      return (await import('./sniff-compound.ts')).sniffCompound(path, fileName);
    case undefined:
      return sniffHead(head, fileName);
  }
}

/** Reads at once: the process has this document and nothing else to do, and handing it over takes longer than reading. */
function headOf(path: string): Buffer {
  const file = openSync(path, 'r');
  try {
    const head = Buffer.alloc(SNIFF_BYTES);
    return head.subarray(0, readSync(file, head, 0, SNIFF_BYTES, 0));
  } finally {
    closeSync(file);
  }
}

/** Which container the file is, by its first bytes; undefined for everything else. */
export function containerOf(head: Buffer): 'zip' | 'compound' | undefined {
  const signature = head.toString('latin1', 0, 8);
  if (ZIP_SIGNATURES.some((zip) => signature.startsWith(zip))) return 'zip';
  return signature === '\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1' ? 'compound' : undefined;
}

/** The same for everything but containers, whose kind is written inside them. */
export function sniffHead(head: Uint8Array, fileName: string): DetectedMedia {
  if (head.length === 0) return { kind: 'empty' };
  const text = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const media = bySignature(text) ?? sniffText(head, fileName);
  return media ? { kind: 'known', media } : { kind: 'unsupported', description: describe(text, fileName) };
}

/** Office documents from before they became containers. */
const OLD_OFFICE: readonly (readonly [prefix: string, media: Media])[] = [
  // Excel 2 to 4: the first record of a sheet ([MS-XLS] 2.4.21, in its older sizes).
  ['\x09\0\x04\0', 'xls'],
  ['\x09\x02\x06\0', 'xls'],
  ['\x09\x04\x06\0', 'xls'],
  ['\xdb\xa5\x2d\0', 'doc'],
  ['\xffWPC', 'other-office'],
  // Windows Write.
  ['\x31\xbe\0\0\0\xab', 'other-office'],
  // Lotus 1-2-3: releases 1 and 2, then 3 and later.
  ['\0\0\x02\0\x04\x04', 'other-workbook'],
  ['\0\0\x02\0\x06\x04', 'other-workbook'],
  ['\0\0\x1a\0\0\x10\x04\0', 'other-workbook'],
  ['\0\0\x1a\0\x03\x10\x04\0', 'other-workbook'],
];

function bySignature(text: string): Media | undefined {
  if (text.startsWith('\x89PNG\r\n\x1a\n')) return 'png';
  if (text.startsWith('\xff\xd8\xff')) return 'jpeg';
  if (text.startsWith('II*\0') || text.startsWith('MM\0*')) return 'tiff';
  if (text.startsWith('RIFF') && text.startsWith('WEBP', 8)) return 'webp';
  if (text.startsWith('GIF87a') || text.startsWith('GIF89a')) return 'gif';
  // A bitmap's second field is its size, its third is reserved and zero: "BM" alone also starts plain text.
  if (text.startsWith('BM') && text.startsWith('\0\0\0\0', 6)) return 'bmp';
  if (/^ftyp(?:heic|heix|heim|heis|hevc|hevx|mif1|msf1)/.test(text.slice(4, 12))) return 'heic';
  if (text.startsWith('{\\rtf')) return 'rtf';
  const old = OLD_OFFICE.find(([prefix]) => text.startsWith(prefix));
  if (old) return old[1];
  if (text.slice(0, PDF_HEADER_BYTES).includes('%PDF-')) return 'pdf';
  return undefined;
}

const FAMILIES: readonly (readonly [prefix: string, offset: number, description: string])[] = [
  ['ftyp', 4, 'a video or another kind of media container'],
  ['\x1f\x8b', 0, 'a gzip archive'],
  ['7z\xbc\xaf', 0, 'a 7-Zip archive'],
  ['Rar!', 0, 'a RAR archive'],
  ['ID3', 0, 'an audio file'],
  ['OggS', 0, 'an audio or video file'],
  ['\x7fELF', 0, 'a program'],
  ['MZ', 0, 'a program'],
];

function describe(text: string, fileName: string): string {
  const family = FAMILIES.find(([prefix, offset]) => text.startsWith(prefix, offset));
  return `${family?.[2] ?? 'a file of an unknown kind'}${named(fileName)}`;
}
