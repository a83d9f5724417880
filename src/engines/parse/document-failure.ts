import type { ParseErrorCode } from '../../model/job-errors.ts';

/** Ends the document that is being parsed with a code and a sentence for its owner. */
export class DocumentFailure extends Error {
  override readonly name = 'DocumentFailure';
  readonly code: ParseErrorCode;
  /** What is wrong without the mend, to stand in another sentence. */
  readonly detail: string | undefined;

  constructor(code: ParseErrorCode, message: string, detail?: string) {
    super(message);
    this.code = code;
    this.detail = detail;
  }
}

/**
 * What a reader's error says of its document; undefined for what is not the document's doing. V8 throws RangeErrors
 * for a stack or a text beyond its limits, and only a document brings a reader there.
 */
export function failureOf(error: unknown): DocumentFailure | undefined {
  if (error instanceof DocumentFailure) return error;
  if (!(error instanceof RangeError)) return undefined;
  if (error.message.startsWith('Maximum call stack size')) {
    return new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      'The document is nested too deeply to be read. Save it again from the program that made it, and upload that.',
    );
  }
  return new DocumentFailure(
    'DOCUMENT_TOO_LARGE',
    `A part of the document is too large to be read (${error.message}). Split the document.`,
  );
}
