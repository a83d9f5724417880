import type { ParseErrorCode } from '../../model/job-errors.ts';

/** Ends the document that is being parsed with a code and a sentence for its owner. */
export class DocumentFailure extends Error {
  override readonly name = 'DocumentFailure';
  readonly code: ParseErrorCode;

  constructor(code: ParseErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
