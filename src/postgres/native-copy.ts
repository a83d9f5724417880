import { randomBytes } from 'node:crypto';
import { constants, existsSync, statSync } from 'node:fs';
import { chmod, cp, readdir, rename, rm, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { packageVersion, type Link } from './native-package.ts';

/**
 * Copies a package's programs into the server's home, once per version, and returns where they are. A copy that
 * exists is complete: it was made under another name.
 */
export async function copyBeside(native: string, home: string, links: readonly Link[]): Promise<string> {
  const copy = join(home, `native-${packageVersion(native)}`);
  if (existsSync(copy)) return copy;
  const draft = `${copy}.${randomBytes(6).toString('hex')}`;
  try {
    await cp(native, draft, {
      recursive: true,
      verbatimSymlinks: true,
      mode: constants.COPYFILE_FICLONE,
      filter: (path) => !path.endsWith('.a') && basename(path) !== 'pgxs',
    });
    for (const link of links) {
      const path = join(draft, 'lib', link.name);
      if (!existsSync(path)) await symlink(link.target, path);
    }
    await openToAll(draft);
    await rename(draft, copy);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    if (!existsSync(copy)) throw error;
  }
  return copy;
}

/** A restrictive umask during installation must not survive the copy: these are public programs. */
async function openToAll(directory: string): Promise<void> {
  await chmod(directory, 0o755);
  for (const entry of await readdir(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) await openToAll(path);
    else if (entry.isFile()) await chmod(path, statSync(path).mode & 0o100 ? 0o755 : 0o644);
  }
}

/** Removes the copies of other versions, and what a killed Sheaf left half copied. */
export async function removeOtherCopies(home: string, programInUse: string): Promise<void> {
  for (const name of await readdir(home)) {
    const path = join(home, name);
    if (!name.startsWith('native-') || programInUse.startsWith(`${path}/`)) continue;
    await rm(path, { recursive: true, force: true });
  }
}
