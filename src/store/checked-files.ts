import { sql } from 'kysely';
import type { Executor } from './database.ts';

/** A file that a batch over its directory would have. */
export interface CheckedFile {
  readonly id: string;
  readonly display_name: string;
  /** Null: the file behind the entry is gone. */
  readonly size_bytes: number | null;
  readonly sha256: Buffer | null;
  readonly blob_key: string | null;
  /** Where the next chunk begins, exact to the microsecond. */
  readonly created_at: string;
}

/** How many live files the directory has, and their bytes. @param mostFiles one more than this many are looked at */
export async function measureDirectory(
  db: Executor,
  directoryId: string,
  mostFiles: number,
): Promise<{ readonly files: number; readonly bytes: number }> {
  const measured = await sql<{ files: number; bytes: number }>`
    select count(*)::int as files, coalesce(sum(f.size_bytes), 0)::float8 as bytes
    from (
      select file_id from directory_files
      where directory_id = ${directoryId} and deleted_at is null
      order by created_at, id limit ${mostFiles + 1}
    ) as live left join files f on f.id = live.file_id`.execute(db);
  return measured.rows[0] ?? { files: 0, bytes: 0 };
}

/** The live files of a directory in the order of a batch. @param after the last one of the chunk before */
export async function readFilesToCheck(
  db: Executor,
  directoryId: string,
  { after, limit }: { readonly after?: CheckedFile | undefined; readonly limit: number },
): Promise<CheckedFile[]> {
  const behind = after
    ? sql`and (e.created_at, e.id) > (${after.created_at}::timestamptz, ${after.id})`
    : sql``;
  const found = await sql<CheckedFile>`
    select e.id, e.display_name, f.size_bytes, f.sha256, f.blob_key, e.created_at::text as created_at
    from directory_files e left join files f on f.id = e.file_id
    where e.directory_id = ${directoryId} and e.deleted_at is null ${behind}
    order by e.created_at, e.id limit ${limit}`.execute(db);
  return found.rows;
}
