import { sql, type Kysely } from 'kysely';

/** The processes that run on the database, so that a migration knows whom it would leave behind. */
export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`create table programs (
    id uuid primary key,
    version text not null,
    role text not null,
    host text not null,
    newest_migration text collate "C" not null,
    started_at timestamptz(3) not null default now(),
    seen_at timestamptz(3) not null default now()
  )`.execute(db);
}
