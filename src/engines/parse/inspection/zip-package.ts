import type { InspectedFile } from '../../../model/file-inspector.ts';
import type { DetectedMedia } from '../media/media.ts';
import { damagedZip, mediaOfMimetype, mediaOfParts, plainZip, TYPES_PART } from '../media/sniff-zip.ts';

/** APPNOTE 4.3.16: the record at the end, and the longest comment behind it. */
const END_BYTES = 22;
const TAIL_BYTES = END_BYTES + 0xffff;
const END_SIGNATURE = Buffer.from('PK\x05\x06', 'latin1');
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
/** Documents with longer lists of parts are believed. */
const LARGEST_DIRECTORY = 64 * 1024;

/**
 * What a ZIP container is by the names of its parts and the type that stands at its beginning; nothing is decompressed.
 * @returns undefined when that does not tell
 */
export async function inspectZip(file: InspectedFile, head: Buffer): Promise<DetectedMedia | undefined> {
  const declared = mediaOfMimetype(storedMimetype(head));
  const tailAt = Math.max(0, file.sizeBytes - TAIL_BYTES);
  const tail = await file.read(tailAt, file.sizeBytes - tailAt);
  const endAt = tail.lastIndexOf(END_SIGNATURE);
  if (endAt === -1 || endAt + END_BYTES > tail.length) return damagedZip(file.name, head);
  const names = await namesOf(file, tail.subarray(endAt));
  if (!names) return undefined;
  if (declared) return { kind: 'known', media: declared };
  // What the list of types says is compressed, and another `mimetype` may be.
  const mayBeDocument = names.has(TYPES_PART) || (names.has('mimetype') && storedMimetype(head) === '');
  if (mayBeDocument || mediaOfParts(names)) return undefined;
  return plainZip(file.name);
}

/** The type of an OpenDocument or EPUB, which must stand first and uncompressed; empty when none does. */
function storedMimetype(head: Buffer): string {
  if (head.length < 38 || head.readUInt16LE(8) !== 0 || head.toString('latin1', 30, 38) !== 'mimetype')
    return '';
  if (head.readUInt16LE(26) !== 8) return '';
  const start = 38 + head.readUInt16LE(28);
  return head.toString('latin1', start, start + head.readUInt32LE(18));
}

/** @param end the record at the end of the container @returns undefined when the list is long, elsewhere or damaged */
async function namesOf(file: InspectedFile, end: Buffer): Promise<Set<string> | undefined> {
  const count = end.readUInt16LE(10);
  const size = end.readUInt32LE(12);
  const offset = end.readUInt32LE(16);
  if (count === 0xffff || size > LARGEST_DIRECTORY || offset + size > file.sizeBytes) return undefined;
  const directory = size === 0 ? Buffer.alloc(0) : await file.read(offset, size);
  const names = new Set<string>();
  let at = 0;
  for (let entry = 0; entry < count; entry += 1) {
    if (at + ENTRY_BYTES > directory.length || directory.readUInt32LE(at) !== ENTRY_SIGNATURE)
      return undefined;
    const nameLength = directory.readUInt16LE(at + 28);
    names.add(
      directory.toString('latin1', at + ENTRY_BYTES, at + ENTRY_BYTES + nameLength).replaceAll('\\', '/'),
    );
    at += ENTRY_BYTES + nameLength + directory.readUInt16LE(at + 30) + directory.readUInt16LE(at + 32);
  }
  return names;
}
