import { createReadStream } from 'node:fs';
import { chmod, mkdir, open, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openParts } from './open-parts.ts';
import type { Config } from '../config.ts';
import { createLogger, type Logger } from '../logger.ts';
import { isStorageFull } from '../model/shortage.ts';
import { startEmbeddedPostgres } from '../postgres/embedded.ts';
import { removeRelocatedDatabase } from '../postgres/location.ts';
import { DamagedBackupError } from '../store/backup/archive.ts';
import { KNOWN_MIGRATIONS, migrateTo } from '../store/backup/migrate-to.ts';
import { readBackup, type RestoreReport } from '../store/backup/read-backup.ts';
import { openDiskBlobs } from '../store/blobs/disk.ts';
import { fsyncPath } from '../store/blobs/fsync.ts';
import { awaitDatabase, openDatabase, type Database } from '../store/database.ts';
import { migrate } from '../store/migrate.ts';
import { KEPT_FILES } from './kept-files.ts';
import { refuseUnfinishedRestore, RESTORING } from './unfinished-restore.ts';

const BOUNDS = { maxConnections: 2, timeoutMs: 60_000 };

/** What a file system puts into a new volume by itself. */
const OF_THE_VOLUME = new Set(['lost+found']);

/**
 * Puts a backup into an empty data directory. It is built in `restoring/` there and moved into place when everything in
 * it has been compared with what was written; until then no server starts on the directory.
 * @throws when the directory is not empty, or the backup is damaged or of a newer program; the directory is empty then
 */
export async function restore(config: Config, file: string, signal: AbortSignal): Promise<RestoreReport> {
  if (config.databaseUrl !== undefined)
    throw new Error('restore fills an embedded database: unset SHEAF_DATABASE_URL.');
  if (config.blobUrl !== undefined)
    throw new Error(
      'restore puts blobs into the data directory: unset SHEAF_BLOB_URL, and move them afterwards.',
    );
  const { dataDir } = config;
  const source = await open(file, 'r');
  const logger = createLogger({ level: config.logLevel, format: 'text' });
  const stage = join(dataDir, RESTORING);
  try {
    await mkdir(dataDir, { recursive: true });
    await refuseUsed(dataDir);
    // The database's own user has to pass.
    await mkdir(stage, { mode: 0o755 });
    await chmod(stage, 0o755);
    try {
      const report = await fill(stage, { file, logger, signal });
      await moveIntoPlace(stage, dataDir);
      return report;
    } catch (error) {
      await removeRelocatedDatabase(stage);
      await rm(stage, { recursive: true, force: true });
      signal.throwIfAborted();
      if (!isStorageFull(error)) throw error;
      throw new Error(
        `No space is left in ${dataDir}, which is empty again. Free some, or restore elsewhere.`,
        {
          cause: error,
        },
      );
    }
  } finally {
    await source.close();
  }
}

async function refuseUsed(dataDir: string): Promise<void> {
  const names = (await readdir(dataDir)).filter((name) => !OF_THE_VOLUME.has(name));
  if (names.includes(RESTORING)) refuseUnfinishedRestore(dataDir);
  if (names.length > 0)
    throw new Error(
      `${dataDir} is not empty (${names.slice(0, 3).join(', ')}): restore into a new directory, nothing is overwritten.`,
    );
}

async function fill(
  stage: string,
  { file, logger, signal }: { file: string; logger: Logger; signal: AbortSignal },
): Promise<RestoreReport> {
  return openParts(logger, async (closers, close) => {
    let database: Database | undefined;
    const report = await readBackup(
      createReadStream(file),
      {
        async open(migrations) {
          const postgres = await startEmbeddedPostgres({ dataDir: stage, logger, signal });
          closers.push(() => postgres.stop());
          const { db, pool, close: disconnect } = openDatabase(postgres.connection, { ...BOUNDS, logger });
          closers.push(disconnect);
          await awaitDatabase(db, BOUNDS.timeoutMs);
          await migrateTo(db, migrations.at(-1) ?? '');
          database = db;
          const blobs = await openDiskBlobs(stage);
          closers.push(() => blobs.close());
          return { pool, blobs };
        },
        async keepFile(name, body) {
          if (!KEPT_FILES.includes(name))
            throw new DamagedBackupError(`The backup holds ${name}, which belongs into none.`);
          await writeFile(join(stage, name), body, { mode: 0o600, flush: true });
        },
      },
      { knownMigrations: KNOWN_MIGRATIONS, signal },
    );
    if (database) await migrate(database);
    await close();
    return report;
  });
}

/** The database last: a directory with a database and without the rest would be taken for whole. */
async function moveIntoPlace(stage: string, dataDir: string): Promise<void> {
  const names = await readdir(stage);
  const database = new Set(['postgres', 'postgres-location']);
  const ordered = [
    ...names.filter((name) => !database.has(name)),
    ...names.filter((name) => database.has(name)),
  ];
  for (const name of ordered) await rename(join(stage, name), join(dataDir, name));
  await rmdir(stage);
  await fsyncPath(dataDir);
}
