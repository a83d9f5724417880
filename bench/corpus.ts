import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom } from '../scripts/documents/random.ts';
import { drawCorpusDocument } from './corpus/document.ts';
import { drawPageCount } from './corpus/length.ts';

export interface CorpusSettings {
  readonly documents: number;
  /** Two corpora of the same seed begin with the same documents. Default 1. */
  readonly seed?: number;
}

export interface Corpus {
  /** The folder that holds the documents and nothing else that is not a dotfile. */
  readonly folder: string;
  /** Paths of the documents, in order. */
  readonly paths: readonly string[];
  /** Pages of all documents together. */
  readonly pages: number;
  readonly bytes: number;
  /** False when the folder already held this corpus. */
  readonly made: boolean;
}

/** Increase it when documents come out differently, so that corpora on disk are made anew. */
const GENERATION = 1;
const MANIFEST = '.corpus.json';

interface Manifest {
  readonly key: string;
  readonly names: readonly string[];
  readonly pages: number;
  readonly bytes: number;
}

/**
 * Makes `documents` different born-digital PDFs in `folder`, of 1 to 20 pages each and about 5.5 in the mean.
 * Does nothing when the folder already holds them: the dotfile `.corpus.json`, written last, tells.
 * PDFs of another corpus in the folder are removed.
 *
 * @throws RangeError when `documents` is not a positive whole number.
 */
export async function makeCorpus(folder: string, settings: CorpusSettings): Promise<Corpus> {
  const { documents, seed = 1 } = settings;
  if (!Number.isInteger(documents) || documents < 1)
    throw new RangeError(`A corpus needs a positive whole number of documents, not ${documents}.`);
  await mkdir(folder, { recursive: true });
  const key = createHash('sha256')
    .update(JSON.stringify([GENERATION, documents, seed]))
    .digest('hex');
  const present = await readManifest(folder, key);
  if (present) return corpus(folder, present, false);

  for (const name of await readdir(folder))
    if (name === MANIFEST || /^document-\d+\.pdf$/.test(name)) await rm(join(folder, name));
  const random = createRandom(seed);
  const names: string[] = [];
  let pages = 0;
  let bytes = 0;
  for (let index = 1; index <= documents; index += 1) {
    const name = `document-${String(index).padStart(4, '0')}.pdf`;
    const length = drawPageCount(random);
    const document = await drawCorpusDocument(random.integer(0, 2 ** 31), length);
    await writeFile(join(folder, name), document);
    names.push(name);
    pages += length;
    bytes += document.length;
  }
  const manifest: Manifest = { key, names, pages, bytes };
  await writeFile(join(folder, MANIFEST), JSON.stringify(manifest));
  return corpus(folder, manifest, true);
}

function corpus(folder: string, manifest: Manifest, made: boolean): Corpus {
  const { names, pages, bytes } = manifest;
  return { folder, paths: names.map((name) => join(folder, name)), pages, bytes, made };
}

/** The manifest, if it can be read, is of this corpus, and every document it names is there. */
async function readManifest(folder: string, key: string): Promise<Manifest | undefined> {
  try {
    const manifest = JSON.parse(await readFile(join(folder, MANIFEST), 'utf8')) as Manifest;
    const present = new Set(await readdir(folder));
    return manifest.key === key && manifest.names.every((name) => present.has(name)) ? manifest : undefined;
  } catch {
    // Missing or cut off: whatever the folder holds is of a run that did not end.
    return undefined;
  }
}
