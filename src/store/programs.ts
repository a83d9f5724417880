import { sql } from 'kysely';
import type { Executor } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** A process that runs on the database, of any role. */
export interface Program {
  readonly id: string;
  readonly version: string;
  readonly role: string;
  readonly host: string;
}

const NEWEST_MIGRATION = Object.keys(MIGRATIONS).at(-1) ?? '';

/** Rows of processes that died without a word go after this long. */
const FORGET_HOURS = 24;

/** Enters a program, or says that it is still there, and forgets those that are long gone. */
export async function enterProgram(db: Executor, { id, version, role, host }: Program): Promise<void> {
  await sql`
    with gone as (delete from programs where seen_at < now() - ${sql.lit(FORGET_HOURS)} * interval '1 hour')
    insert into programs (id, version, role, host, newest_migration)
    values (${id}, ${version}, ${role}, ${host}, ${NEWEST_MIGRATION})
    on conflict (id) do update set seen_at = now()`.execute(db);
}

export async function leaveProgram(db: Executor, id: string): Promise<void> {
  await sql`delete from programs where id = ${id}`.execute(db);
}
