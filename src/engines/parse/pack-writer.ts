import { closeSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '../../model/document.ts';
import {
  RESULT_SECTIONS,
  type ResultSection,
  type SectionIndex,
  type SectionRange,
} from '../../model/parse-result.ts';
import { encodePage } from '../../model/parse-wire.ts';

/** The pack's name inside a request's `outputDir`. */
export const PACK_NAME = 'result.pack';
/** Characters a section may hold in memory before it moves to a file of its own: long documents stay flat. */
const SPILL_AT = 4 * 1024 * 1024;
const COPY_BYTES = 256 * 1024;
const OPENING = '{"pages":[';
const CLOSING = ']}';

/** One section on its way into the pack: text in memory, moved to a part file whenever it grows large. */
interface SectionSpool {
  chunks: string[];
  characters: number;
  readonly partPath: string;
  part?: number;
  /** Bytes already in the part file. */
  spilled: number;
}

/**
 * Writes a parse result page by page and, at the end, the sections one behind the other into one file. All calls
 * are synchronous: the writer lives in a process that has one document and nothing else to do.
 */
export class PackWriter {
  readonly #directory: string;
  readonly #spools: ReadonlyMap<ResultSection, SectionSpool>;
  #pages = 0;

  /** @param directory an existing directory; the pack and, for a while, part files appear in it */
  constructor(directory: string) {
    this.#directory = directory;
    this.#spools = new Map(
      RESULT_SECTIONS.map((section) => [
        section,
        {
          chunks: [OPENING],
          characters: OPENING.length,
          partPath: join(directory, `${section}.part`),
          spilled: 0,
        },
      ]),
    );
  }

  /** Adds a page to all sections. Pages are added in the order in which they are to be read. */
  add(page: Page): void {
    const wire = encodePage(page);
    for (const [section, spool] of this.#spools) {
      if (this.#pages > 0) spool.chunks.push(',');
      spool.chunks.push(wire[section]);
      spool.characters += wire[section].length + 1;
      if (spool.characters >= SPILL_AT) spill(spool);
    }
    this.#pages += 1;
  }

  /** Writes the pack and removes the part files. The file is complete but not fsynced: its owner does that. */
  finish(): { packPath: string; packBytes: number; sections: SectionIndex } {
    const packPath = join(this.#directory, PACK_NAME);
    const pack = openSync(packPath, 'w');
    try {
      const ranges: [ResultSection, SectionRange][] = [];
      let offset = 0;
      for (const [section, spool] of this.#spools) {
        spool.chunks.push(CLOSING);
        const length = appendSpool(pack, spool);
        ranges.push([section, { offset, length }]);
        offset += length;
      }
      return { packPath, packBytes: offset, sections: Object.fromEntries(ranges) as SectionIndex };
    } finally {
      closeSync(pack);
      this.discard();
    }
  }

  /** Removes part files; for a document that failed halfway. Safe to call at any time and twice. */
  discard(): void {
    for (const spool of this.#spools.values()) {
      if (spool.part === undefined) continue;
      closeSync(spool.part);
      delete spool.part;
      rmSync(spool.partPath, { force: true });
    }
  }
}

function takeBytes(spool: SectionSpool): Buffer {
  const bytes = Buffer.from(spool.chunks.join(''), 'utf8');
  spool.chunks = [];
  spool.characters = 0;
  return bytes;
}

function spill(spool: SectionSpool): void {
  spool.part ??= openSync(spool.partPath, 'w+');
  const bytes = takeBytes(spool);
  writeAll(spool.part, bytes);
  spool.spilled += bytes.length;
}

function appendSpool(pack: number, spool: SectionSpool): number {
  const bytes = takeBytes(spool);
  if (spool.part !== undefined) copyPart(spool.part, spool.spilled, pack);
  writeAll(pack, bytes);
  return spool.spilled + bytes.length;
}

function copyPart(part: number, bytes: number, pack: number): void {
  const buffer = Buffer.allocUnsafe(Math.min(COPY_BYTES, bytes));
  for (let position = 0; position < bytes;) {
    const read = readSync(part, buffer, 0, buffer.length, position);
    if (read === 0)
      throw new Error('A part file of the result became shorter while it was copied into the pack.');
    writeAll(pack, buffer.subarray(0, read));
    position += read;
  }
}

/** `writeSync` may write less than asked for, for example on a full disk just before it fails. */
function writeAll(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length;) {
    written += writeSync(file, bytes, written, bytes.length - written);
  }
}
