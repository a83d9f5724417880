import { sql, type Kysely } from 'kysely';

/**
 * What the janitor needs. Files to look at are put into a table of their own, by triggers: so whoever ends a
 * reference need not know of the janitor, and a run costs as much as there is to do, however many files there are.
 */
const STATEMENTS = [
  // Keys of blobs that a deleted row pointed to. `since` begins anew with each row.
  `create table blob_garbage (
    key text collate "C" primary key,
    since timestamptz(3) not null default now()
  )`,
  `create index blob_garbage_oldest on blob_garbage (since)`,
  // Files that may have become unneeded, and when to look.
  `create table file_releases (
    file_id uuid primary key,
    look_at timestamptz(3) not null
  )`,
  `create index file_releases_due on file_releases (look_at)`,
  // How far the slow walks over everything have come.
  `create table janitor_walks (
    name text primary key,
    position text collate "C" not null default '',
    next_at timestamptz(3) not null default '-infinity'
  )`,

  `create function look_at_file() returns trigger language plpgsql as $$ begin
    insert into file_releases values (new.id, coalesce(new.deleted_at, new.expires_at))
    on conflict (file_id) do update set look_at = least(file_releases.look_at, excluded.look_at);
    return null;
  end $$`,
  `create trigger files_look after insert or update of deleted_at, expires_at on files
    for each row when (new.deleted_at is not null or new.expires_at is not null) execute function look_at_file()`,
  `create function look_at_file_of_directory() returns trigger language plpgsql as $$ begin
    insert into file_releases values (new.file_id, now())
    on conflict (file_id) do update set look_at = least(file_releases.look_at, excluded.look_at);
    return null;
  end $$`,
  `create trigger directory_files_look after update of deleted_at on directory_files
    for each row when (new.deleted_at is not null and old.deleted_at is null)
    execute function look_at_file_of_directory()`,
  `insert into file_releases
    select id, case when exists (select from directory_files d where d.file_id = f.id and d.deleted_at is not null)
      then now() else coalesce(deleted_at, expires_at) end
    from files f
    where deleted_at is not null or expires_at is not null
      or exists (select from directory_files d where d.file_id = f.id and d.deleted_at is not null)`,

  // Who refers to what. Keys are looked up one by one: a hash is a third of the size of a tree of such long texts.
  `create index files_by_blob on files using hash (blob_key collate "C")`,
  `create index jobs_by_result on jobs using hash ((result ->> 'key') collate "C") where result is not null`,
  `create index jobs_open_by_file on jobs (file_id) where status in ('PENDING', 'RUNNING')`,
  // Not only of the unmapped ones: an index whose condition changes with the mapping would make each one dearer.
  `create index batch_files_by_file on batch_files (file_id)`,
  `create index batches_by_retried on batches (retry_of) where retry_of is not null`,
  `alter table batches drop constraint batches_retry_of_fkey,
    add constraint batches_retry_of_fkey foreign key (retry_of) references batches on delete set null`,

  `create index directories_expiring on directories (expires_at) where deleted_at is null and expires_at is not null`,
  `create index directories_deleted on directories (id) where deleted_at is not null`,
  `create index directory_files_deleted on directory_files (id) where deleted_at is not null`,

  `alter table workers add column seen_at timestamptz(3) not null default now()`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
