import { sql } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import { endAt, isLive } from './liveness.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { Directory } from './schema.ts';

/** Directories. */

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
      expires_at: endAt(directory.expires),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** What a directory must be to be shown and worked with. */
export const isLiveDirectory = isLive('directories');

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
    .where(isLiveDirectory)
    .executeTakeFirst();
}

/** Keeps live directories of the project from being deleted until the transaction ends. @returns those there are */
export async function lockLiveDirectories(
  tx: Transaction,
  projectId: string,
  ids: readonly string[],
): Promise<Directory[]> {
  return tx
    .selectFrom('directories')
    .selectAll()
    .where('id', 'in', [...ids])
    .where('project_id', '=', projectId)
    .where(isLiveDirectory)
    .orderBy('id')
    .forShare()
    .execute();
}

/** Changes what is given and leaves the rest. @returns the directory after it, or undefined when it is not live */
export async function updateDirectory(
  db: Executor,
  projectId: string,
  id: string,
  change: { name?: string; description?: string | null },
): Promise<Directory | undefined> {
  return db
    .updateTable('directories')
    .set({ ...change, updated_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .where(isLiveDirectory)
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
    .where(isLiveDirectory)
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

export async function listDirectories(
  db: Executor,
  filter: { projectId: string; name?: string; types?: readonly Directory['type'][]; includeDeleted: boolean },
  page: PageRequest,
): Promise<RowPage<Directory>> {
  const { name, types } = filter;
  const conditions = [
    sql`project_id = ${filter.projectId}`,
    ...(filter.includeDeleted ? [] : [isLiveDirectory]),
    ...(name === undefined ? [] : [sql`left(name, 200) = left(${name}, 200) and name = ${name}`]),
    ...(types === undefined ? [] : [sql`type = any(${types})`]),
  ] as const;
  return readPage(db, 'directories', conditions, page);
}
