import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import type pg from 'pg';
import { BlobNotFoundError, type BlobStore } from '../blobs/port.ts';
import type { ArchiveWriter } from './archive.ts';
import { FORMAT, MANIFEST, type Manifest } from './manifest.ts';
import { copyOut, listSequences, listTables } from './tables.ts';

/** What went into a backup. */
export interface BackupReport {
  readonly tables: number;
  readonly blobs: number;
  readonly blobBytes: number;
  /** Blobs that rows point to and that were not there: they were lost before the backup. */
  readonly missing: readonly string[];
}

/** How often an open transaction is touched, so that neither side takes it for left. */
const KEEP_ALIVE_MS = 15_000;

/**
 * Writes everything of a living database: its rows as of one moment, and the bytes that these rows point to. Meanwhile
 * the janitor is kept from its work, so that no bytes go whose row was seen. Everything else goes on.
 */
export async function writeBackup(
  parts: { readonly pool: pg.Pool; readonly blobs: BlobStore; readonly signal: AbortSignal },
  archive: ArchiveWriter,
  about: { readonly program: string; readonly janitorLock: string },
): Promise<BackupReport> {
  const { pool, blobs, signal } = parts;
  const release = await holdLock(pool, about.janitorLock, signal);
  try {
    const { tables, keys } = await writeTables(pool, archive, about.program, signal);
    return { tables, ...(await writeBlobs(blobs, archive, keys, signal)) };
  } finally {
    await release();
  }
}

/** The janitor's run may take a while. */
const LOOK_MS = 250;

/** Takes a lock for as long as a transaction of its own is open. It sees no rows, and so keeps nothing from vacuum. */
async function holdLock(pool: pg.Pool, lock: string, signal: AbortSignal): Promise<() => Promise<void>> {
  const client = await pool.connect();
  try {
    await client.query('begin');
    while (!(await tryLock(client, lock))) {
      signal.throwIfAborted();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  } catch (error) {
    client.release(true);
    throw error;
  }
  const timer = setInterval(() => void client.query('select 1').catch(() => undefined), KEEP_ALIVE_MS);
  return async () => {
    clearInterval(timer);
    try {
      await client.query('commit');
      client.release();
    } catch (error) {
      client.release(true);
      throw new Error('The database went away during the backup, which is not sound: make another.', {
        cause: error,
      });
    }
  };
}

async function tryLock(client: pg.ClientBase, lock: string): Promise<boolean> {
  const { rows } = await client.query<{ locked: boolean }>(
    `select pg_try_advisory_xact_lock(${lock}) as locked`,
  );
  return rows[0]?.locked ?? false;
}

async function writeTables(
  pool: pg.Pool,
  archive: ArchiveWriter,
  program: string,
  signal: AbortSignal,
): Promise<{ tables: number; keys: string[] }> {
  const client = await pool.connect();
  const settle = await cancelOnAbort(pool, client, signal);
  let sound = false;
  try {
    await client.query('begin transaction isolation level repeatable read, read only');
    const manifest = await describe(client, program);
    await archive.add(MANIFEST, Buffer.from(JSON.stringify(manifest, null, 1)));
    for (const table of manifest.tables) {
      let chunks = 0;
      for await (const chunk of copyOut(client, table)) {
        signal.throwIfAborted();
        chunks += 1;
        await archive.add(`tables/${table.name}/${String(chunks).padStart(6, '0')}.copy.gz`, chunk);
      }
    }
    const { rows } = await client.query<{ key: string }>(`
      select blob_key as key from files union select result ->> 'key' from jobs where result ->> 'key' is not null
      order by key`);
    await client.query('commit');
    sound = true;
    return { tables: manifest.tables.length, keys: rows.map(({ key }) => key) };
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    settle();
    client.release(!sound);
  }
}

/** A statement that waits, for a table that is being changed say, must not hold up whoever has changed their mind. */
async function cancelOnAbort(pool: pg.Pool, client: pg.ClientBase, signal: AbortSignal): Promise<() => void> {
  const { rows } = await client.query<{ pid: number }>('select pg_backend_pid() as pid');
  const cancel = (): void => {
    pool.query('select pg_cancel_backend($1)', [rows[0]?.pid]).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel);
  return () => signal.removeEventListener('abort', cancel);
}

async function describe(client: pg.ClientBase, program: string): Promise<Manifest> {
  const migrations = await client.query<{ name: string }>('select name from schema_migrations order by name');
  const now = await client.query<{ now: Date }>('select now() as now');
  return {
    format: FORMAT,
    program,
    createdAt: now.rows[0]?.now.toISOString() ?? '',
    migrations: migrations.rows.map(({ name }) => name),
    tables: await listTables(client),
    sequences: await listSequences(client),
  };
}

async function writeBlobs(
  blobs: BlobStore,
  archive: ArchiveWriter,
  keys: readonly string[],
  signal: AbortSignal,
): Promise<Omit<BackupReport, 'tables'>> {
  const missing: string[] = [];
  let blobBytes = 0;
  for (const key of keys) {
    signal.throwIfAborted();
    const file = await blobs.localFile(key).catch((error: unknown) => {
      if (error instanceof BlobNotFoundError) return undefined;
      throw error;
    });
    if (!file) {
      missing.push(key);
      continue;
    }
    try {
      const { size } = await stat(file.path);
      await archive.addStream(`blobs/${key}`, size, createReadStream(file.path));
      blobBytes += size;
    } finally {
      await file.release();
    }
  }
  return { blobs: keys.length - missing.length, blobBytes, missing };
}
