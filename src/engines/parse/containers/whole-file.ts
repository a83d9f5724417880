import { readFile, stat } from 'node:fs/promises';
import { DocumentFailure } from '../document-failure.ts';

/** A longer text is a database or a log; reading one takes several times its size in memory. */
const LARGEST_TEXT = 256 * 1024 * 1024;

/** The bytes of a document that is text as a whole. @throws {DocumentFailure} DOCUMENT_TOO_LARGE */
export async function readTextBytes(path: string): Promise<Buffer> {
  const { size } = await stat(path);
  if (size > LARGEST_TEXT)
    throw new DocumentFailure(
      'DOCUMENT_TOO_LARGE',
      `The file has ${size} bytes, and at most ${LARGEST_TEXT} are read of a text. Split it and upload the parts.`,
    );
  return readFile(path);
}
