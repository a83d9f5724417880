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

const LARGEST_TYPES_PART = 4 * 1024 * 1024;

/** Tells what lies in a ZIP container by what it declares. */
export async function sniffZip(path: string, fileName: string): Promise<DetectedMedia> {
  const zip = await openZip(path).catch((error: unknown) => {
    if (error instanceof DocumentFailure) return error;
    throw error;
  });
  if (zip instanceof DocumentFailure)
    return { kind: 'unsupported', description: `a damaged ZIP container${named(fileName)}` };
  try {
    const media = await declaredMedia(zip);
    return media
      ? { kind: 'known', media }
      : { kind: 'unsupported', description: `a ZIP archive${named(fileName)}` };
  } finally {
    await zip.close();
  }
}

async function declaredMedia(zip: ZipContainer): Promise<Media | undefined> {
  const read = async (name: string) =>
    zip.has(name)
      ? (await zip.read(name, LARGEST_TYPES_PART).catch(() => Buffer.alloc(0))).toString('utf8')
      : '';
  const mimetype = (await read('mimetype')).trim();
  const openDocument = OPEN_DOCUMENT.find(([prefix]) => mimetype.startsWith(prefix));
  if (openDocument) return openDocument[1];
  const types = await read('[Content_Types].xml');
  const openXml = OPEN_XML.find(([part]) => part.test(types));
  if (openXml) return openXml[1];
  // Packages with a damaged list of types are still told by their usual parts.
  if (zip.has('word/document.xml')) return 'docx';
  if (zip.has('xl/workbook.xml')) return 'xlsx';
  if (zip.has('ppt/presentation.xml')) return 'pptx';
  if (zip.has('META-INF/container.xml')) return 'epub';
  return undefined;
}
