import type { InspectedFile } from '../../../model/file-inspector.ts';

/** Readers look for the end of the file's structure here. */
const TAIL_BYTES = 4 * 1024;
/** The dictionary of a cross-reference stream is far shorter. */
const DICTIONARY_BYTES = 2 * 1024;
/** ISO 32000-1 7.5.5: the entry of a trailer, a reference or the dictionary itself. */
const ENCRYPT = /\/Encrypt[\s\0]*(?:\d+[\s\0]+\d+[\s\0]+R\b|<<)/;

/**
 * Whether a PDF says that it is encrypted: in the trailer at its end, in the cross-reference stream that the end
 * points to (ISO 32000-1 7.5.8), or at the beginning of a file that is laid out for the web (annex F).
 */
export async function isEncryptedPdf(file: InspectedFile, head: Buffer): Promise<boolean> {
  const tailAt = Math.max(0, file.sizeBytes - TAIL_BYTES);
  const tail = (await file.read(tailAt, file.sizeBytes - tailAt)).toString('latin1');
  if (ENCRYPT.test(tail)) return true;
  const start = head.toString('latin1');
  if (start.slice(0, DICTIONARY_BYTES).includes('/Linearized') && ENCRYPT.test(start)) return true;
  const pointer = /startxref\s+(\d{1,15})\s*(?:%%EOF\s*)?[^]{0,64}$/.exec(tail)?.[1];
  if (pointer === undefined) return false;
  // Places count from the header, which junk may precede.
  const at = Number(pointer) + Math.max(0, start.indexOf('%PDF-'));
  if (at >= file.sizeBytes) return false;
  const table = await file.read(at, Math.min(DICTIONARY_BYTES, file.sizeBytes - at));
  const [dictionary = ''] = table.toString('latin1').split('stream', 1);
  return ENCRYPT.test(dictionary);
}
