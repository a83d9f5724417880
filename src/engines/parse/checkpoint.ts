import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { PageReading } from './reader.ts';

/**
 * Slices of a long document that have been read, kept until the document is finished: whatever dies, the next attempt
 * goes on behind the last of them. A slice is written elsewhere and renamed, so it is whole or absent; it is only a saving
 * of work, so whatever goes wrong with it is passed over.
 */
export class Checkpoint {
  readonly #directory: string | undefined;

  /** @param directory of this document alone, made with the first slice; undefined: nothing is kept */
  constructor(directory: string | undefined) {
    this.#directory = directory;
  }

  /** The slice that begins with a page, if an earlier attempt has read just these pages. */
  load(pageNumbers: readonly number[]): readonly PageReading[] | undefined {
    if (this.#directory === undefined) return undefined;
    try {
      const { pages, readings } = JSON.parse(readFileSync(this.#path(pageNumbers), 'utf8')) as Slice;
      return pages.join() === pageNumbers.join() ? readings : undefined;
    } catch {
      return undefined;
    }
  }

  keep(pageNumbers: readonly number[], readings: readonly PageReading[]): void {
    if (this.#directory === undefined) return;
    const path = this.#path(pageNumbers);
    const unfinished = `${path}.${process.pid}`;
    try {
      mkdirSync(this.#directory, { recursive: true, mode: 0o700 });
      const slice: Slice = { pages: pageNumbers, readings };
      writeFileSync(unfinished, JSON.stringify(slice), { mode: 0o600 });
      renameSync(unfinished, path);
    } catch {
      // A full disk shows itself when the result is written, for which there is the more room.
      rmSync(unfinished, { force: true });
    }
  }

  #path(pageNumbers: readonly number[]): string {
    return join(this.#directory ?? '', `slice-${pageNumbers[0] ?? 0}.json`);
  }
}

interface Slice {
  readonly pages: readonly number[];
  readonly readings: readonly PageReading[];
}
