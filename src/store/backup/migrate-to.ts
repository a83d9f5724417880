import { Migrator } from 'kysely';
import type { Database } from '../database.ts';
import { MIGRATIONS } from '../migrations/index.ts';

/** Names of all migrations of this program, in their order. */
export const KNOWN_MIGRATIONS: readonly string[] = Object.keys(MIGRATIONS).toSorted();

/** Gives an empty database the schema of an earlier time, so that rows of that time fit. */
export async function migrateTo(db: Database, last: string): Promise<void> {
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  });
  const { error } = await migrator.migrateTo(last);
  if (error) throw error;
}
