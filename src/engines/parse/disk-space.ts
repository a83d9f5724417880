import { statfsSync } from 'node:fs';

/** Programs write in pieces, so the last bytes of a full disk may stay free. */
const LEAST_FREE_BYTES = 4 * 1024 * 1024;

/** Something went wrong with a document while the disk was full: nobody can tell whose doing it was. */
export class DiskFullError extends Error {
  override readonly name = 'DiskFullError';
  readonly code = 'ENOSPC';

  constructor(directory: string, cause: unknown) {
    super(`no space left on the disk of ${directory}`, { cause });
  }
}

/** @throws DiskFullError when the disk of one of these has no space left; `cause` is what went wrong */
export function blameFullDisk(directories: readonly string[], cause: unknown): void {
  for (const directory of directories) if (isFull(directory)) throw new DiskFullError(directory, cause);
}

function isFull(directory: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize < LEAST_FREE_BYTES;
  } catch {
    return false;
  }
}
