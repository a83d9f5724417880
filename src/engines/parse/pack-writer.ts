import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from '../../model/document.ts';
import {
  RESULT_PARTS,
  RESULT_SECTIONS,
  type JoinedLengths,
  type PartIndex,
  type ResultPart,
  type ResultSection,
  type SectionIndex,
  type SectionRange,
} from '../../model/parse-result.ts';
import { JOINED_SEPARATORS } from '../../model/joined-pages.ts';
import { encodePage } from '../../model/parse-wire.ts';
import { DocumentFailure } from './document-failure.ts';
import { Spool } from './spool.ts';

/** The pack's name inside a request's `outputDir`. */
export const PACK_NAME = 'result.pack';
/** Most bytes that one document's result may have, pictures included: what HTTP clients and disks take in one piece. */
export const LARGEST_PACK = 2 * 1024 ** 3;
const OPENING = '{"pages":[';
const CLOSING = ']}';

/** A finished pack and what lies where in it. */
export interface FinishedPack {
  readonly packPath: string;
  readonly packBytes: number;
  readonly sections: SectionIndex;
  readonly parts: PartIndex;
  readonly joined: JoinedLengths;
}

/**
 * Writes a parse result page by page and, at the end, the sections and parts one behind the other into one file. All
 * calls are synchronous: the writer lives in a process that has one document and nothing else to do.
 */
export class PackWriter {
  readonly #directory: string;
  readonly #mostBytes: number;
  readonly #sections: ReadonlyMap<ResultSection, Spool>;
  readonly #parts = new Map<ResultPart, Spool>();
  readonly #joined = { text: 0, markdown: 0 };
  #pages = 0;
  #bytes = 0;

  /**
   * @param directory an existing directory; the pack and, for a while, part files appear in it
   * @param mostBytes largest pack; default {@link LARGEST_PACK}
   */
  constructor(directory: string, mostBytes = LARGEST_PACK) {
    this.#directory = directory;
    this.#mostBytes = mostBytes;
    this.#sections = new Map(RESULT_SECTIONS.map((section) => [section, this.#open(section)]));
    for (const spool of this.#sections.values()) spool.addText(OPENING);
  }

  /**
   * Adds a page to all sections. Pages are added in the order in which they are to be read.
   * @throws {DocumentFailure} DOCUMENT_TOO_LARGE, as every other call, when the pack becomes too large
   */
  add(page: Page): void {
    const wire = encodePage(page);
    const comma = this.#pages > 0 ? ',' : '';
    for (const [section, spool] of this.#sections) spool.addText(comma + wire[section]);
    for (const field of ['text', 'markdown'] as const) {
      if (this.#pages > 0) this.#joined[field] += JOINED_SEPARATORS[field].length;
      if (page.success) this.#joined[field] += Buffer.byteLength(page[field]);
    }
    this.#pages += 1;
  }

  /** A part to write to. It is in the pack from the first call on, even when it stays empty. */
  part(name: ResultPart): Spool {
    const open = this.#parts.get(name);
    if (open) return open;
    const spool = this.#open(name);
    this.#parts.set(name, spool);
    return spool;
  }

  /** Writes the pack and removes the part files. The file is complete but not fsynced: its owner does that. */
  finish(): FinishedPack {
    const packPath = join(this.#directory, PACK_NAME);
    const pack = openSync(packPath, 'w');
    try {
      let offset = 0;
      const append = (spool: Spool): SectionRange => {
        const range = { offset, length: spool.appendTo(pack) };
        offset += range.length;
        return range;
      };
      const sections = [...this.#sections].map(([section, spool]) => {
        spool.addText(CLOSING);
        return [section, append(spool)] as const;
      });
      const parts = RESULT_PARTS.flatMap((name) => {
        const spool = this.#parts.get(name);
        return spool ? [[name, append(spool)] as const] : [];
      });
      return {
        packPath,
        packBytes: offset,
        sections: Object.fromEntries(sections) as unknown as SectionIndex,
        parts: Object.fromEntries(parts),
        joined: { ...this.#joined },
      };
    } finally {
      closeSync(pack);
      this.discard();
    }
  }

  /** Removes part files; for a document that failed halfway. Safe to call at any time and twice. */
  discard(): void {
    for (const spool of [...this.#sections.values(), ...this.#parts.values()]) spool.discard();
  }

  #open(name: string): Spool {
    return new Spool(join(this.#directory, `${name}.part`), (bytes) => this.#charge(bytes));
  }

  #charge(bytes: number): void {
    this.#bytes += bytes;
    if (this.#bytes <= this.#mostBytes) return;
    const megabytes = Math.round(this.#mostBytes / 1024 ** 2);
    throw new DocumentFailure(
      'DOCUMENT_TOO_LARGE',
      `The result would be larger than ${megabytes} MB, which is the most that is kept of one document. ` +
        'Ask for part of it with page_ranges.target_pages, or for fewer pictures with output_options.images_to_save.',
    );
  }
}
