import {
  CompiledQuery,
  Kysely,
  PostgresDialect,
  PostgresDriver,
  sql,
  type Transaction as KyselyTransaction,
} from 'kysely';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Transaction = KyselyTransaction<Schema>;
/** Either: a statement that may run alone or inside a transaction. */
export type Executor = Kysely<Schema>;

/** How to reach PostgreSQL: a URL, or the settings of the embedded server. */
export type DatabaseConnection =
  | {
      readonly url: string;
      /** A pooler stands between that keeps nothing from one transaction to the next. See `database-server.ts`. */
      readonly pooled?: boolean;
    }
  | {
      readonly host: string;
      readonly port: number;
      readonly user: string;
      readonly database: string;
      readonly password: string;
    };

/** An open connection pool and the query builder on it. */
export interface DatabaseHandle {
  readonly db: Database;
  readonly pool: pg.Pool;
  readonly close: () => Promise<void>;
}

/**
 * Opens a pool. Connections are made as they are needed, so this does not fail when the server is away.
 * @param maxConnections upper bound of connections of this process
 */
export function openDatabase(
  connection: DatabaseConnection,
  options: { maxConnections: number; logger: Logger },
): DatabaseHandle {
  const pool = new pg.Pool({
    ...poolSettings(connection),
    max: options.maxConnections,
    connectionTimeoutMillis: 15_000,
    // A peer that vanished without a word must neither hold locks nor keep us waiting for hours.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000,
    idleTimeoutMillis: 60_000,
    application_name: 'sheaf',
    ...(!isPooled(connection) && SESSION_SETTINGS),
    types: { getTypeParser: parserFor as typeof pg.types.getTypeParser },
  });
  // An idle connection that breaks (the server restarts) is replaced; without a listener it would end the process.
  // The error carries the whole connection, with the key that cancels its queries: only its words are logged.
  let closing = false;
  pool.on('error', ({ message }) => {
    // A server that stops right after the pool may still tell the connections that are on their way out.
    if (!closing) options.logger.warn({ reason: message }, 'a database connection was lost');
  });
  // The same between two statements of a transaction, when the pool does not listen: the next statement fails anyway.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const dialect = isPooled(connection) ? new PooledDialect({ pool }) : new PostgresDialect({ pool });
  const db = new Kysely<Schema>({ dialect });
  const close = async (): Promise<void> => {
    closing = true;
    await db.destroy();
    // The query builder ends the pool only if it was used itself.
    if (!pool.ending) await pool.end();
  };
  return { db, pool, close };
}

/** Settings for a single `pg.Client` or a pool, for what cannot go through the query builder: LISTEN. */
export function poolSettings(connection: DatabaseConnection): pg.ClientConfig {
  return 'url' in connection ? { connectionString: connection.url } : { ...connection };
}

/** Longer than any pause of a process that is alive. */
export const IDLE_TRANSACTION_MS = 60_000;

/**
 * Longer than anybody holds a lock who is well. Requests that wait for one hold connections that others need; after this
 * the statement fails with 55P03, and the same may be tried again.
 */
export const LOCK_WAIT_MS = 30_000;

/**
 * What a session of Sheaf starts with. What is in use lies in memory or on a solid disk; PostgreSQL's default
 * `random_page_cost` of 4 is for spinning ones: with it, tables of some ten thousand rows are read from end to end where
 * an index is twice as fast. A URL's own options win.
 */
export const SESSION_SETTINGS = {
  idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
  lock_timeout: LOCK_WAIT_MS,
  options: '-c random_page_cost=1.1',
} as const;

const isPooled = (connection: DatabaseConnection): boolean =>
  'url' in connection && connection.pooled === true;

/** Behind a pooler each transaction brings its settings along, in the same message as its beginning. */
class PooledDialect extends PostgresDialect {
  readonly #config: ConstructorParameters<typeof PostgresDriver>[0];

  constructor(config: ConstructorParameters<typeof PostgresDriver>[0]) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PooledDriver {
    return new PooledDriver(this.#config);
  }
}

class PooledDriver extends PostgresDriver {
  override async beginTransaction(
    ...[connection, settings]: Parameters<PostgresDriver['beginTransaction']>
  ): Promise<void> {
    const { isolationLevel, accessMode } = settings;
    const begin = `begin${isolationLevel ? ` isolation level ${isolationLevel}` : ''}${accessMode ? ` ${accessMode}` : ''}`;
    const set = [
      `idle_in_transaction_session_timeout = ${IDLE_TRANSACTION_MS}`,
      `lock_timeout = ${LOCK_WAIT_MS}`,
      'random_page_cost = 1.1',
    ].map((setting) => `set local ${setting}`);
    await connection.executeQuery(CompiledQuery.raw([begin, ...set].join('; ')));
  }
}

const INT8 = 20;
const NUMERIC = 1700;

/** int8 and numeric arrive as numbers: nothing that is counted here exceeds 2^53. */
function parserFor(...args: Parameters<typeof pg.types.getTypeParser>): (value: string) => unknown {
  const oid: number = args[0];
  return oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(...args);
}

/**
 * PostgreSQL conditions that pass: connection failures (class 08), shutting down or starting up, out of memory or
 * connections, a statement or lock that took too long, and transactions that lost against another.
 */
const TRANSIENT_SQLSTATES = /^(08(?!P01|004)...|40001|40P01|53[23]00|55P03|57014|57P0[1-3])$/;
/** Codes of the operating system for a peer that is not there or went away. */
const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  // Names of machines come and go with them where they are containers.
  'EAI_AGAIN',
  'ENOTFOUND',
]);

/** True for an error that says nothing about the statement: the same transaction may succeed in a moment. */
export function isTransientDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined) {
    // pg gives no code to a socket that closed under a query or before it, nor to a pool that could not connect in time.
    return /^(Connection terminated|Client has encountered a connection error|timeout exceeded when trying to connect)/.test(
      error.message,
    );
  }
  // ENOENT from connect: the Unix socket of a server that is not running.
  return (
    TRANSIENT_SQLSTATES.test(code) || UNREACHABLE.has(code) || (code === 'ENOENT' && syscall === 'connect')
  );
}

/** Waits until the server answers; for the minutes that recovery after a crash may take. */
export async function awaitDatabase(db: Database, timeoutMs: number): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    try {
      await sql`select 1`.execute(db);
      return;
    } catch (error) {
      if (!isTransientDatabaseError(error) || Date.now() > deadline) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
