import { randomUUID } from 'node:crypto';
import { link, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { newApiKey } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { ensureApiKey } from './api-keys.ts';

/** Where the first key lies, inside the data directory. Readable by its owner alone. */
const KEY_FILE = 'api-key';

/** The key that a server starts with. */
export interface FirstKey {
  /** Where it lies; undefined when the operator chose it. */
  readonly file: string | undefined;
  /** False when it has been revoked: a start does not bring it back. */
  readonly usable: boolean;
}

/**
 * Makes sure that there is a key to work with: the operator's own, or one that the first start makes and keeps in
 * a file. The file is written before the database knows the key, so a crash between the two is mended by the next
 * start.
 * @throws when the file holds no key
 */
export async function openFirstKey(
  db: Database,
  config: { readonly apiKey?: string; readonly dataDir: string },
  projectId: string,
): Promise<FirstKey> {
  if (config.apiKey !== undefined) {
    const usable = await ensureApiKey(db, config.apiKey, { projectId, name: 'SHEAF_API_KEY' });
    return { file: undefined, usable };
  }
  const file = join(config.dataDir, KEY_FILE);
  const key = (await readKey(file)) ?? (await writeKey(file));
  return { file, usable: await ensureApiKey(db, key, { projectId, name: 'first start' }) };
}

/** @returns undefined where there is no such file; it is never seen half-written, so one without a key is damaged */
async function readKey(path: string): Promise<string | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const key = text.trim();
  if (key.length >= MIN_KEY_LENGTH && !/\s/.test(key)) return key;
  throw new Error(
    `${path} ${key === '' ? 'is empty' : 'does not hold an API key'}. Delete it, and the next start makes a new key ` +
      'and writes it there; keys that were made before stay good.',
  );
}

/** As for SHEAF_API_KEY. */
const MIN_KEY_LENGTH = 16;

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
