import pg from 'pg';
import {
  IDLE_TRANSACTION_MS,
  isTransientDatabaseError,
  poolSettings,
  SESSION_SETTINGS,
  type DatabaseConnection,
} from './database.ts';

/** The oldest PostgreSQL that Sheaf's statements are written for. */
export const OLDEST_POSTGRES = 15;

/** What the program has to know of a server that the operator brought. */
export interface DatabaseServer {
  /** The major version. */
  readonly version: number;
  /**
   * Whether what a session starts with is refused or forgotten on the way. So a pooler stands between, and whatever is
   * to last longer than a transaction (LISTEN, locks of a session) must not be relied on.
   */
  readonly pooled: boolean;
  /** The planner's guess of a random page, as every session has it that says nothing else. */
  readonly randomPageCost: number;
  /** Whether the database's locale knows the cases of letters beyond ASCII, by which names are searched. */
  readonly foldsCase: boolean;
}

/** Who waits wants to read now and then what for. */
const TELL_EVERY_MS = 30_000;

/**
 * Asks a server what it is, and waits for it meanwhile.
 * @param onWait told why it is waited for, at once and then every half minute
 * @throws when it does not answer in time, does not let us in, or is older than {@link OLDEST_POSTGRES}
 */
export async function inspectServer(
  connection: DatabaseConnection,
  timeoutMs: number,
  onWait: (reason: string) => void = () => undefined,
): Promise<DatabaseServer> {
  const deadline = Date.now() + timeoutMs;
  for (let toldAt = Number.NEGATIVE_INFINITY; ;) {
    try {
      const server = await inspectOnce(connection);
      if (server.version < OLDEST_POSTGRES) throw new OldServerError(server.version);
      return server;
    } catch (error) {
      if (!isTransientDatabaseError(error)) throw error;
      if (Date.now() > deadline) throw new SilentServerError(timeoutMs, error);
      if (Date.now() - toldAt >= TELL_EVERY_MS) {
        onWait(wordsOf(error));
        toldAt = Date.now();
      }
      await new Promise((resolve) => setTimeout(resolve, 250));
    }
  }
}

/** Several addresses of one name are tried, and their errors come together without words of their own. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

/** Nobody answers where the server should be. */
class SilentServerError extends Error {
  override readonly name = 'SilentServerError';

  constructor(timeoutMs: number, cause: unknown) {
    super(
      `SHEAF_DATABASE_URL: the database has not answered for ${Math.round(timeoutMs / 1000)} s (${wordsOf(cause)}). ` +
        'Start it, or mend the address, and try again.',
      { cause },
    );
  }
}

/** The server speaks an SQL that is too old. */
class OldServerError extends Error {
  override readonly name = 'OldServerError';

  constructor(version: number) {
    super(
      `SHEAF_DATABASE_URL leads to PostgreSQL ${version}; Sheaf needs ${OLDEST_POSTGRES} or later. Upgrade that server, ` +
        'or leave the variable out to use the embedded one.',
    );
  }
}

async function inspectOnce(connection: DatabaseConnection): Promise<DatabaseServer> {
  try {
    return await ask({ ...poolSettings(connection), ...SESSION_SETTINGS });
  } catch (error) {
    if (!isRefusedSetting(error)) throw error;
    return { ...(await ask(poolSettings(connection))), pooled: true };
  }
}

/** PgBouncer refuses what it cannot keep for the next client of a session. */
function isRefusedSetting(error: unknown): boolean {
  return error instanceof Error && /unsupported startup parameter/i.test(error.message);
}

async function ask(settings: pg.ClientConfig): Promise<DatabaseServer> {
  const client = new pg.Client({
    ...settings,
    connectionTimeoutMillis: 15_000,
    application_name: 'sheaf-inspection',
  });
  // A connection that breaks between two statements tells the next one.
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rows } = await client.query<{
      version: number;
      idle: number;
      cost: number;
      folds: boolean;
      encoding: string;
    }>(
      `select current_setting('server_version_num')::int as version,
        (extract(epoch from current_setting('idle_in_transaction_session_timeout')::interval) * 1000)::int as idle,
        current_setting('random_page_cost')::float8 as cost,
        current_setting('server_encoding') as encoding,
        current_setting('server_encoding') = 'UTF8' and lower(chr(196)) = chr(228) as folds`,
    );
    const [row] = rows;
    if (!row) throw new Error('The server did not say which version it is');
    if (row.encoding !== 'UTF8') throw new Error(wrongEncoding(row.encoding));
    return {
      version: Math.floor(row.version / 10_000),
      pooled: row.idle !== IDLE_TRANSACTION_MS,
      randomPageCost: row.cost,
      foldsCase: row.folds,
    };
  } finally {
    await client.end().catch(() => undefined);
  }
}

function wrongEncoding(encoding: string): string {
  return (
    `The database has the encoding ${encoding}, which cannot hold every document's name and text. Make one with ` +
    "`create database ... template template0 encoding 'UTF8'`."
  );
}
