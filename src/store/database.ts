import { Kysely, PostgresDialect, sql, type Transaction as KyselyTransaction } from 'kysely';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import type { Schema } from './schema.ts';

export type Database = Kysely<Schema>;
export type Transaction = KyselyTransaction<Schema>;
/** Either: a statement that may run alone or inside a transaction. */
export type Executor = Kysely<Schema>;

/** How to reach PostgreSQL: a URL, or the settings of the embedded server. */
export type DatabaseConnection =
  | { readonly url: string }
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
  close(): Promise<void>;
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
    idleTimeoutMillis: 60_000,
    application_name: 'sheaf',
    types: { getTypeParser: parserFor as typeof pg.types.getTypeParser },
  });
  // An idle connection that breaks (the server restarts) is replaced; without a listener it would end the process.
  pool.on('error', (error) => options.logger.warn({ err: error }, 'a database connection was lost'));
  // The same between two statements of a transaction, when the pool does not listen: the next statement fails anyway.
  pool.on('connect', (client) => client.on('error', () => undefined));
  const db = new Kysely<Schema>({ dialect: new PostgresDialect({ pool }) });
  return { db, pool, close: () => db.destroy() };
}

/** Settings for a single `pg.Client` or a pool, for what cannot go through the query builder: LISTEN. */
export function poolSettings(connection: DatabaseConnection): pg.ClientConfig {
  return 'url' in connection ? { connectionString: connection.url } : { ...connection };
}

const INT8 = 20;
const NUMERIC = 1700;

/** int8 and numeric arrive as numbers: nothing that is counted here exceeds 2^53. */
function parserFor(...args: Parameters<typeof pg.types.getTypeParser>): (value: string) => unknown {
  const oid: number = args[0];
  return oid === INT8 || oid === NUMERIC ? Number : pg.types.getTypeParser(...args);
}

/** Class 40 (serialization failure, deadlock) and the codes of a server that restarts or refuses new sessions. */
const TRANSIENT_SQLSTATES = /^(40001|40P01|55P03|57P0[1-3]|53300|08...)$/;
const TRANSIENT_SOCKET_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'ENOENT', 'EPIPE', 'ETIMEDOUT']);

/** True for an error that says nothing about the statement: the same transaction may succeed in a moment. */
export function isTransientDatabaseError(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code !== undefined && TRANSIENT_SQLSTATES.test(code)) return true;
  if (code !== undefined && TRANSIENT_SOCKET_CODES.has(code) && (syscall === undefined || syscall !== 'open')) {
    return true;
  }
  // pg reports a socket that closed under a query, and a pool that could not connect in time, without a code.
  return /^(Connection terminated|timeout exceeded when trying to connect)/.test(error.message);
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
