import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { MIGRATIONS, OLDEST_PROGRAM } from '../migrations/index.ts';

/** Names of all migrations of this program, in their order. */
export const KNOWN_MIGRATIONS: readonly string[] = Object.keys(MIGRATIONS).toSorted();

/** Gives an empty database the schema of an earlier time, so that rows of that time fit. */
export async function migrateTo(db: Database, last: string): Promise<void> {
  const migrations = Object.fromEntries(Object.entries(MIGRATIONS).filter(([name]) => name <= last));
  await migrate(db, { plan: { migrations, oldestProgram: OLDEST_PROGRAM } });
}
