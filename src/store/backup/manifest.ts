import { DamagedBackupError } from './archive.ts';
import type { BackedUpSequence, BackedUpTable } from './tables.ts';

/** The first entry of a backup. */
export const MANIFEST = 'sheaf-backup.json';

/** Goes up when an older program could no longer read what a newer one writes. */
export const FORMAT = 1;

/** What a backup says of itself. */
export interface Manifest {
  readonly format: number;
  /** Version of the program that wrote it. */
  readonly program: string;
  /** By the database's clock, as is everything in it. */
  readonly createdAt: string;
  /** Those that the database had, in their order. */
  readonly migrations: readonly string[];
  /** In the order in which they can be filled. */
  readonly tables: readonly BackedUpTable[];
  readonly sequences: readonly BackedUpSequence[];
}

/**
 * @param known the migrations that this program knows
 * @throws when this program cannot read such a backup
 */
export function readManifest(text: string, known: readonly string[]): Manifest {
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (error) {
    throw new DamagedBackupError(`${MANIFEST} in the backup is no JSON.`, { cause: error });
  }
  if (manifest.format !== FORMAT)
    throw new Error(
      `The backup has format ${manifest.format} and this program reads format ${FORMAT}. ` +
        `Restore it with Sheaf ${manifest.program} or later.`,
    );
  const unknown = manifest.migrations.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(
      `The backup is of a newer database than this program knows (${unknown.join(', ')}). ` +
        `Restore it with Sheaf ${manifest.program} or later.`,
    );
  return manifest;
}
