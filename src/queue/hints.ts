import pg from 'pg';
import type { Logger } from '../logger.ts';
import { poolSettings, type DatabaseConnection } from '../store/database.ts';

/**
 * What changed. `work`: there is something to start, run or deliver. `progress`: jobs ended, in whose place others may
 * run. `cancel`: somebody asked running work to stop.
 */
export const HINTS = ['work', 'progress', 'cancel'] as const;
export type Hint = (typeof HINTS)[number];

/**
 * Hints between processes, so that work starts in milliseconds instead of at the next poll. They may be lost:
 * polling is what makes things happen. They are sent outside transactions and at most once per
 * {@link COALESCE_MS}, because a NOTIFY inside a transaction makes commits queue up behind each other.
 */
export interface Hints {
  send(hint: Hint): void;
  /** @returns a function that ends the subscription */
  subscribe(listener: (hint: Hint) => void): () => void;
  start(): Promise<void>;
  stop(): Promise<void>;
}

const CHANNEL = 'sheaf_hints';
const COALESCE_MS = 20;
const RECONNECT_MS = 1_000;
const CONNECT_MS = 15_000;

/** @param connection where notifications can be listened for; undefined: nowhere, and polling does it all */
export function createHints(
  connection: DatabaseConnection | undefined,
  pool: pg.Pool,
  options: { logger: Logger },
): Hints {
  const listeners = new Set<(hint: Hint) => void>();
  const pending = new Set<Hint>();
  let client: pg.Client | undefined;
  let stopped = true;
  let sendTimer: NodeJS.Timeout | undefined;
  let reconnectTimer: NodeJS.Timeout | undefined;

  const deliver = (hint: Hint): void => {
    for (const listener of listeners) listener(hint);
  };

  const flush = (): void => {
    sendTimer = undefined;
    const hints = [...pending];
    pending.clear();
    for (const hint of hints) {
      pool.query('select pg_notify($1, $2)', [CHANNEL, hint]).catch((error: unknown) => {
        options.logger.debug({ err: error }, 'a hint was not sent; polling will notice');
      });
    }
  };

  const listen = async (): Promise<void> => {
    if (!connection) return;
    const fresh = new pg.Client({
      ...poolSettings(connection),
      application_name: 'sheaf-hints',
      connectionTimeoutMillis: CONNECT_MS,
      // It only listens, and would not notice a peer that vanished without a word.
      keepAlive: true,
      keepAliveInitialDelayMillis: 10_000,
    });
    const lost = (): void => {
      if (client !== fresh || stopped) return;
      client = undefined;
      reconnectTimer = setTimeout(() => void listen().catch(() => undefined), RECONNECT_MS);
    };
    fresh.on('error', lost);
    fresh.on('end', lost);
    fresh.on('notification', (message) => {
      const hint = HINTS.find((known) => known === message.payload);
      if (hint) deliver(hint);
    });
    client = fresh;
    try {
      await fresh.connect();
      await fresh.query(`listen ${CHANNEL}`);
    } catch (error) {
      options.logger.debug({ err: error }, 'no hints for now; polling goes on');
      lost();
    }
  };

  return {
    send(hint) {
      // This process need not wait for the database to hear itself.
      setImmediate(deliver, hint);
      pending.add(hint);
      sendTimer ??= setTimeout(flush, COALESCE_MS);
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async start() {
      if (!stopped) return;
      stopped = false;
      await listen();
    },
    async stop() {
      stopped = true;
      clearTimeout(sendTimer);
      clearTimeout(reconnectTimer);
      sendTimer = undefined;
      const open = client;
      client = undefined;
      await open?.end().catch(() => undefined);
    },
  };
}
