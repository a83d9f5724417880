import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { ForeignBlobsError } from './port.ts';

/** Says whose blobs a directory holds; no key of a blob begins with a dot. */
const MARKER = '.installation';

/**
 * Makes a directory of blobs an installation's.
 * @throws ForeignBlobsError when it is another's
 */
export async function claimDirectory(directory: string, installation: string): Promise<void> {
  const marker = join(directory, MARKER);
  const owner = (await ownerIn(marker)) ?? (await mark(marker, installation));
  if (owner !== installation) throw new ForeignBlobsError(directory, marker);
}

async function ownerIn(marker: string): Promise<string | undefined> {
  const text = await readFile(marker, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text?.trim();
}

/** Written elsewhere and linked into place: of two that begin at the same time one wins. @returns the winner */
async function mark(marker: string, installation: string): Promise<string> {
  const temporary = `${marker}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${installation}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, marker);
    return installation;
  } catch (error) {
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await ownerIn(marker) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(temporary, { force: true });
  }
}
