import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newApiKey } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { ensureApiKey } from './api-keys.ts';

/** Where the first key lies, inside the data directory. Readable by its owner alone. */
const KEY_FILE = 'api-key';

/**
 * Makes sure that there is a key to work with: the operator's own, or one that the first start makes and keeps in
 * a file. The file is written before the database knows the key, so a crash between the two is mended by the next
 * start.
 * @returns the file's path, or undefined when the operator chose the key
 */
export async function openFirstKey(
  db: Database,
  config: { readonly apiKey?: string; readonly dataDir: string },
  projectId: string,
): Promise<string | undefined> {
  if (config.apiKey !== undefined) {
    await ensureApiKey(db, config.apiKey, { projectId, name: 'SHEAF_API_KEY' });
    return undefined;
  }
  const path = join(config.dataDir, KEY_FILE);
  const key = (await readKey(path)) ?? (await writeKey(path));
  await ensureApiKey(db, key, { projectId, name: 'first start' });
  return path;
}

async function readKey(path: string): Promise<string | undefined> {
  try {
    return (await readFile(path, 'utf8')).trim() || undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** Written elsewhere and linked into place, so that the file is never seen half-written. */
async function writeKey(path: string): Promise<string> {
  const key = newApiKey();
  const temporary = `${path}.${randomUUID()}`;
  try {
    const file = await open(temporary, 'wx', 0o600);
    try {
      await file.writeFile(`${key}\n`);
      await file.sync();
    } finally {
      await file.close();
    }
    await link(temporary, path);
    return key;
  } catch (error) {
    // Another process that starts on the same directory was first.
    const theirs = (error as NodeJS.ErrnoException).code === 'EEXIST' ? await readKey(path) : undefined;
    if (theirs === undefined) throw error;
    return theirs;
  } finally {
    await rm(temporary, { force: true });
  }
}
