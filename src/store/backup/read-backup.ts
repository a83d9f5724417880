import type { Readable } from 'node:stream';
import type pg from 'pg';
import type { BlobStore } from '../blobs/port.ts';
import { asDamage, bytesOf, DamagedBackupError, readArchive, type ArchiveEntry } from './archive.ts';
import { MANIFEST, readManifest, type Manifest } from './manifest.ts';
import { copyIn, quoted } from './tables.ts';

/** Where a backup goes. Everything in it is new, and is thrown away when {@link readBackup} fails. */
export interface BackupTarget {
  /** Makes an empty database whose schema is that of these migrations. */
  open(migrations: readonly string[]): Promise<{ readonly pool: pg.Pool; readonly blobs: BlobStore }>;
  /** Takes any other file of the data directory. */
  keepFile(name: string, body: Buffer): Promise<void>;
}

export interface RestoreReport {
  readonly manifest: Pick<Manifest, 'program' | 'createdAt'>;
  readonly blobs: number;
  readonly blobBytes: number;
  /** Jobs that ran when the backup was made, and will run again. */
  readonly runAgain: number;
}

/**
 * Reads a backup into a target. What the backup's workers had in hand waits again, and finds its way into the queue by
 * the first sweep.
 * @throws DamagedBackupError, and an error when the backup is of a newer program
 */
export async function readBackup(
  source: Readable,
  target: BackupTarget,
  options: { readonly knownMigrations: readonly string[]; readonly signal: AbortSignal },
): Promise<RestoreReport> {
  const entries = readArchive(source);
  const first = await entries.next();
  if (first.done || first.value.name !== MANIFEST)
    throw new DamagedBackupError('The file is no backup of Sheaf.');
  const manifest = readManifest((await bytesOf(first.value.body)).toString(), options.knownMigrations);
  const { pool, blobs } = await target.open(manifest.migrations);
  const client = await pool.connect();
  let blobCount = 0;
  let blobBytes = 0;
  try {
    await client.query('begin');
    await switchTriggers(client, manifest, 'disable');
    let inTables = true;
    let runAgain = 0;
    const endTables = async (): Promise<void> => {
      if (!inTables) return;
      inTables = false;
      await switchTriggers(client, manifest, 'enable');
      await setSequences(client, manifest);
      runAgain = await giveBack(client);
      await client.query('commit');
    };
    for await (const entry of entries) {
      options.signal.throwIfAborted();
      const isTable = await readTable(client, manifest, entry);
      if (isTable) continue;
      await endTables();
      if (entry.name.startsWith('blobs/')) {
        await blobs.write(entry.name.slice('blobs/'.length), entry.body);
        blobCount += 1;
        blobBytes += entry.size;
      } else await target.keepFile(entry.name, await bytesOf(entry.body));
    }
    await endTables();
    return { manifest, blobs: blobCount, blobBytes, runAgain };
  } catch (error) {
    options.signal.throwIfAborted();
    throw asDamage(error);
  } finally {
    client.release(true);
  }
}

async function readTable(client: pg.ClientBase, manifest: Manifest, entry: ArchiveEntry): Promise<boolean> {
  const name = /^tables\/([^/]+)\//.exec(entry.name)?.[1];
  if (name === undefined) return false;
  const table = manifest.tables.find((candidate) => candidate.name === name);
  if (!table) throw new DamagedBackupError(`The backup has rows of ${name}, of which it does not tell.`);
  await copyIn(client, table, await bytesOf(entry.body));
  return true;
}

/** Rows that triggers made are in the backup themselves. */
async function switchTriggers(
  client: pg.ClientBase,
  { tables }: Manifest,
  to: 'enable' | 'disable',
): Promise<void> {
  for (const { name } of tables) await client.query(`alter table ${quoted(name)} ${to} trigger user`);
}

async function setSequences(client: pg.ClientBase, { sequences }: Manifest): Promise<void> {
  for (const { name, value } of sequences)
    await client.query('select setval($1::regclass, $2)', [quoted(name), value]);
}

/** No worker of the backup's time lives here. @returns how many jobs they had in hand */
async function giveBack(client: pg.ClientBase): Promise<number> {
  const given = await client.query(
    `update jobs set status = 'PENDING', worker_id = null where status = 'RUNNING'`,
  );
  await client.query('delete from workers');
  return given.rowCount ?? 0;
}
