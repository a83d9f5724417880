import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCorpus } from './corpus.ts';

/** Sheaf reaches at least this part of the bare library's speed. */
const GOAL = 0.95;

/** What one run over all documents did. */
export interface Measurement {
  readonly pages: number;
  readonly seconds: number;
}

/** The files of `folder`; without one, `documents` made-up born-digital PDFs that are kept for the next time. */
export async function benchDocuments(
  documents: number,
  folder: string | undefined,
): Promise<readonly string[]> {
  if (folder === undefined) {
    const corpus = await makeCorpus(join(tmpdir(), `sheaf-corpus-${documents}`), { documents });
    return corpus.paths;
  }
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** Prints one run. @returns pages per second */
export function report(name: string, { pages, seconds }: Measurement): number {
  const speed = pages / seconds;
  console.log(`${name}: ${pages} pages in ${seconds.toFixed(2)} s = ${speed.toFixed(0)} pages/s`);
  return speed;
}

/** Prints the medians of both sides' rounds, their ratio, and whether it reaches the goal. */
export function compare(name: string, sheaf: readonly number[], reference: readonly number[]): void {
  const ratio = median(sheaf) / median(reference);
  console.log(
    `${name}: Sheaf ${median(sheaf).toFixed(0)} pages/s, LiteParse pool ${median(reference).toFixed(0)} pages/s, ` +
      `ratio ${ratio.toFixed(3)} (goal ${GOAL}: ${ratio >= GOAL ? 'reached' : 'missed'})`,
  );
}

function median(numbers: readonly number[]): number {
  const sorted = numbers.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
