import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brokenFile, emptyFile, isProtected, passwordMissing, unsupportedFile } from './file-refusals.ts';
import { OFFICE_FORMATS } from './libreoffice/formats.ts';
import type { OfficeFormat } from './libreoffice/reader.ts';
import type { LiteMedia } from './liteparse/lite-media.ts';
import { detectMedia } from './media/detect.ts';
import type { Media } from './media/media.ts';
import type { DocumentInput, DocumentReader, OpenDocument } from './reader.ts';

/** Loaded when the first document of its kind comes: all of them together take longer than a document. */
const deferred =
  (load: () => Promise<DocumentReader>): DocumentReader =>
  async (input) =>
    (await load())(input);

const lite = (media: LiteMedia): DocumentReader =>
  deferred(async () => {
    const { openWithLiteParse } = await import('./liteparse/reader.ts');
    return (input) => openWithLiteParse({ ...input, media });
  });

const converted = (format: OfficeFormat, reader: DocumentReader): DocumentReader =>
  deferred(async () => (await import('./libreoffice/reader.ts')).convertedBy(format, reader));

const xlsx = deferred(async () => (await import('./native/xlsx/reader.ts')).openXlsx);

/** Who reads what. */
const READERS: Readonly<Record<Media, DocumentReader>> = {
  pdf: lite('pdf'),
  png: lite('png'),
  jpeg: lite('jpeg'),
  tiff: lite('tiff'),
  webp: lite('webp'),
  gif: lite('gif'),
  bmp: lite('bmp'),
  docx: deferred(async () => (await import('./native/docx/reader.ts')).openDocx),
  pptx: deferred(async () => (await import('./native/pptx/reader.ts')).openPptx),
  odt: deferred(async () => (await import('./native/odf/reader-text.ts')).openOdt),
  odp: deferred(async () => (await import('./native/odf/reader-presentation.ts')).openOdp),
  xlsx: xlsx,
  ods: deferred(async () => (await import('./native/ods/reader.ts')).openOds),
  doc: converted(OFFICE_FORMATS.doc, lite('pdf')),
  ppt: converted(OFFICE_FORMATS.ppt, lite('pdf')),
  xls: converted(OFFICE_FORMATS.xls, xlsx),
  'other-workbook': converted(OFFICE_FORMATS['other-workbook'], xlsx),
  'other-office': converted(OFFICE_FORMATS['other-office'], lite('pdf')),
  epub: deferred(async () => (await import('./native/epub/reader.ts')).openEpub),
  rtf: deferred(async () => (await import('./native/rtf/reader.ts')).openRtf),
  eml: deferred(async () => (await import('./native/eml/reader.ts')).openEml),
  msg: deferred(async () => (await import('./native/msg/reader.ts')).openMsg),
  heic: deferred(async () => (await import('./native/heic/reader.ts')).openHeic),
  html: deferred(async () => (await import('./native/html/reader.ts')).openHtml),
  xml: deferred(async () => (await import('./native/xml/reader.ts')).openXml),
  json: deferred(async () => (await import('./native/json/reader.ts')).openJson),
  csv: deferred(async () => (await import('./native/csv/reader.ts')).openCsv),
  markdown: deferred(async () => (await import('./native/markdown/reader.ts')).openMarkdown),
  text: deferred(async () => (await import('./native/text/reader.ts')).openText),
  subtitles: deferred(async () => (await import('./native/subtitles/reader.ts')).openSubtitles),
  asciidoc: deferred(async () => (await import('./native/asciidoc/reader.ts')).openAsciidoc),
  latex: deferred(async () => (await import('./native/latex/reader.ts')).openLatex),
};

/** Tells by its content what a file is and opens it. @throws {DocumentFailure} for what nobody reads */
export async function openDocument(input: DocumentInput): Promise<OpenDocument> {
  const detected = await detectMedia(input.path, input.fileName);
  switch (detected.kind) {
    case 'empty':
      throw emptyFile();
    case 'protected':
      return openDocument({ ...input, path: await unprotect(input, detected.form) });
    case 'broken':
      throw brokenFile(detected.description);
    case 'unsupported':
      throw unsupportedFile(detected.description);
    case 'known':
      return READERS[detected.media]({ ...input, media: detected.media, openInside: openDocument });
  }
}

/** Opens a protected office document with the password that came with the job. @returns where its package lies now */
async function unprotect(input: DocumentInput, form: 'package' | 'old'): Promise<string> {
  const { password } = input.options;
  if (form === 'old') {
    throw isProtected(
      'Documents of the old Office kind cannot be opened with one here: remove the protection and upload it again.',
    );
  }
  if (password === undefined) throw passwordMissing();
  const { openProtectedPackage } = await import('./containers/protected-package.ts');
  const result = openProtectedPackage(await readFile(input.path), password);
  if (result.kind === 'wrong password')
    throw isProtected('The one in input_options.password does not open it.');
  if (result.kind === 'unreadable')
    throw isProtected(
      `It cannot be opened here: ${result.reason}. Remove the protection and upload it again.`,
    );
  const path = join(input.scratch, 'unprotected');
  await writeFile(path, result.bytes);
  return path;
}
