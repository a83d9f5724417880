import { createWriteStream } from 'node:fs';
import { link, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { openBlobs } from './open-blobs.ts';
import { openConnection } from './open-database.ts';
import { openParts } from './open-parts.ts';
import type { Config } from '../config.ts';
import { createLogger } from '../logger.ts';
import { isStorageFull } from '../model/shortage.ts';
import { hasEmbeddedDatabase } from '../postgres/location.ts';
import { createArchiveWriter } from '../store/backup/archive.ts';
import { KNOWN_MIGRATIONS } from '../store/backup/migrate-to.ts';
import { writeBackup, type BackupReport } from '../store/backup/write-backup.ts';
import { fsyncPath } from '../store/blobs/fsync.ts';
import { awaitDatabase, openDatabase } from '../store/database.ts';
import { JANITOR_LOCK_KEY } from '../store/retention.ts';
import { programVersion } from '../version.ts';
import { KEPT_FILES } from './kept-files.ts';

/** What was written, and where. */
export interface WrittenBackup extends BackupReport {
  readonly file: string;
  readonly bytes: number;
}

const BOUNDS = { maxConnections: 3, timeoutMs: 60_000 };

/**
 * Writes a backup of the embedded database and its blobs, whether or not servers run on it.
 * @param target a new file, or a directory in which one is made
 * @throws when there is no database, the file exists, or the schema is not this program's; no file is left then
 */
export async function backUp(config: Config, target: string, signal: AbortSignal): Promise<WrittenBackup> {
  if (config.databaseUrl !== undefined)
    throw new Error(
      'backup is for the embedded database. Back up the one of SHEAF_DATABASE_URL with its own tools, then the blobs; ' +
        'docs/operations.md says in which order.',
    );
  if (!hasEmbeddedDatabase(config.dataDir))
    throw new Error(
      `There is no database in ${config.dataDir}: --data-dir or SHEAF_DATA_DIR says where it is.`,
    );
  const file = await fileFor(target);
  const logger = createLogger({ level: config.logLevel, format: 'text' });
  return openParts(logger, async (closers, close) => {
    const { connection } = await openConnection(config, logger, closers);
    const { db, pool, close: disconnect } = openDatabase(connection, { ...BOUNDS, logger });
    closers.push(disconnect);
    await awaitDatabase(db, BOUNDS.timeoutMs);
    await refuseOtherSchema(pool);
    const blobs = await openBlobs(config);
    closers.push(() => blobs.close());
    const report = await writeFile(file, async (archive) => {
      const about = { program: programVersion(), janitorLock: JANITOR_LOCK_KEY };
      const written = await writeBackup({ pool, blobs, signal }, archive, about);
      for (const name of KEPT_FILES) {
        const body = await readFile(join(config.dataDir, name)).catch(() => undefined);
        if (body) await archive.add(name, body);
      }
      return written;
    });
    await close();
    return { ...report, file, bytes: (await stat(file)).size };
  });
}

async function fileFor(target: string): Promise<string> {
  const found = await stat(target).catch(() => undefined);
  if (!found) return target;
  if (!found.isDirectory())
    throw new Error(`${target} exists: name another file, or a directory to put a new one into.`);
  return join(target, `sheaf-${new Date().toISOString().replaceAll(/[:.]/g, '-')}.tar`);
}

/** A backup that an older or newer program's schema is in would need that program to know what belongs to it. */
async function refuseOtherSchema(pool: {
  query: (text: string) => Promise<{ rows: unknown[] }>;
}): Promise<void> {
  const table = await pool.query(`select to_regclass('schema_migrations') as name`);
  if ((table.rows[0] as { name: string | null }).name === null)
    throw new Error('The database is empty: no server has been started on it yet.');
  const { rows } = await pool.query('select name from schema_migrations');
  const unknown = (rows as { name: string }[])
    .map(({ name }) => name)
    .filter((name) => !KNOWN_MIGRATIONS.includes(name));
  if (unknown.length > 0)
    throw new Error(`The database is of a newer Sheaf (${unknown.join(', ')}): back it up with that one.`);
}

/** Written elsewhere, for its owner alone, and linked into place when it is whole and durable. */
async function writeFile<T>(
  file: string,
  fill: (archive: ReturnType<typeof createArchiveWriter>) => Promise<T>,
): Promise<T> {
  const partial = `${file}.partial-${process.pid}`;
  const archive = createArchiveWriter();
  try {
    const writing = pipeline(archive.output, createWriteStream(partial, { flags: 'wx', mode: 0o600 }));
    // A disk that is full ends the writing first; whoever fills would then wait for ever.
    const failed = writing.then(
      () => new Promise<never>(() => {}),
      (error: unknown) => Promise.reject(error as Error),
    );
    const filling = (async () => {
      const result = await fill(archive);
      await archive.finish();
      return result;
    })();
    filling.catch(() => archive.output.destroy());
    const result = await Promise.race([filling, failed]);
    await writing;
    await fsyncPath(partial);
    await link(partial, file).catch((error: NodeJS.ErrnoException) => {
      throw error.code === 'EEXIST' ? new Error(`${file} exists by now: name another file.`) : error;
    });
    await rm(partial);
    await fsyncPath(dirname(file));
    return result;
  } catch (error) {
    await rm(partial, { force: true });
    if (!isStorageFull(error)) throw error;
    const where = `for the backup in ${dirname(file)}, or on the disk of the database`;
    throw new Error(`No space is left ${where}. Free some, or write it elsewhere; nothing was left behind.`, {
      cause: error,
    });
  }
}
