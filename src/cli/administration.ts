import { openAdministration, type Administration } from '../app/sessions.ts';
import { loadConfig, type Config } from '../config.ts';
import { UsageError } from './command.ts';

/** The words that every administrative command understands. */
export const ADMINISTRATION_OPTIONS = {
  'data-dir': { type: 'string' },
  json: { type: 'boolean', default: false },
} as const;

/** The same for `--help`. */
export const ADMINISTRATION_USAGE = `  --json                   for machines
  --data-dir DIR           database, files and results (SHEAF_DATA_DIR, ./.sheaf); with SHEAF_DATABASE_URL that database

This works on the database itself, whether or not a server runs on it, and never through SHEAF_SERVER.`;

/** Opens the database for one command, and closes it whatever comes of it. */
export async function administer<T>(
  environment: NodeJS.ProcessEnv,
  dataDir: string | undefined,
  work: (administration: Administration, place: string) => Promise<T>,
): Promise<T> {
  const config = loadConfig(
    { SHEAF_LOG_LEVEL: 'warn', ...environment },
    { ...(dataDir !== undefined && { dataDir }) },
  );
  const session = await openAdministration(config);
  try {
    return await work(session.administration, placeOf(config));
  } finally {
    await session.close();
  }
}

/** Which database it is, for a person who may have meant another; without the password. */
function placeOf({ databaseUrl, dataDir }: Config): string {
  if (databaseUrl === undefined) return dataDir;
  const { host, pathname } = new URL(databaseUrl);
  return `${host}${pathname}`;
}

/** One of the words that a command may begin with. @throws UsageError */
export function readAction<const Action extends string>(
  said: string | undefined,
  actions: readonly Action[],
): Action {
  const found = actions.find((action) => action === said);
  if (found !== undefined) return found;
  const all = `${actions.slice(0, -1).join(', ')} or ${actions.at(-1)}`;
  throw new UsageError(`say ${all}${said === undefined ? '' : `, not ${JSON.stringify(said)}`}`);
}

/** Prints the value as JSON. */
export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** A time as a list shows it. */
export function shownTime(time: Date | null): string {
  return time === null ? '-' : time.toISOString();
}
