import { DocumentFailure } from './document-failure.ts';

/** What is said of files that no reader takes, by their jobs and by the check of a batch alike. */

const SUPPORTED =
  'Supported are PDF, PNG, JPEG, TIFF, WebP, GIF, BMP, HEIC, DOCX, PPTX, ODT, ODP, XLSX, ODS, RTF, EPUB, mail (EML and ' +
  'MSG), HTML, XML, JSON, CSV, markdown and text; and with LibreOffice on the server also DOC, XLS, PPT and others.';

export function emptyFile(): DocumentFailure {
  return new DocumentFailure('NO_DATA_FOUND_IN_FILE', 'The file is empty (0 bytes). Upload it again.');
}

/** @param description what the file seems to be, in words that can stand in a sentence */
export function unsupportedFile(description: string): DocumentFailure {
  return new DocumentFailure(
    'UNSUPPORTED_FILE_TYPE',
    `By its content this is ${description}, which cannot be parsed. ${SUPPORTED}`,
  );
}

/** @param description what is damaged, as a sentence */
export function brokenFile(description: string): DocumentFailure {
  return new DocumentFailure('DOCUMENT_IS_BROKEN', `${description} Save it again and upload the new file.`);
}

/** @param description the kind of document in words that can stand in a sentence */
export function officeMissing(description: string): DocumentFailure {
  return new DocumentFailure(
    'UNSUPPORTED_FILE_TYPE',
    `By its content this is ${description}, which takes LibreOffice to read, and this server has none. Install ` +
      'LibreOffice on the server or set SHEAF_SOFFICE; or save the document as DOCX, PPTX, XLSX or PDF and upload that.',
  );
}

export function isProtected(mend: string): DocumentFailure {
  return new DocumentFailure('PDF_IS_PROTECTED', `The document is protected by a password. ${mend}`);
}

/** An office document that a password would open. */
export function passwordMissing(): DocumentFailure {
  return isProtected('Give it in input_options.password, or remove the protection.');
}
