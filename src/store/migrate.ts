import { Migrator, sql } from 'kysely';
import type { Database } from './database.ts';
import { MIGRATIONS } from './migrations/index.ts';

/** The database was last migrated by a newer Sheaf than this one. */
export class NewerSchemaError extends Error {
  override readonly name = 'NewerSchemaError';

  constructor(unknown: readonly string[]) {
    super(
      `The database was migrated by a newer Sheaf (this one does not know: ${unknown.join(', ')}). ` +
        `Run that version or a later one, or restore a backup made before the upgrade.`,
    );
  }
}

/**
 * Brings the schema up to this program's. Safe to run from many processes at once: Kysely's migrator holds an
 * advisory lock, and the losers find nothing to do.
 * @throws NewerSchemaError when the database knows migrations that this program does not
 * @returns the names of the migrations that were applied
 */
export async function migrate(db: Database): Promise<string[]> {
  await refuseNewerSchema(db);
  const migrator = new Migrator({
    db,
    provider: { getMigrations: () => Promise.resolve({ ...MIGRATIONS }) },
    migrationTableName: 'schema_migrations',
    migrationLockTableName: 'schema_migrations_lock',
  });
  const { error, results } = await migrator.migrateToLatest();
  if (error) throw error;
  return (results ?? [])
    .filter((result) => result.status === 'Success')
    .map((result) => result.migrationName);
}

async function refuseNewerSchema(db: Database): Promise<void> {
  const table = await sql<{
    exists: boolean;
  }>`select to_regclass('schema_migrations') is not null as exists`.execute(db);
  if (!table.rows[0]?.exists) return;
  const applied = await sql<{ name: string }>`select name from schema_migrations order by name`.execute(db);
  const unknown = applied.rows.map((row) => row.name).filter((name) => !(name in MIGRATIONS));
  if (unknown.length > 0) throw new NewerSchemaError(unknown);
}
