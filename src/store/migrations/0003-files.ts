import { sql, type Kysely } from 'kysely';

/**
 * The files API: deletion, and an index for each way to list. Deleted files are in none of them.
 *
 * Names and external ids may be longer than an index entry, which holds 2,700 bytes: only their first 600
 * characters are kept there, and are what files are ordered by.
 */
const STATEMENTS = [
  `alter table files add column deleted_at timestamptz(3)`,
  // Byte by byte, so that the order does not depend on the machine's locale.
  `alter table files alter column name type text collate "C"`,
  `alter table files alter column external_file_id type text collate "C"`,
  `drop index files_newest`,
  `create index files_newest on files (project_id, created_at, id) where deleted_at is null`,
  `create index files_by_id on files (project_id, id) where deleted_at is null`,
  `create index files_by_name on files (project_id, left(name, 600), id) where deleted_at is null`,
  `create index files_newest_of_name on files (project_id, left(name, 600), created_at, id)
    where deleted_at is null`,
  `create index files_newest_of_external_id on files (project_id, left(external_file_id, 600), created_at, id)
    where deleted_at is null and external_file_id is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
