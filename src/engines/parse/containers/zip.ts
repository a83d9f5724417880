import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { DocumentFailure } from '../document-failure.ts';

/** Members a container may have; real documents have thousands at most. */
const MOST_MEMBERS = 20_000;
/** Bytes that all members read of one document may have together, decompressed. */
const MOST_BYTES = 1024 * 1024 * 1024;
/** Largest member that is read whole. */
export const LARGEST_MEMBER = 256 * 1024 * 1024;

/**
 * A ZIP container of a document. Names are looked up exactly, nothing is ever written to disk, and what is decompressed
 * is counted while it is, not believed from the directory.
 */
export interface ZipContainer {
  readonly names: readonly string[];
  has(name: string): boolean;
  /**
   * One member's bytes. @param mostBytes default {@link LARGEST_MEMBER}
   * @throws {DocumentFailure} DOCUMENT_TOO_LARGE for a bomb, DOCUMENT_IS_BROKEN for damage or a member that is not there
   */
  read(name: string, mostBytes?: number): Promise<Buffer>;
  /**
   * One member's bytes as they are decompressed, for members that are never whole in memory.
   * @throws {DocumentFailure} like `read`, while it is iterated
   */
  chunks(name: string): AsyncIterable<Buffer>;
  close(): Promise<void>;
}

/** @throws {DocumentFailure} for a container that cannot be opened */
export async function openZip(path: string): Promise<ZipContainer> {
  const zip = await yauzl
    .openPromise(path, {
      lazyEntries: true,
      autoClose: false,
      validateEntrySizes: true,
      strictFileNames: false,
    })
    .catch((error: unknown) => {
      throw damaged(error);
    });
  const entries = new Map<string, yauzl.Entry>();
  try {
    if (zip.entryCount > MOST_MEMBERS) throw tooLarge(`it has ${zip.entryCount} parts`);
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  } catch (error) {
    zip.close();
    throw error instanceof DocumentFailure ? error : damaged(error);
  }
  let left = MOST_BYTES;
  return {
    names: [...entries.keys()],
    has: (name) => entries.has(name),
    async *chunks(name) {
      const entry = entries.get(name);
      if (!entry) throw absent(name);
      try {
        for await (const chunk of await zip.openReadStreamPromise(entry)) {
          left -= (chunk as Buffer).length;
          if (left < 0) throw tooLarge(`its parts have more than ${MOST_BYTES} bytes together`);
          yield chunk as Buffer;
        }
      } catch (error) {
        throw error instanceof DocumentFailure ? error : damaged(error);
      }
    },
    async read(name, mostBytes = LARGEST_MEMBER) {
      const entry = entries.get(name);
      if (!entry) throw absent(name);
      try {
        const bytes = await readBounded(
          await zip.openReadStreamPromise(entry),
          Math.min(mostBytes, left),
          name,
        );
        left -= bytes.length;
        return bytes;
      } catch (error) {
        throw error instanceof DocumentFailure ? error : damaged(error);
      }
    },
    async close() {
      zip.close();
    },
  };
}

async function readBounded(stream: Readable, most: number, name: string): Promise<Buffer> {
  let size = 0;
  stream.on('data', (chunk: Buffer) => {
    size += chunk.length;
    if (size > most) stream.destroy(tooLarge(`its part ${JSON.stringify(name)} grows beyond ${most} bytes`));
  });
  return buffer(stream);
}

function absent(name: string): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_IS_BROKEN',
    `The document lacks its part ${JSON.stringify(name)}. Save it again and upload the new file.`,
  );
}

function tooLarge(why: string): DocumentFailure {
  return new DocumentFailure(
    'DOCUMENT_TOO_LARGE',
    `The document is too large to be read: ${why}. Split it and upload the parts.`,
  );
}

function damaged(error: unknown): DocumentFailure {
  const detail = error instanceof Error ? error.message : String(error);
  return new DocumentFailure(
    'DOCUMENT_IS_BROKEN',
    `The document's container is damaged (${detail}). Save it again and upload the new file.`,
    detail,
  );
}
