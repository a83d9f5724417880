/**
 * Why a job failed: the codes of contract 8.4 and Sheaf's own, explained in docs/errors.md. All of them are final:
 * the same file would fail again.
 */
export const PARSE_ERROR_CODES = [
  'UNSUPPORTED_FILE_TYPE',
  'PDF_IS_PROTECTED',
  'PDF_IS_BROKEN',
  'IMAGE_IS_BROKEN',
  'DOCUMENT_IS_BROKEN',
  'NO_DATA_FOUND_IN_FILE',
  'DOCUMENT_TOO_LARGE',
  'TOO_MANY_PAGES',
  'TOO_MANY_PAGES_FAILED',
  'INVALID_PAGE_RANGE',
  'OCR_LANGUAGE_MISSING',
  'TIMEOUT',
  'MEMORY_LIMIT_EXCEEDED',
  'ENGINE_CRASHED',
] as const;

/** What an engine can say of a document. `ENGINE_CRASHED` is given after one retry in a fresh process. */
export type ParseErrorCode = (typeof PARSE_ERROR_CODES)[number];

/** What can end an extraction after its document has been parsed. */
export const EXTRACT_ERROR_CODES = ['TIMEOUT', 'MEMORY_LIMIT_EXCEEDED', 'ENGINE_CRASHED'] as const;
export type ExtractErrorCode = (typeof EXTRACT_ERROR_CODES)[number];

/** Every code that a failed job can carry. */
export const JOB_ERROR_CODES = [
  ...PARSE_ERROR_CODES,
  'FILE_NOT_FOUND',
  'SOURCE_URL_REFUSED',
  'SOURCE_URL_FAILED',
  'WORKER_LOST',
  'PROCESSING_FAILED',
] as const;
export type JobErrorCode = (typeof JOB_ERROR_CODES)[number];
