import { sql } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { Directory, DirectoryFile, StoredFile } from './schema.ts';

/** Directories and the files in them. */

export async function insertDirectory(
  db: Executor,
  directory: {
    id: string;
    projectId: string;
    name: string;
    description: string | null;
    type: Directory['type'];
    connectorSubscriptionId: string | null;
    systemMetadata: Record<string, unknown> | null;
    /** A time, or milliseconds from the database's now. */
    expires: Date | number | null;
  },
): Promise<Directory> {
  const { expires } = directory;
  return db
    .insertInto('directories')
    .values({
      id: directory.id,
      project_id: directory.projectId,
      name: directory.name,
      description: directory.description,
      type: directory.type,
      connector_subscription_id: directory.connectorSubscriptionId,
      system_metadata: directory.systemMetadata && JSON.stringify(directory.systemMetadata),
      expires_at:
        typeof expires === 'number'
          ? sql<Date>`now() + ${expires}::float8 * interval '1 millisecond'`
          : expires,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a directory must be to be worked with. */
const isLive = sql<boolean>`deleted_at is null and (expires_at is null or expires_at > now())`;

/** The directory while it can be worked with: not deleted, not expired. */
export async function findLiveDirectory(
  db: Executor,
  projectId: string,
  id: string,
): Promise<Directory | undefined> {
  return db
    .selectFrom('directories')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where(isLive)
    .executeTakeFirst();
}

/** Keeps a directory from being deleted until the transaction ends. @returns whether it is live */
export async function lockLiveDirectory(tx: Transaction, id: string): Promise<boolean> {
  const row = await tx
    .selectFrom('directories')
    .select('id')
    .where('id', '=', id)
    .where(isLive)
    .forShare()
    .executeTakeFirst();
  return row !== undefined;
}

/** The live entry of the directory that an upload of the same bytes under the same unique id made lately. */
export async function findUploadTwin(
  tx: Transaction,
  upload: { directoryId: string; uniqueId: string; sha256: Buffer; size: number; withinSeconds: number },
): Promise<DirectoryFile | undefined> {
  return tx
    .selectFrom('directory_files')
    .innerJoin('files', 'files.id', 'directory_files.file_id')
    .selectAll('directory_files')
    .where('directory_files.directory_id', '=', upload.directoryId)
    .where('directory_files.unique_id', '=', upload.uniqueId)
    .where('directory_files.deleted_at', 'is', null)
    .where('files.sha256', '=', upload.sha256)
    .where('files.size_bytes', '=', upload.size)
    .where(
      'directory_files.created_at',
      '>',
      sql<Date>`now() - ${upload.withinSeconds}::float8 * interval '1 second'`,
    )
    .executeTakeFirst();
}

export async function findDirectory(
  db: Executor,
  projectId: string,
  id: string,
): Promise<Directory | undefined> {
  return db
    .selectFrom('directories')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
}

/** Changes what is given and leaves the rest. @returns the directory after it, or undefined when it is not live */
export async function updateDirectory(
  db: Executor,
  projectId: string,
  id: string,
  change: { name?: string; description?: string },
): Promise<Directory | undefined> {
  return db
    .updateTable('directories')
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .returningAll()
    .executeTakeFirst();
}

/** Marks a directory and its files deleted. @returns whether there was such a directory */
export async function markDirectoryDeleted(tx: Transaction, projectId: string, id: string): Promise<boolean> {
  const now = sql<Date>`now()`;
  const marked = await tx
    .updateTable('directories')
    .set({ deleted_at: now, updated_at: now })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  if (marked.numUpdatedRows === 0n) return false;
  await tx
    .updateTable('directory_files')
    .set({ deleted_at: now, updated_at: now })
    .where('directory_id', '=', id)
    .where('deleted_at', 'is', null)
    .execute();
  return true;
}

/** Marks a directory's file deleted. @returns whether there was such a file */
export async function markDirectoryFileDeleted(
  db: Executor,
  directoryId: string,
  id: string,
): Promise<boolean> {
  const now = sql<Date>`now()`;
  const marked = await db
    .updateTable('directory_files')
    .set({ deleted_at: now, updated_at: now })
    .where('id', '=', id)
    .where('directory_id', '=', directoryId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
  return marked.numUpdatedRows > 0n;
}

export async function listDirectories(
  db: Executor,
  filter: { projectId: string; name?: string; types?: readonly Directory['type'][]; includeDeleted: boolean },
  page: PageRequest,
): Promise<RowPage<Directory>> {
  const conditions = [sql`project_id = ${filter.projectId}`] as [ReturnType<typeof sql>];
  if (!filter.includeDeleted) conditions.push(sql`deleted_at is null`);
  if (filter.name !== undefined) conditions.push(sql`name = ${filter.name}`);
  if (filter.types !== undefined) conditions.push(sql`type = any(${filter.types})`);
  return readPage(db, 'directories', conditions, page);
}

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
    expiresAt: Date | null;
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
      expires_at: file.expiresAt,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** @returns undefined when a live file of the directory already has the unique id */
export async function insertDirectoryFile(
  db: Executor,
  file: {
    id: string;
    projectId: string;
    directoryId: string;
    fileId: string;
    uniqueId: string;
    displayName: string;
    metadata: Record<string, unknown> | null;
  },
): Promise<DirectoryFile | undefined> {
  return db
    .insertInto('directory_files')
    .values({
      id: file.id,
      project_id: file.projectId,
      directory_id: file.directoryId,
      file_id: file.fileId,
      unique_id: file.uniqueId,
      display_name: file.displayName,
      metadata: file.metadata && JSON.stringify(file.metadata),
    })
    .onConflict((conflict) =>
      conflict.columns(['directory_id', 'unique_id']).where('deleted_at', 'is', null).doNothing(),
    )
    .returningAll()
    .executeTakeFirst();
}

export async function findDirectoryFile(
  db: Executor,
  directoryId: string,
  id: string,
): Promise<DirectoryFile | undefined> {
  return db
    .selectFrom('directory_files')
    .selectAll()
    .where('id', '=', id)
    .where('directory_id', '=', directoryId)
    .where('deleted_at', 'is', null)
    .executeTakeFirst();
}

export async function listDirectoryFiles(
  db: Executor,
  filter: {
    directoryId: string;
    displayName?: string;
    uniqueId?: string;
    fileId?: string;
    includeDeleted: boolean;
  },
  page: PageRequest,
): Promise<RowPage<DirectoryFile>> {
  const conditions = [sql`directory_id = ${filter.directoryId}`] as [ReturnType<typeof sql>];
  if (!filter.includeDeleted) conditions.push(sql`deleted_at is null`);
  if (filter.displayName !== undefined) conditions.push(sql`display_name = ${filter.displayName}`);
  if (filter.uniqueId !== undefined) conditions.push(sql`unique_id = ${filter.uniqueId}`);
  if (filter.fileId !== undefined) conditions.push(sql`file_id = ${filter.fileId}`);
  return readPage(db, 'directory_files', conditions, page);
}
