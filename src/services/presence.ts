import { hostname } from 'node:os';
import type { Logger } from '../logger.ts';
import { newUuid } from '../model/ids.ts';
import type { Database } from '../store/database.ts';
import { NewerSchemaError, readSchemaState } from '../store/migrate.ts';
import { enterProgram, leaveProgram } from '../store/programs.ts';

/** A third of the time after which a program counts as gone for a migration. */
const SEEN_MS = 20_000;

/**
 * Enters this process among the programs of the database and keeps it entered, so that a migration that it could not
 * live with is refused meanwhile. One that was migrated all the same overtakes it.
 * @param onOvertaken told once, with the reason, when this program can no longer work with the schema
 * @returns how to leave
 */
export async function enterPrograms(
  { db, logger }: { readonly db: Database; readonly logger: Logger },
  program: { readonly version: string; readonly role: string },
  onOvertaken: (reason: Error) => void,
): Promise<() => Promise<void>> {
  const entry = { ...program, id: newUuid(), host: hostname() };
  await enterProgram(db, entry);
  const look = async (): Promise<void> => {
    const state = await readSchemaState(db);
    if (state.compatible) return enterProgram(db, entry);
    clearInterval(timer);
    onOvertaken(new NewerSchemaError(state.unknown));
  };
  const timer = setInterval(() => {
    look().catch((error: unknown) =>
      logger.debug({ err: error }, 'this process could not say that it is there; it tries again'),
    );
  }, SEEN_MS);
  return async () => {
    clearInterval(timer);
    await leaveProgram(db, entry.id).catch(() => undefined);
  };
}
