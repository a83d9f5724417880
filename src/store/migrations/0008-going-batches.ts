import { sql, type Kysely } from 'kysely';

/** A batch that is too large to be deleted at once is marked first, so that nobody sees a part of it. */
const STATEMENTS = [
  `alter table batches add column going_at timestamptz(3)`,
  `create index batches_going on batches (going_at) where going_at is not null`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
