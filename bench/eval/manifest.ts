import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** What a robust document is expected to do. */
export type Expectation = 'open' | 'reject-or-degrade' | 'password' | 'bounded-failure';

/** One document of an evaluation corpus, as `manifest.json` lists them. */
export interface CorpusDocument {
  readonly corpus: string;
  readonly kind: string;
  /** Path below the manifest's folder. */
  readonly doc: string;
  readonly truth?: string | Readonly<Record<string, string>>;
  /** The data that an extraction should give, where it does not stand in a file. */
  readonly truth_inline?: Readonly<Record<string, unknown>>;
  /** The file with the JSON Schema of an extraction. */
  readonly schema?: string;
  /** Documents that are versions of one another. */
  readonly group?: string;
  readonly expect?: Expectation;
  readonly password?: string;
}

export interface Manifest {
  /** The folder that paths are relative to. */
  readonly folder: string;
  readonly documents: readonly CorpusDocument[];
}

/** Reads `manifest.json` of a folder. @throws when it is absent or is not a list of documents */
export function readManifest(folder: string): Manifest {
  const path = join(resolve(folder), 'manifest.json');
  if (!existsSync(path)) throw new Error(`${path} is not there: name a folder that has a manifest.json`);
  const documents: unknown = JSON.parse(readFileSync(path, 'utf8'));
  if (!Array.isArray(documents)) throw new Error(`${path} must hold a list of documents`);
  return { folder: dirname(path), documents: documents as CorpusDocument[] };
}

/** The file that holds a document's truth in a form, such as `md`. */
export function truthPath(manifest: Manifest, document: CorpusDocument, form?: string): string | undefined {
  const { truth } = document;
  const path = typeof truth === 'string' ? truth : form === undefined ? undefined : truth?.[form];
  return path === undefined ? undefined : join(manifest.folder, path);
}
