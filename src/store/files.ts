import { sql } from 'kysely';
import { isUuid } from '../model/ids.ts';
import type { Executor, Transaction } from './database.ts';
import { fileOrder, filePosition, indexedPart, type FileSort } from './file-order.ts';
import { endAt, isLive } from './liveness.ts';
import { readOrderedPage, type Conditions, type PageRequest, type RowPage } from './pages.ts';
import type { StoredFile } from './schema.ts';

/** Uploaded files: a row each, whose bytes are a blob. */

export async function insertFile(
  db: Executor,
  file: {
    id: string;
    projectId: string;
    name: string;
    externalFileId: string | null;
    fileType: string | null;
    sizeBytes: number;
    sha256: Buffer;
    blobKey: string;
    purpose: string | null;
    /** A time, or milliseconds from the database's now; null: never. */
    expires: Date | number | null;
  },
): Promise<StoredFile> {
  return db
    .insertInto('files')
    .values({
      id: file.id,
      project_id: file.projectId,
      name: file.name,
      external_file_id: file.externalFileId,
      file_type: file.fileType,
      size_bytes: file.sizeBytes,
      sha256: file.sha256,
      blob_key: file.blobKey,
      purpose: file.purpose,
      expires_at: endAt(file.expires),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a file must be to be shown and worked with. */
const isUsable = isLive('files');

/** The file while it can be worked with: not deleted, not expired. Any text will do for an id. */
export async function findUsableFile(
  db: Executor,
  projectId: string,
  id: string,
): Promise<StoredFile | undefined> {
  if (!isUuid(id)) return undefined;
  return db
    .selectFrom('files')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where(isUsable)
    .executeTakeFirst();
}

/** The same, and keeps the file from being deleted, and its lifetime from being changed, until the transaction ends. */
export async function lockUsableFile(
  tx: Transaction,
  projectId: string,
  id: string,
): Promise<StoredFile | undefined> {
  return tx
    .selectFrom('files')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where(isUsable)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** Keeps a file's lifetime from being changed until the transaction ends, whatever became of the file. */
export async function lockFile(tx: Transaction, id: string): Promise<void> {
  await tx.selectFrom('files').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}

/**
 * The file while somebody may read it: usable itself, or shown by a live entry of a live directory, where a file stays
 * also when it was deleted as a file.
 */
export async function findReadableFile(db: Executor, id: string): Promise<StoredFile | undefined> {
  const isShown = sql<boolean>`exists (
    select from directory_files as entry join directories as directory on directory.id = entry.directory_id
    where entry.file_id = files.id and entry.deleted_at is null and ${isLive('directory')})`;
  return db
    .selectFrom('files')
    .selectAll()
    .where('id', '=', id)
    .where(sql<boolean>`(${isUsable} or ${isShown})`)
    .executeTakeFirst();
}

/** What links to files say of them, in no order; ids that are unknown are left out. */
export async function findFileNames(
  db: Executor,
  ids: readonly string[],
): Promise<Pick<StoredFile, 'id' | 'name' | 'blob_key'>[]> {
  return db.selectFrom('files').select(['id', 'name', 'blob_key']).where('id', 'in', ids).execute();
}

export interface FileFilter {
  readonly projectId: string;
  readonly ids?: readonly string[];
  readonly name?: string;
  readonly externalFileId?: string;
}

/** The usable files of a project, page by page. */
export async function listFiles(
  db: Executor,
  filter: FileFilter,
  sorts: readonly [FileSort, ...FileSort[]],
  page: PageRequest,
): Promise<RowPage<StoredFile>> {
  const ordered = { order: fileOrder(sorts), positionOf: filePosition };
  return readOrderedPage(db, 'files', fileConditions(filter), page, ordered);
}

/** What holds for the files of a list. */
export function fileConditions({ projectId, ids, name, externalFileId }: FileFilter): Conditions {
  const conditions: [ReturnType<typeof sql>, ...ReturnType<typeof sql>[]] = [
    sql`project_id = ${projectId}`,
    isUsable,
  ];
  if (ids) conditions.push(sql`id = any(${ids}::uuid[])`);
  for (const [column, text] of [
    ['name', name],
    ['external_file_id', externalFileId],
  ] as const) {
    if (text === undefined) continue;
    const given = sql`${text}::text`;
    conditions.push(sql`${indexedPart(sql.ref(column))} = ${indexedPart(given)}`);
    conditions.push(sql`${sql.ref(column)} = ${given}`);
  }
  return conditions;
}

/** Marks a usable file deleted; its bytes stay. @returns whether there was such a file */
export async function markFileDeleted(db: Executor, projectId: string, id: string): Promise<boolean> {
  const marked = await db
    .updateTable('files')
    .set({ deleted_at: sql<Date>`now()`, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where(isUsable)
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}

/** What makes two uploads the same. */
export interface FileLikeness {
  readonly projectId: string;
  readonly name: string;
  readonly purpose: string;
  readonly externalFileId: string | null;
  readonly sha256: Buffer;
  readonly sizeBytes: number;
}

/** Lets uploads of the same bytes to a project pass one at a time, until the transaction ends. */
export async function lockLikeUploads(tx: Transaction, { projectId, sha256 }: FileLikeness): Promise<void> {
  const key = `sheaf.upload:${projectId}:${sha256.toString('hex')}`;
  await sql`select pg_advisory_xact_lock(hashtextextended(${key}, 0))`.execute(tx);
}

/** The usable file that an upload like this one made lately. */
export async function findFileTwin(
  tx: Transaction,
  like: FileLikeness,
  withinSeconds: number,
): Promise<StoredFile | undefined> {
  return tx
    .selectFrom('files')
    .selectAll()
    .where('project_id', '=', like.projectId)
    .where('created_at', '>', sql<Date>`now() - ${withinSeconds}::float8 * interval '1 second'`)
    .where('sha256', '=', like.sha256)
    .where('size_bytes', '=', like.sizeBytes)
    .where('name', '=', like.name)
    .where('purpose', '=', like.purpose)
    .where('external_file_id', 'is not distinct from', like.externalFileId)
    .where(isUsable)
    .orderBy('created_at', 'desc')
    .limit(1)
    .executeTakeFirst();
}
