import { decodeAs } from './decode.ts';

/** Windows code pages by the names that the encoding standard knows them by. */
const NAMES: Readonly<Record<number, string>> = {
  874: 'windows-874', 932: 'shift_jis', 936: 'gbk', 949: 'euc-kr', 950: 'big5', 866: 'ibm866', 10000: 'macintosh',
  10007: 'x-mac-cyrillic', 20866: 'koi8-r', 21866: 'koi8-u', 50220: 'iso-2022-jp', 51932: 'euc-jp', 51949: 'euc-kr',
  54936: 'gb18030', 65001: 'utf-8', 1200: 'utf-16le',
}; // prettier-ignore

/** Decodes text of a Windows code page; one that is not known is taken for the Western one. */
export function decodeCodePage(bytes: Uint8Array, codePage: number): string {
  return decodeAs(nameOf(codePage), bytes);
}

function nameOf(codePage: number): string {
  if (codePage >= 1250 && codePage <= 1258) return `windows-${codePage}`;
  // 28591 to 28606 are the parts of ISO 8859, of which 11 and 12 are none of the standard's.
  if (codePage >= 28_591 && codePage <= 28_606 && codePage !== 28_601 && codePage !== 28_602)
    return `iso-8859-${codePage - 28_590}`;
  return NAMES[codePage] ?? 'windows-1252';
}
