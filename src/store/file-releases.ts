import { sql } from 'kysely';
import type { Transaction } from './database.ts';
import { markGarbage } from './retention.ts';

/*
 * Which files are no longer needed. Triggers put a file into `file_releases` whenever that may have become so: it
 * was deleted, it will expire, or an entry of a directory that refers to it was deleted.
 */

/** Seconds after which a file that a job still needs, or that another transaction holds, is looked at again. */
const LOOK_AGAIN_SECONDS = 60;

interface LookedAt {
  readonly id: string;
  readonly blob_key: string;
  /** It was deleted, it has expired, or it came as a directory's own. */
  readonly unwanted: boolean;
  readonly in_directory: boolean;
  readonly in_work: boolean;
  readonly expires_later: boolean;
}

/**
 * Looks at the files that are due and deletes the rows of those that nobody wants any more: not while a live entry of
 * a directory, an unfinished job, or a batch that has yet to give it a job refers to it. Their blobs become garbage.
 * @returns how many files were looked at, and how many of them are gone
 */
export async function releaseDueFiles(
  tx: Transaction,
  options: { limit: number },
): Promise<{ looked: number; released: number }> {
  const due = await sql<{ file_id: string }>`
    select file_id from file_releases where look_at <= now()
    order by look_at, file_id limit ${options.limit}::int for update skip locked`.execute(tx);
  const ids = due.rows.map((row) => row.file_id);
  if (ids.length === 0) return { looked: 0, released: 0 };
  // Whoever is about to refer to a file holds its row: it is left for later.
  const locked = await sql<{ id: string }>`
    select id from files where id = any(${ids}::uuid[]) order by id for update skip locked`.execute(tx);
  const files = await lookAt(
    tx,
    locked.rows.map((row) => row.id),
  );
  const unneeded = files.filter((file) => file.unwanted && !file.in_directory && !file.in_work);
  const blocked = files.filter((file) => file.unwanted && !file.in_directory && file.in_work);
  const early = files.filter((file) => file.expires_later && !unneeded.includes(file));
  await sql`delete from files where id = any(${idsOf(unneeded)}::uuid[])`.execute(tx);
  await markGarbage(
    tx,
    unneeded.map((file) => file.blob_key),
  );
  const held = await heldElsewhere(tx, ids, idsOf(files));
  await lookLater(tx, { dueIds: ids, soonIds: [...held, ...idsOf(blocked)], atExpiryIds: idsOf(early) });
  return { looked: ids.length, released: unneeded.length };
}

const idsOf = (files: readonly LookedAt[]): string[] => files.map((file) => file.id);

/** A statement after the locks, so that it sees every reference that was made before them. */
async function lookAt(tx: Transaction, ids: readonly string[]): Promise<LookedAt[]> {
  const found = await sql<LookedAt>`
    select f.id, f.blob_key,
      f.deleted_at is not null or coalesce(f.expires_at <= now(), false)
        or exists (select from directory_files d where d.file_id = f.id and d.owns_file) as unwanted,
      exists (select from directory_files d where d.file_id = f.id and d.deleted_at is null) as in_directory,
      exists (select from jobs j where j.file_id = f.id and j.finished_at is null)
        or exists (
          select from batch_files b where b.file_id = f.id and b.job_id is null and b.error_message is null
        ) as in_work,
      f.deleted_at is null and coalesce(f.expires_at > now(), false) as expires_later
    from files f where f.id = any(${ids}::uuid[])`.execute(tx);
  return found.rows;
}

/** Files that are there but were locked by others. */
async function heldElsewhere(
  tx: Transaction,
  ids: readonly string[],
  seen: readonly string[],
): Promise<string[]> {
  const unseen = ids.filter((id) => !seen.includes(id));
  const held = await sql<{ id: string }>`select id from files where id = any(${unseen}::uuid[])`.execute(tx);
  return held.rows.map((row) => row.id);
}

/**
 * When to look again. Files of neither list are forgotten: they are gone, or stay until something happens to them,
 * which the triggers see.
 */
async function lookLater(
  tx: Transaction,
  files: { dueIds: readonly string[]; soonIds: readonly string[]; atExpiryIds: readonly string[] },
): Promise<void> {
  await sql`
    update file_releases set look_at = now() + ${LOOK_AGAIN_SECONDS}::int * interval '1 second'
    where file_id = any(${files.soonIds}::uuid[])`.execute(tx);
  const soon = new Set(files.soonIds);
  await sql`
    update file_releases r set look_at = f.expires_at from files f
    where f.id = r.file_id and r.file_id = any(${files.atExpiryIds.filter((id) => !soon.has(id))}::uuid[])`.execute(
    tx,
  );
  const kept = new Set([...files.soonIds, ...files.atExpiryIds]);
  await sql`
    delete from file_releases where file_id = any(${files.dueIds.filter((id) => !kept.has(id))}::uuid[])`.execute(
    tx,
  );
}
