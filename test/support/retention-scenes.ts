import { Readable } from 'node:stream';
import { sql } from 'kysely';
import type { Services } from '../../src/services/context.ts';
import { createDirectory } from '../../src/services/directories.ts';
import { addStoredFile, addUpload } from '../../src/services/directory-files.ts';
import { addFile } from '../../src/services/files.ts';
import {
  RETENTION_RULES,
  runRetention,
  type RetentionParts,
  type RetentionReport,
  type RetentionRules,
} from '../../src/services/retention.ts';
import { storeUpload } from '../../src/services/uploads.ts';
import type { Directory, DirectoryFile, StoredFile } from '../../src/store/schema.ts';

/** Scenes of things that are to go, and what is left of them. */

/** A run that waits for nothing: what nobody needs goes at once. */
export async function cleanUp(
  services: RetentionParts,
  rules: Partial<RetentionRules> = {},
): Promise<RetentionReport> {
  const report = await runRetention(
    services,
    { ...RETENTION_RULES, resultDays: 0, garbageGraceSeconds: 0, ...rules },
    new AbortController().signal,
  );
  if (!report) throw new Error('Another janitor is at it');
  return report;
}

/** A report without the counts that are zero. */
export function counts(report: RetentionReport): Partial<RetentionReport> {
  return Object.fromEntries(Object.entries(report).filter(([, count]) => count > 0));
}

/** A directory into which files of these names were uploaded. */
export async function addFilledDirectory(
  services: Services,
  projectId: string,
  options: { type?: 'user' | 'ephemeral'; names: readonly string[] },
): Promise<{ directory: Directory; entries: DirectoryFile[] }> {
  const { type = 'user', names } = options;
  const directory = await createDirectory(services, projectId, { name: 'scene', type });
  const entries: DirectoryFile[] = [];
  for (const name of names) {
    const upload = await storeUpload(services, Readable.from([Buffer.from(name)]), name);
    entries.push(await addUpload(services, directory, upload, () => ({})));
  }
  return { directory, entries };
}

/** A file that came through the files API. */
export async function addPlainFile(
  services: Services,
  projectId: string,
  purpose = 'user_data',
): Promise<StoredFile> {
  const upload = await storeUpload(services, Readable.from([Buffer.from('plain')]), 'plain.pdf');
  return addFile(services, projectId, upload, { purpose });
}

export async function attach(
  services: Services,
  directory: Directory,
  fileId: string,
): Promise<DirectoryFile> {
  return addStoredFile(services, directory.project_id, directory.id, { fileId });
}

/** Lets the end of a directory and of its files be in the past. */
export async function expire(services: Services, directoryId: string): Promise<void> {
  await sql`
    update files set expires_at = now() - interval '1 second' where expires_at is not null
      and id in (select file_id from directory_files where directory_id = ${directoryId})`.execute(
    services.db,
  );
  await sql`
    update directories set expires_at = now() - interval '1 second' where id = ${directoryId}`.execute(
    services.db,
  );
}

/** Makes what waits for another look due, as if its time had come. */
export async function lookNow(services: Services): Promise<void> {
  await sql`update file_releases set look_at = now() where look_at > now()`.execute(services.db);
}

/** Lets walks that rest go on at once. */
export async function walkNow(services: Services): Promise<void> {
  await sql`update janitor_walks set next_at = now() - interval '1 second'`.execute(services.db);
}

/** Every blob's key. */
export async function storedKeys(services: Services): Promise<string[]> {
  return (await services.blobs.list('', 100_000)).map((blob) => blob.key);
}

/** The keys of the files there are, in order. */
export async function fileKeys(services: Services): Promise<string[]> {
  const rows = await services.db.selectFrom('files').select('blob_key').execute();
  return rows.map((row) => row.blob_key).toSorted();
}
