import { sql, type Kysely } from 'kysely';

/**
 * Directories and their files in full: files that are stored already in directories, and an index for each way to
 * list. Names may be longer than an index entry, which holds 2,700 bytes: only their beginning is kept there.
 */
const STATEMENTS = [
  // Until now every file of a directory was uploaded into it.
  `alter table directory_files add column owns_file boolean not null default true`,
  `alter table directory_files alter column owns_file set default false`,
  `create index directory_files_by_name on directory_files (directory_id, left(display_name, 200), created_at, id)`,
  `create index directory_files_by_update on directory_files (directory_id, updated_at)`,
  // Projects that run batches over ephemeral directories soon have many more deleted ones than live ones.
  `create index directories_live on directories (project_id, created_at, id) where deleted_at is null`,
  `create index directories_by_type on directories (project_id, type, created_at, id) where deleted_at is null`,
  `create index directories_by_name on directories (project_id, left(name, 200), created_at, id)`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
