import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** In a data directory: a restore that is under way, or was not finished. */
export const RESTORING = 'restoring';

/** @throws when a server must not start on the directory */
export function refuseUnfinishedRestore(dataDir: string): void {
  const stage = join(dataDir, RESTORING);
  if (existsSync(stage))
    throw new Error(
      `A restore into ${dataDir} is under way or was not finished. If none runs, empty the directory and restore again.`,
    );
}
