import { JOB_ERROR_CODES, type JobErrorCode } from './job-errors.ts';

/** What the owner of a document, or the server's operator, can do about a failure; docs/errors.md says more. */
const MENDS: Readonly<Record<JobErrorCode, string>> = {
  UNSUPPORTED_FILE_TYPE: 'Convert the file to a type that can be read, and upload it again.',
  PDF_IS_PROTECTED:
    'Give the password in input_options.password, or remove it from the file and upload the file again.',
  PDF_IS_BROKEN: 'Export the PDF again, and upload it again.',
  IMAGE_IS_BROKEN: 'Save the image again, and upload it again.',
  DOCUMENT_IS_BROKEN: 'Save the document again, and upload it again.',
  NO_DATA_FOUND_IN_FILE: 'The file is empty: upload it again with its content.',
  DOCUMENT_TOO_LARGE: 'Split the document.',
  TOO_MANY_PAGES: 'Ask for a range of pages, or raise SHEAF_MAX_PAGES.',
  TOO_MANY_PAGES_FAILED: 'Allow more failed pages in processing_control.job_failure_conditions.',
  INVALID_PAGE_RANGE: 'Ask for pages that the document has in page_ranges.target_pages.',
  OCR_LANGUAGE_MISSING: "Put the language's data into SHEAF_TESSDATA_DIR, or leave the language out.",
  TIMEOUT: 'Allow more time in processing_control.timeouts, or split the document.',
  MEMORY_LIMIT_EXCEEDED: 'Raise SHEAF_PARSE_MEMORY_BYTES, or split the document.',
  ENGINE_CRASHED: 'The parser cannot read this document: save it in another way and upload it again.',
  FILE_NOT_FOUND: 'The file was deleted before its job ran: upload it again.',
  SOURCE_URL_REFUSED: 'Use a public address, or allow this one with SHEAF_EGRESS_ALLOW.',
  SOURCE_URL_FAILED: 'See that the address answers, then try again.',
  WORKER_LOST: "Workers died while they had this file: the server's log says how. Mend that, then retry.",
  PROCESSING_FAILED: "Sheaf itself failed with this file: the server's log says how. Mend that, then retry.",
};

/** The mend for a job's error code; null where there is none to give. */
export function mendOf(code: string | null): string | null {
  const known = JOB_ERROR_CODES.find((candidate) => candidate === code);
  return known === undefined ? null : MENDS[known];
}
