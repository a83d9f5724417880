import type { Database } from './database.ts';
import { readSchemaState, refuseNewerSchema } from './migrate.ts';

const LOOK_MS = 500;

/** The database is older than this program, which is not to change it. */
export class PendingMigrationsError extends Error {
  override readonly name = 'PendingMigrationsError';

  constructor(pending: readonly string[]) {
    super(
      `The database lacks what this version needs (${pending.join(', ')}), and SHEAF_MIGRATE=wait leaves that to others. ` +
        'Run `sheaf migrate up`, and then this again.',
    );
  }
}

/** @throws PendingMigrationsError when somebody has to migrate first; NewerSchemaError when the schema is too new */
export async function refusePending(db: Database): Promise<void> {
  const state = await readSchemaState(db);
  refuseNewerSchema(state);
  if (state.pending.length > 0) throw new PendingMigrationsError(state.pending);
}

/**
 * Waits until somebody else has migrated the database as far as this program needs it.
 * @param onWait told once, with the migrations that are missing
 * @throws NewerSchemaError when the schema is one that this program cannot work with
 */
export async function awaitMigrations(
  db: Database,
  onWait: (pending: readonly string[]) => void,
): Promise<void> {
  for (let looks = 0; ; looks += 1) {
    const state = await readSchemaState(db);
    refuseNewerSchema(state);
    if (state.pending.length === 0) return;
    if (looks === 0) onWait(state.pending);
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
