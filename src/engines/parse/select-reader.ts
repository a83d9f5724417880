import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openProtectedPackage } from './containers/protected-package.ts';
import { DocumentFailure } from './document-failure.ts';
import { OFFICE_FORMATS } from './libreoffice/formats.ts';
import { convertedBy } from './libreoffice/reader.ts';
import type { LiteMedia } from './liteparse/lite-media.ts';
import { openWithLiteParse } from './liteparse/reader.ts';
import { openAsciidoc } from './native/asciidoc/reader.ts';
import { openCsv } from './native/csv/reader.ts';
import { openDocx } from './native/docx/reader.ts';
import { openEml } from './native/eml/reader.ts';
import { openEpub } from './native/epub/reader.ts';
import { openHeic } from './native/heic/reader.ts';
import { openHtml } from './native/html/reader.ts';
import { openJson } from './native/json/reader.ts';
import { openLatex } from './native/latex/reader.ts';
import { openMarkdown } from './native/markdown/reader.ts';
import { openOdp } from './native/odf/reader-presentation.ts';
import { openOdt } from './native/odf/reader-text.ts';
import { openPptx } from './native/pptx/reader.ts';
import { openMsg } from './native/msg/reader.ts';
import { openOds } from './native/ods/reader.ts';
import { openRtf } from './native/rtf/reader.ts';
import { openSubtitles } from './native/subtitles/reader.ts';
import { openText } from './native/text/reader.ts';
import { openXlsx } from './native/xlsx/reader.ts';
import { openXml } from './native/xml/reader.ts';
import { detectMedia } from './media/detect.ts';
import type { Media } from './media/media.ts';
import type { DocumentReader, OpenDocument, ReaderInput } from './reader.ts';

const lite =
  (media: LiteMedia): DocumentReader =>
  (input) =>
    openWithLiteParse({ ...input, media });

/** Who reads what. */
const READERS: Readonly<Record<Media, DocumentReader>> = {
  pdf: lite('pdf'),
  png: lite('png'),
  jpeg: lite('jpeg'),
  tiff: lite('tiff'),
  webp: lite('webp'),
  gif: lite('gif'),
  bmp: lite('bmp'),
  docx: openDocx,
  pptx: openPptx,
  odt: openOdt,
  odp: openOdp,
  xlsx: openXlsx,
  ods: openOds,
  doc: convertedBy(OFFICE_FORMATS.doc, lite('pdf')),
  ppt: convertedBy(OFFICE_FORMATS.ppt, lite('pdf')),
  xls: convertedBy(OFFICE_FORMATS.xls, openXlsx),
  'other-workbook': convertedBy(OFFICE_FORMATS['other-workbook'], openXlsx),
  'other-office': convertedBy(OFFICE_FORMATS['other-office'], lite('pdf')),
  epub: openEpub,
  rtf: openRtf,
  eml: openEml,
  msg: openMsg,
  heic: openHeic,
  html: openHtml,
  xml: openXml,
  json: openJson,
  csv: openCsv,
  markdown: openMarkdown,
  text: openText,
  subtitles: openSubtitles,
  asciidoc: openAsciidoc,
  latex: openLatex,
};

const SUPPORTED =
  'Supported are PDF, PNG, JPEG, TIFF, WebP, GIF, BMP, HEIC, DOCX, PPTX, ODT, ODP, XLSX, ODS, RTF, EPUB, mail (EML and ' +
  'MSG), HTML, XML, JSON, CSV, markdown and text; and with LibreOffice on the server also DOC, XLS, PPT and others.';

/** Tells by its content what a file is and opens it. @throws {DocumentFailure} for what nobody reads */
export async function openDocument(input: Omit<ReaderInput, 'media'>): Promise<OpenDocument> {
  const detected = await detectMedia(input.path, input.fileName);
  switch (detected.kind) {
    case 'empty':
      throw new DocumentFailure('NO_DATA_FOUND_IN_FILE', 'The file is empty (0 bytes). Upload it again.');
    case 'protected':
      return openDocument({ ...input, path: await unprotect(input, detected.form) });
    case 'unsupported':
      throw unsupported(detected.description);
    case 'known':
      return READERS[detected.media]({ ...input, media: detected.media });
  }
}

/** Opens a protected office document with the password that came with the job. @returns where its package lies now */
async function unprotect(input: Omit<ReaderInput, 'media'>, form: 'package' | 'old'): Promise<string> {
  const { password } = input.options;
  if (form === 'old') {
    throw isProtected(
      'Documents of the old Office kind cannot be opened with one here: remove the protection and upload it again.',
    );
  }
  if (password === undefined)
    throw isProtected('Give it in input_options.password, or remove the protection.');
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

function isProtected(mend: string): DocumentFailure {
  return new DocumentFailure('PDF_IS_PROTECTED', `The document is protected by a password. ${mend}`);
}

function unsupported(description: string): DocumentFailure {
  return new DocumentFailure(
    'UNSUPPORTED_FILE_TYPE',
    `By its content this is ${description}, which cannot be parsed. ${SUPPORTED}`,
  );
}
