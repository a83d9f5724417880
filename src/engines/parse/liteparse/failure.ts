import type { ParseErrorCode } from '../../../model/job-errors.ts';
import { DocumentFailure } from '../document-failure.ts';
import type { LiteMedia } from './lite-media.ts';

/**
 * LiteParse 2.14 gives no error codes, only sentences. This table is the only place that reads them; a test
 * provokes each one, so that a new version with other words is noticed.
 */
const KNOWN: readonly (readonly [RegExp, ParseErrorCode, string])[] = [
  [
    /password (?:required|incorrect)|incorrect password/i,
    'PDF_IS_PROTECTED',
    'The PDF is protected by a password that was not given, or not the right one. Give it in input_options.password, ' +
      'or remove the protection and upload it again.',
  ],
  [
    /invalid PDF format/i,
    'PDF_IS_BROKEN',
    'The PDF is damaged and cannot be opened. Save or export it again from its source and upload the new file.',
  ],
  [
    /does not support the format feature/i,
    'UNSUPPORTED_FILE_TYPE',
    'The image is encoded in a way that cannot be decoded here. Save it as PNG, JPEG or PDF and upload that.',
  ],
  [
    /^image error/i,
    'IMAGE_IS_BROKEN',
    'The image is damaged and cannot be decoded. Export it again and upload the new file.',
  ],
  [
    /unsupported file format/i,
    'UNSUPPORTED_FILE_TYPE',
    "The file's type cannot be parsed. Save it as PDF and upload that.",
  ],
];

/** Messages that tell of the machine rather than of the document; they are thrown on as they are. */
const NOT_THE_DOCUMENT = /file not found|No such file|permission denied|No space left|Too many open files/i;

/** What an error of LiteParse means for the document; undefined when it is not the document's doing. */
export function documentFailure(error: unknown, media: LiteMedia): DocumentFailure | undefined {
  const detail = error instanceof Error ? error.message : String(error);
  if (NOT_THE_DOCUMENT.test(detail)) return undefined;
  for (const [pattern, code, sentence] of KNOWN)
    if (pattern.test(detail)) return new DocumentFailure(code, sentence);
  return media === 'pdf'
    ? new DocumentFailure(
        'PDF_IS_BROKEN',
        `The PDF cannot be read (${detail}). Export it again and upload the new file.`,
      )
    : new DocumentFailure(
        'IMAGE_IS_BROKEN',
        `The image cannot be read (${detail}). Export it again and upload it.`,
      );
}

/** Whether page-by-page parsing may still save part of the document. */
export function mayBeOnePagesFault(error: unknown): boolean {
  const detail = error instanceof Error ? error.message : String(error);
  return !NOT_THE_DOCUMENT.test(detail) && !KNOWN.some(([pattern]) => pattern.test(detail));
}
