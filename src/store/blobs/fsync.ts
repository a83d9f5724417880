import { open } from 'node:fs/promises';

/** Brings a file, or the names in a directory, to the disk: what a power cut then leaves. */
export async function fsyncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
