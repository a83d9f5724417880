import type { Database } from './database.ts';
import { readSchemaState, refuseNewerSchema } from './migrate.ts';

const LOOK_MS = 500;

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
