import { sql } from 'kysely';
import type { Transaction } from './database.ts';

/**
 * Takes one expired directory further: marks up to `limit` of its entries deleted, and with the last ones the
 * directory, as a client's delete would. Until then it is expired and nothing new can be done with it.
 * @returns whether there was one to be worked on, and whether it is done
 */
export async function expireDirectory(
  tx: Transaction,
  options: { limit: number },
): Promise<'none' | 'some' | 'done'> {
  // Uploads and batches that found it live just before hold its row: it is left for later.
  const found = await sql<{ id: string }>`
    select id from directories where deleted_at is null and expires_at <= now()
    order by expires_at, id limit 1 for no key update skip locked`.execute(tx);
  const directory = found.rows[0];
  if (!directory) return 'none';
  // By unique id, because only that index leaves out the entries that are deleted already.
  const marked = await sql`
    update directory_files set deleted_at = now(), updated_at = now()
    where id in (
      select id from directory_files where directory_id = ${directory.id} and deleted_at is null
      order by unique_id limit ${options.limit}::int for no key update
    )`.execute(tx);
  if (Number(marked.numAffectedRows ?? 0) === options.limit) return 'some';
  await sql`
    update directories set deleted_at = now(), updated_at = now() where id = ${directory.id}`.execute(tx);
  return 'done';
}

/** A part of a walk over deleted rows in the order of their ids. */
export interface WalkPart {
  /** Ids up to this one have been passed; the empty string: none. */
  readonly after: string;
  readonly limit: number;
  /** Rows that were deleted later than this long ago stay. */
  readonly olderThanDays: number;
}

/** How a part of a walk ended. */
export interface WalkedPart {
  /** The last id that was looked at; undefined when there are no more. */
  readonly last: string | undefined;
  readonly removed: number;
}

/**
 * Removes entries for good that were deleted long ago: not while a batch names them, whose readers look up their
 * names, nor while the file is there that was uploaded for them, because they say so.
 */
export async function purgeDirectoryFiles(tx: Transaction, part: WalkPart): Promise<WalkedPart> {
  const rows = await deletedRows(tx, 'directory_files', part);
  const removed = await sql`
    delete from directory_files d where d.id = any(${rows.old})
      and not exists (select from batch_files b where b.file_id = d.file_id and b.directory_file_id = d.id)
      and not (d.owns_file and exists (select from files f where f.id = d.file_id))`.execute(tx);
  return { last: rows.last, removed: Number(removed.numAffectedRows ?? 0) };
}

/** Removes directories for good that were deleted long ago, unless batches were made over them. */
export async function purgeDirectories(tx: Transaction, part: WalkPart): Promise<WalkedPart> {
  const rows = await deletedRows(tx, 'directories', part);
  const removed = await sql`
    delete from directories d where d.id = any(${rows.old})
      and not exists (select from directory_files f where f.directory_id = d.id)
      and not exists (
        select from batches b where b.project_id = d.project_id and b.source_directory_id = d.id
      )`.execute(tx);
  return { last: rows.last, removed: Number(removed.numAffectedRows ?? 0) };
}

async function deletedRows(
  tx: Transaction,
  table: 'directories' | 'directory_files',
  part: WalkPart,
): Promise<{ last: string | undefined; old: string[] }> {
  const found = await sql<{ id: string; old: boolean }>`
    select id, deleted_at <= now() - ${part.olderThanDays}::float8 * interval '1 day' as old
    from ${sql.table(table)} where deleted_at is not null and id > ${part.after}
    order by id limit ${part.limit}::int`.execute(tx);
  return {
    last: found.rows.length === part.limit ? found.rows.at(-1)?.id : undefined,
    old: found.rows.filter((row) => row.old).map((row) => row.id),
  };
}
