import { openZip, type ZipContainer } from '../containers/zip.ts';
import { DocumentFailure } from '../document-failure.ts';
import type { DetectedMedia, Media } from './media.ts';
import { named } from './named.ts';

const OPEN_DOCUMENT: readonly (readonly [prefix: string, media: Media])[] = [
  ['application/vnd.oasis.opendocument.text', 'odt'],
  ['application/vnd.oasis.opendocument.spreadsheet', 'ods'],
  ['application/vnd.oasis.opendocument.presentation', 'odp'],
  ['application/vnd.oasis.opendocument', 'other-office'],
  ['application/vnd.sun.xml.calc', 'other-workbook'],
  ['application/vnd.sun.xml', 'other-office'],
  ['application/epub+zip', 'epub'],
];

/** Main parts of Office Open XML packages, by the content type they declare (ECMA-376 part 1). */
const OPEN_XML: readonly (readonly [part: RegExp, media: Media])[] = [
  [
    /wordprocessingml\.(?:document|template)\.main\+xml|ms-word\.(?:document|template)\.macroEnabled/i,
    'docx',
  ],
  [/spreadsheetml\.(?:sheet|template)\.main\+xml|ms-excel\.(?:sheet|template)\.macroEnabled/i, 'xlsx'],
  [
    /presentationml\.(?:presentation|template|slideshow)\.main\+xml|ms-powerpoint\.\w+\.macroEnabled/i,
    'pptx',
  ],
  [/ms-excel\.sheet\.binary/i, 'other-workbook'],
  [/ms-visio\.drawing/i, 'other-office'],
];

/** The part that lists the types of an Office Open XML package. */
export const TYPES_PART = '[Content_Types].xml';
const LARGEST_TYPES_PART = 4 * 1024 * 1024;

/** Tells what lies in a ZIP container by what it declares. @throws {DocumentFailure} for a document with too many parts */
export async function sniffZip(path: string, fileName: string, head: Buffer): Promise<DetectedMedia> {
  const zip = await openZip(path).catch((error: unknown) => {
    if (error instanceof DocumentFailure) return error;
    throw error;
  });
  if (zip instanceof DocumentFailure) {
    const damaged = damagedZip(fileName, head);
    if (zip.code !== 'DOCUMENT_IS_BROKEN' && damaged.kind === 'broken') throw zip;
    return damaged;
  }
  try {
    const media = await declaredMedia(zip);
    return media ? { kind: 'known', media } : plainZip(fileName);
  } finally {
    await zip.close();
  }
}

/**
 * A container without a readable list of its members: one that was cut off, as a rule. The first of them tell whether it
 * was a document, or else its name.
 */
export function damagedZip(fileName: string, head: Buffer): DetectedMedia {
  if (memberNames(head).some((name) => DOCUMENT_PART.test(name)) || DOCUMENT_NAME.test(fileName))
    return {
      kind: 'broken',
      description: `The document's container is cut off or damaged${named(fileName)}.`,
    };
  return { kind: 'unsupported', description: `a damaged ZIP container${named(fileName)}` };
}

/** Parts that only packages of documents have. */
const DOCUMENT_PART =
  /^(?:\[Content_Types\]\.xml|mimetype|_rels\/|docProps\/|word\/|xl\/|ppt\/|META-INF\/container\.xml|content\.xml)/i;
const DOCUMENT_NAME = /\.(?:doc[xm]|dot[xm]|xls[xmb]|xlt[xm]|ppt[xm]|pp[st]x|od[tspg]|ot[tsp]|epub|vsdx)$/i;
/** APPNOTE 4.3.7. */
const MEMBER_SIGNATURE = Buffer.from('PK\x03\x04', 'latin1');
const MEMBER_BYTES = 30;

/** The names that stand before the members themselves, as far as the first bytes of the file hold them. */
function memberNames(head: Buffer): string[] {
  const names: string[] = [];
  for (let at = head.indexOf(MEMBER_SIGNATURE); at >= 0; at = head.indexOf(MEMBER_SIGNATURE, at + 1)) {
    if (at + MEMBER_BYTES > head.length) break;
    names.push(head.toString('latin1', at + MEMBER_BYTES, at + MEMBER_BYTES + head.readUInt16LE(at + 26)));
  }
  return names;
}

/** An archive that is no document. */
export function plainZip(fileName: string): DetectedMedia {
  return { kind: 'unsupported', description: `a ZIP archive${named(fileName)}` };
}

async function declaredMedia(zip: ZipContainer): Promise<Media | undefined> {
  const read = async (name: string) =>
    zip.has(name)
      ? (await zip.read(name, LARGEST_TYPES_PART).catch(() => Buffer.alloc(0))).toString('utf8')
      : '';
  const openDocument = mediaOfMimetype(await read('mimetype'));
  if (openDocument) return openDocument;
  const types = await read(TYPES_PART);
  const openXml = OPEN_XML.find(([part]) => part.test(types));
  return openXml ? openXml[1] : mediaOfParts(zip);
}

/** What a package's `mimetype` declares. */
export function mediaOfMimetype(mimetype: string): Media | undefined {
  return OPEN_DOCUMENT.find(([prefix]) => mimetype.trim().startsWith(prefix))?.[1];
}

/** Packages with a damaged list of types are still told by their usual parts. */
export function mediaOfParts(parts: { has(name: string): boolean }): Media | undefined {
  if (parts.has('word/document.xml')) return 'docx';
  if (parts.has('xl/workbook.xml')) return 'xlsx';
  if (parts.has('ppt/presentation.xml')) return 'pptx';
  if (parts.has('META-INF/container.xml')) return 'epub';
  return undefined;
}
