import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';
import type { Logger } from '../logger.ts';
import { poolSettings, type DatabaseConnection } from './database.ts';

/**
 * How long a server may say nothing to a statement before it is asked, over another connection, whether it still works
 * on it. Nothing of what Sheaf does all day takes that long.
 */
export const SILENCE_MS = 10_000;
/** How long that other connection may take to be made, and then to answer. */
const ASK_MS = 10_000;
/** Silence is counted in steps of the whole. */
const STEPS = 4;

/** What of `pg` has no types of its own. */
interface WatchedClient {
  readonly connection: { readonly stream: Socket };
  /** False while a statement is under way. */
  readonly readyForQuery: boolean;
  /** The server's process; a pooler makes one up. */
  readonly processID: number | null;
}

/** The client with what its type declarations lack. */
function inside(client: pg.Client | pg.PoolClient): WatchedClient {
  return client as unknown as WatchedClient;
}

interface Watched {
  readonly client: WatchedClient;
  /** Bytes in both directions, when they were last looked at. */
  bytes: number;
  /** How often in a row they were the same. */
  stillSteps: number;
}

/**
 * Gives up on connections whose peer has vanished without a word (a network that swallows packets, a machine that lost
 * its power, a firewall that forgot): the system would send again for a quarter of an hour before it said so, and requests
 * and work would hang as long. Statements on them fail with `ETIMEDOUT`, as a database that is away.
 *
 * A long statement is no silence to be afraid of: PostgreSQL says of its process that it works, and is left alone.
 * Behind a pooler, whatever its mode, only that the server answers counts, since its processes cannot be told.
 * @param silenceMs default {@link SILENCE_MS}
 * @returns a function that ends the watch
 */
export function watchSilence(
  pool: pg.Pool,
  connection: DatabaseConnection,
  { logger, silenceMs = SILENCE_MS }: { readonly logger: Logger; readonly silenceMs?: number },
): () => void {
  const watched = new Map<unknown, Watched>();
  const stepMs = silenceMs / STEPS;
  const stopped = new AbortController();
  let asking: Promise<void> | undefined;
  pool.on('connect', (client) => {
    watched.set(client, { client: inside(client), bytes: 0, stillSteps: 0 });
  });
  pool.on('remove', (client) => watched.delete(client));

  const ask = async (silent: readonly Watched[]): Promise<void> => {
    const atWork = await findAtWork(connection, silent).catch(
      (error: unknown) => new Set(isNoAnswer(error) ? [] : silent),
    );
    for (const one of atWork) one.stillSteps = 0;
    // An answer may be on its way.
    await pause(stepMs, undefined, { signal: stopped.signal, ref: false }).catch(() => undefined);
    const open = [...watched.values()].filter((one) => isStill(one) && !atWork.has(one));
    const asked = open.filter((one) => isSilent(one) && silent.includes(one));
    if (stopped.signal.aborted || asked.length === 0) return;
    // Idle ones have most likely gone the same way, and another is soon made.
    const lost = [...asked, ...open.filter((one) => one.client.readyForQuery)];
    logger.warn(
      { connections: lost.length },
      `the database has said nothing for ${silenceMs} ms and is not at work on what it was asked: connections are given up`,
    );
    const error = Object.assign(new Error('The database has fallen silent'), { code: 'ETIMEDOUT' });
    for (const { client } of lost) client.connection.stream.destroy(error);
  };

  const look = (): void => {
    for (const one of watched.values()) {
      const bytes = bytesOf(one);
      one.stillSteps = bytes === one.bytes ? one.stillSteps + 1 : 0;
      one.bytes = bytes;
    }
    const silent = [...watched.values()].filter(isSilent);
    if (silent.length > 0) asking ??= ask(silent).finally(() => (asking = undefined));
  };

  const timer = setInterval(look, stepMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    stopped.abort();
  };
}

function isStill(one: Watched): boolean {
  return one.stillSteps >= STEPS && bytesOf(one) === one.bytes;
}

/** Still under a statement. */
function isSilent(one: Watched): boolean {
  return !one.client.readyForQuery && isStill(one);
}

function bytesOf({ client: { connection } }: Watched): number {
  return connection.stream.bytesRead + connection.stream.bytesWritten;
}

/** Whether a question went unanswered. Whatever else it met (a refusal, a name that is not known) tells nothing of others. */
function isNoAnswer(error: unknown): boolean {
  if (!(error instanceof Error) || error instanceof pg.DatabaseError) return false;
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined
    ? /timeout/i.test(error.message)
    : /^(?:ETIMEDOUT|EHOSTUNREACH|EHOSTDOWN|ENETUNREACH|ENETDOWN)$/.test(code);
}

/** Those of the silent connections whose statement the server is, or may be, at work on. @throws when it does not answer */
async function findAtWork(connection: DatabaseConnection, silent: readonly Watched[]): Promise<Set<Watched>> {
  const client = new pg.Client({
    ...poolSettings(connection),
    application_name: 'sheaf-watch',
    connectionTimeoutMillis: ASK_MS,
    query_timeout: ASK_MS,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    // A login is an answer: a pooler may let the question itself wait.
    const { rows } = await client
      .query<{ pids: number[]; own: number }>(
        // A process that waits for its client to take the answer has said what it had to say.
        `select coalesce(array_agg(pid), '{}') as pids, pg_backend_pid() as own from pg_stat_activity
        where pid = any($1) and (state is null or state not like 'idle%') and wait_event is distinct from 'ClientWrite'`,
        [silent.map((one) => one.client.processID)],
      )
      .catch(() => ({ rows: [] }));
    const isDirect = rows[0]?.own === inside(client).processID;
    const pids = new Set<number | null>(rows[0]?.pids);
    return new Set(silent.filter((one) => !isDirect || pids.has(one.client.processID)));
  } finally {
    const { stream } = inside(client).connection;
    // One that is silent itself never says that it has ended.
    const late = setTimeout(() => stream.destroy(), ASK_MS).unref();
    void client
      .end()
      .catch(() => undefined)
      .finally(() => clearTimeout(late));
  }
}
