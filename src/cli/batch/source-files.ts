import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

/** A file of the folder that the batch runs over. */
export interface SourceFile {
  readonly path: string;
  /** Path inside the folder, with `/` on every system. */
  readonly name: string;
}

/** The folder's files, those of its sub-folders too, sorted. What begins with a dot is left out. */
export async function findSourceFiles(folder: string): Promise<SourceFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path, name: relative(folder, path).split(sep).join('/') }))
    .filter((file) => !file.name.split('/').some((part) => part.startsWith('.')))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
