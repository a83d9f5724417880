import type { InspectedFile } from '../../../model/file-inspector.ts';
import type { DetectedMedia } from '../media/media.ts';
import { oldMedia } from '../media/sniff-compound.ts';

/** [MS-CFB] 2.6: entries of the directory have this size, and these types. */
const ENTRY_BYTES = 128;
const ENTRY_TYPES: readonly number[] = [0, 1, 2, 5];
/** The main streams of documents are among the first entries. */
const DIRECTORY_BYTES = 8 * 1024;
const LARGEST_NAME = 64;

/**
 * What an OLE2 compound file is by the first names of its directory. Whether an old document is protected stands in
 * its streams, which are not read.
 * @returns undefined when they do not tell
 */
export async function inspectCompound(file: InspectedFile, head: Buffer): Promise<DetectedMedia | undefined> {
  // [MS-CFB] 2.2: the size of a sector as a power of two, and the directory's first sector behind the header's.
  const shift = head.length < 52 ? 0 : head.readUInt16LE(30);
  if (shift !== 9 && shift !== 12) return undefined;
  const sector = 2 ** shift;
  const at = (head.readUInt32LE(48) + 1) * sector;
  if (at >= file.sizeBytes) return undefined;
  const names = namesIn(await file.read(at, Math.min(DIRECTORY_BYTES, file.sizeBytes - at)), sector);
  if (names.has('EncryptedPackage')) return { kind: 'protected', form: 'package' };
  const media = oldMedia(names);
  return media && { kind: 'known', media };
}

/** The directory's sectors mostly follow each other: the names of those that look like it. */
function namesIn(bytes: Buffer, sector: number): Set<string> {
  const names = new Set<string>();
  for (let at = 0; at + sector <= bytes.length; at += sector) {
    const entries = entriesOf(bytes.subarray(at, at + sector));
    if (!entries) break;
    for (const name of entries) names.add(name);
  }
  return names;
}

/** @returns undefined when the sector is none of a directory */
function entriesOf(sector: Buffer): string[] | undefined {
  const names: string[] = [];
  for (let at = 0; at + ENTRY_BYTES <= sector.length; at += ENTRY_BYTES) {
    const length = sector.readUInt16LE(at + 64);
    const type = sector.readUInt8(at + 66);
    if (length > LARGEST_NAME || length % 2 === 1 || !ENTRY_TYPES.includes(type)) return undefined;
    if (type !== 0) names.push(sector.toString('utf16le', at, at + Math.max(0, length - 2)));
  }
  return names;
}
