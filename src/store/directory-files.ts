import { sql } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import { isLiveDirectory } from './directories.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { DirectoryFile } from './schema.ts';

/** The files in directories: entries that refer to a file each. */

export interface NewEntry {
  readonly id: string;
  readonly projectId: string;
  readonly directoryId: string;
  readonly fileId: string;
  /** True when the file was uploaded for this entry: it then lives as the entry's directory does. */
  readonly ownsFile: boolean;
  readonly uniqueId: string;
  readonly displayName: string;
  readonly metadata: Record<string, unknown> | null;
}

/** @returns undefined when a live file of the directory already has the unique id */
export async function insertDirectoryFile(db: Executor, entry: NewEntry): Promise<DirectoryFile | undefined> {
  return db
    .insertInto('directory_files')
    .values({
      id: entry.id,
      project_id: entry.projectId,
      directory_id: entry.directoryId,
      file_id: entry.fileId,
      owns_file: entry.ownsFile,
      unique_id: entry.uniqueId,
      display_name: entry.displayName,
      metadata: entry.metadata && JSON.stringify(entry.metadata),
    })
    .onConflict((conflict) =>
      conflict.columns(['directory_id', 'unique_id']).where('deleted_at', 'is', null).doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
}

/** The unique id of an entry that gives way to one that has its own already: free for certain. */
export function uniqueIdGivingWay(entry: Pick<NewEntry, 'id' | 'uniqueId'>): string {
  return `${entry.uniqueId} (${entry.id})`;
}

/** What makes two files the same: for a file that is stored already its id, for an upload its bytes. */
export type SameFile = { readonly fileId: string } | { readonly sha256: Buffer; readonly size: number };

/**
 * The live entry that a request with the same content has made in the directory lately, if there is one. Its unique id
 * may have had to give way.
 */
export async function findEntryTwin(
  tx: Transaction,
  entry: NewEntry,
  file: SameFile,
  withinSeconds: number,
): Promise<DirectoryFile | undefined> {
  const sameFile =
    'fileId' in file
      ? sql`d.file_id = ${file.fileId}`
      : sql`f.sha256 = ${file.sha256} and f.size_bytes = ${file.size}`;
  const found = await sql<DirectoryFile>`
    select d.* from directory_files d join files f on f.id = d.file_id
    where d.directory_id = ${entry.directoryId} and d.deleted_at is null
      and d.created_at > now() - ${withinSeconds}::float8 * interval '1 second'
      and d.unique_id in (${entry.uniqueId}, ${entry.uniqueId} || ' (' || d.id || ')')
      and d.display_name = ${entry.displayName}
      and d.metadata is not distinct from ${entry.metadata && JSON.stringify(entry.metadata)}::jsonb
      and d.owns_file = ${entry.ownsFile} and ${sameFile}
    order by d.created_at desc limit 1`.execute(tx);
  return found.rows[0];
}

/** The entry while it is not deleted; its directory is the caller's to check. */
export async function findDirectoryFile(
  db: Executor,
  directoryId: string,
  id: string,
  options: { updatedWithinSeconds?: number } = {},
): Promise<DirectoryFile | undefined> {
  const { updatedWithinSeconds: seconds } = options;
  return db
    .selectFrom('directory_files')
    .selectAll()
    .where('id', '=', id)
    .where('directory_id', '=', directoryId)
    .where('deleted_at', 'is', null)
    .$if(seconds !== undefined, (query) =>
      query.where('updated_at', '>', sql<Date>`now() - ${seconds ?? 0}::float8 * interval '1 second'`),
    )
    .executeTakeFirst();
}

/**
 * The file that a live entry of a live directory shows, and what it is called there; any text will do for the entry's
 * id. Keeps the file from being deleted until the transaction ends.
 */
export async function lockShownFile(
  tx: Transaction,
  projectId: string,
  id: string,
): Promise<{ fileId: string; name: string } | undefined> {
  const found = await sql<{ fileId: string; name: string }>`
    select f.id as "fileId", e.display_name as name
    from directory_files e
    join directories on directories.id = e.directory_id
    join files f on f.id = e.file_id
    where e.id = ${id} and e.project_id = ${projectId} and e.deleted_at is null and ${isLiveDirectory}
    for no key update of f`.execute(tx);
  return found.rows[0];
}

/** What an entry becomes; what is absent stays. */
export interface EntryChange {
  readonly directoryId?: string;
  readonly uniqueId?: string;
  readonly displayName?: string;
  /** Null: none. */
  readonly metadata?: Record<string, unknown> | null;
}

/** Another live entry of the directory has the unique id. The transaction can only be rolled back. */
export class UniqueIdTakenError extends Error {
  override readonly name = 'UniqueIdTakenError';
}

/**
 * @returns the entry after it, or undefined when it is not in the directory any more
 * @throws UniqueIdTakenError
 */
export async function updateDirectoryFile(
  tx: Transaction,
  directoryId: string,
  id: string,
  change: EntryChange,
): Promise<DirectoryFile | undefined> {
  const { metadata } = change;
  const update = tx
    .updateTable('directory_files')
    .set({
      ...(change.directoryId !== undefined && { directory_id: change.directoryId }),
      ...(change.uniqueId !== undefined && { unique_id: change.uniqueId }),
      ...(change.displayName !== undefined && { display_name: change.displayName }),
      ...(metadata !== undefined && { metadata: metadata && JSON.stringify(metadata) }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('directory_id', '=', directoryId)
    .where('deleted_at', 'is', null)
    .returningAll();
  try {
    return await update.executeTakeFirst();
  } catch (error) {
    const { constraint } = error as { constraint?: string };
    if (constraint !== 'directory_files_unique_id') throw error;
    throw new UniqueIdTakenError('The unique id is taken', { cause: error });
  }
}

/** Marks live files of the directory deleted. @returns the ids of those that there were */
export async function markDirectoryFilesDeleted(
  tx: Executor,
  directoryId: string,
  ids: readonly string[],
): Promise<string[]> {
  const now = sql<Date>`now()`;
  const marked = await tx
    .updateTable('directory_files')
    .set({ deleted_at: now, updated_at: now })
    .where('id', 'in', [...ids])
    .where('directory_id', '=', directoryId)
    .where('deleted_at', 'is', null)
    .returning('id')
    .execute();
  return marked.map((row) => row.id);
}

/**
 * Lets a file that was uploaded into a directory live as long as the directory of this entry: at least, while another
 * live entry refers to it, and otherwise exactly when it was uploaded for the entry. A file that was stored by itself
 * keeps its own lifetime: a live entry goes on showing it when that has passed. The caller holds the file's lock.
 */
export async function fitFileLifetime(
  tx: Transaction,
  entry: Pick<DirectoryFile, 'id' | 'file_id' | 'owns_file'>,
  directoryExpiresAt: Date | null,
): Promise<void> {
  const end = sql`${directoryExpiresAt}::timestamptz`;
  await sql`
    with lifetime as (
      select id, case
        when ${entry.owns_file} and not exists (
          select from directory_files d join directories on directories.id = d.directory_id
          where d.file_id = files.id and d.id <> ${entry.id} and d.deleted_at is null and ${isLiveDirectory}
        ) then ${end}
        when expires_at is null or ${end} is null then null
        else greatest(expires_at, ${end})
      end as expires_at
      from files where id = ${entry.file_id}
        and exists (select from directory_files own where own.file_id = files.id and own.owns_file)
    )
    update files set expires_at = lifetime.expires_at from lifetime
    where files.id = lifetime.id and files.expires_at is distinct from lifetime.expires_at`.execute(tx);
}

/** Which files of a directory a list is of. */
export interface DirectoryFileFilter {
  readonly directoryId: string;
  readonly displayName?: string;
  /** A part of the name, in any case of letters. */
  readonly displayNameContains?: string;
  readonly uniqueId?: string;
  readonly fileId?: string;
  /** Both bounds are inclusive. */
  readonly updatedAtOnOrAfter?: string;
  readonly updatedAtOnOrBefore?: string;
  readonly includeDeleted: boolean;
}

export async function listDirectoryFiles(
  db: Executor,
  filter: DirectoryFileFilter,
  page: PageRequest,
): Promise<RowPage<DirectoryFile>> {
  const { displayName, displayNameContains, uniqueId, fileId } = filter;
  const { updatedAtOnOrAfter, updatedAtOnOrBefore } = filter;
  const conditions = [
    sql`directory_id = ${filter.directoryId}`,
    ...(filter.includeDeleted ? [] : [sql`deleted_at is null`]),
    ...(displayName === undefined ? [] : [isNamed(displayName)]),
    ...(displayNameContains === undefined
      ? []
      : [sql`position(lower(${displayNameContains}) in lower(display_name)) > 0`]),
    ...(uniqueId === undefined ? [] : [sql`unique_id = ${uniqueId}`]),
    ...(fileId === undefined ? [] : [sql`file_id = ${fileId}`]),
    ...(updatedAtOnOrAfter === undefined ? [] : [sql`updated_at >= ${updatedAtOnOrAfter}::timestamptz`]),
    ...(updatedAtOnOrBefore === undefined ? [] : [sql`updated_at <= ${updatedAtOnOrBefore}::timestamptz`]),
  ] as const;
  return readPage(db, 'directory_files', conditions, page);
}

/** The index holds the beginning of a name: an entry of an index has room for 2,700 bytes. */
function isNamed(displayName: string) {
  return sql`left(display_name, 200) = left(${displayName}, 200) and display_name = ${displayName}`;
}
