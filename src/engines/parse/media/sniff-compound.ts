import { readFile, stat } from 'node:fs/promises';
import CFB from 'cfb';
import type { DetectedMedia, Media } from './media.ts';
import { named } from './named.ts';

/** Old Office files are read whole to be told apart; larger ones are not documents. */
const LARGEST_COMPOUND = 256 * 1024 * 1024;

/** Tells what lies in an OLE2 compound file ([MS-CFB]): old Office, Outlook mail, or a protected package. */
export async function sniffCompound(path: string, fileName: string): Promise<DetectedMedia> {
  const unknown = { kind: 'unsupported', description: `an OLE compound file${named(fileName)}` } as const;
  if ((await stat(path)).size > LARGEST_COMPOUND) return unknown;
  const container = readCompound(await readFile(path));
  if (container === undefined)
    return { kind: 'broken', description: `The Office document is damaged${named(fileName)}.` };
  const names = new Set(container.FileIndex.map((entry) => entry.name));
  if (names.has('EncryptedPackage')) return { kind: 'protected', form: 'package' };
  const media = oldMedia(names);
  if (media === undefined) return unknown;
  return isProtected(container, names) ? { kind: 'protected', form: 'old' } : { kind: 'known', media };
}

/** Main streams of Visio, Publisher, WordPerfect and Works. */
const RARE_STREAMS = ['VisioDocument', 'Quill', 'PerfectOffice_MAIN', 'MatOST'];

/** What these names of streams tell. */
export function oldMedia(names: ReadonlySet<string>): Media | undefined {
  if (names.has('WordDocument')) return 'doc';
  if (names.has('Workbook') || names.has('Book')) return 'xls';
  if (names.has('PowerPoint Document')) return 'ppt';
  if ([...names].some((name) => name.startsWith('__properties_version1.0'))) return 'msg';
  if (names.has('NativeContent_MAIN')) return 'other-workbook';
  return RARE_STREAMS.some((name) => names.has(name)) ? 'other-office' : undefined;
}

function readCompound(bytes: Buffer): CFB.CFB$Container | undefined {
  try {
    return CFB.read(bytes, { type: 'buffer' });
  } catch {
    return undefined;
  }
}

/** `fEncrypted` of Word's file information block ([MS-DOC] 2.5.2). */
const WORD_FLAGS_OFFSET = 0x0a;
const WORD_ENCRYPTED = 0x0100;
/** Excel's record that says how the workbook is protected ([MS-XLS] 2.4.117). */
const FILE_PASS = 0x002f;
/** PowerPoint's mark of a protected presentation ([MS-PPT] 2.3.2), after the record's header and size. */
const POWERPOINT_ENCRYPTED = 0xf3d1c4df;

/** Whether an old Office document cannot be read without its password. */
function isProtected(container: CFB.CFB$Container, names: ReadonlySet<string>): boolean {
  const stream = (name: string): Buffer => {
    const content = names.has(name) ? CFB.find(container, name)?.content : undefined;
    return content ? Buffer.from(content as Uint8Array) : Buffer.alloc(0);
  };
  const word = stream('WordDocument');
  if (word.length > WORD_FLAGS_OFFSET + 1)
    return (word.readUInt16LE(WORD_FLAGS_OFFSET) & WORD_ENCRYPTED) !== 0;
  const user = stream('Current User');
  if (user.length >= 16 && user.readUInt32LE(12) === POWERPOINT_ENCRYPTED) return true;
  const book = names.has('Workbook') ? stream('Workbook') : stream('Book');
  // The record follows the workbook's first one, sometimes after the one that asks for writing to be protected.
  for (let at = 0, records = 0; at + 4 <= book.length && records < 5; records += 1) {
    if (book.readUInt16LE(at) === FILE_PASS) return true;
    at += 4 + book.readUInt16LE(at + 2);
  }
  return false;
}
