import { readFileSync } from 'node:fs';

/** What `examples/expected.json` says of one document. */
export type Expectation =
  | {
      readonly outcome: 'COMPLETED';
      readonly mediaType: string;
      readonly pages: number;
      /** The text is in pictures. Absent: it is in a text layer. */
      readonly ocr?: true;
      /** Strings that the document's markdown contains; of what is read by OCR, plain words. */
      readonly contains: readonly string[];
      /** Form fields by name; check boxes are booleans. */
      readonly fields?: Readonly<Record<string, string | boolean>>;
      /** Targets of links. */
      readonly links?: readonly string[];
      /** Text in the footer of a page, by page number. */
      readonly footers?: Readonly<Record<string, string>>;
    }
  | {
      readonly outcome: 'FAILED';
      readonly mediaType: string;
      readonly errorCode: 'PDF_IS_PROTECTED' | 'PDF_IS_BROKEN';
      /** Opens the document. */
      readonly password?: string;
    };

/** Reads `examples/expected.json`: file name to expectation. */
export function readExpectations(): Readonly<Record<string, Expectation>> {
  const file = new URL('../../examples/expected.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Readonly<Record<string, Expectation>>;
}
