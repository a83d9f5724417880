import { setTimeout as delay } from 'node:timers/promises';
import type { Client } from 'pg';
import { bringUp, type RunningServer } from './bring-up.ts';
import { describe } from './failure.ts';
import { ask, keepsProcessAlive, type ConnectionSettings } from './inquiry.ts';
import { leave } from './membership.ts';
import { stopServer } from './shutdown.ts';
import type { Site } from './site.ts';

/** First and longest pause before the server is brought up again. */
const BACKOFF_MS = { first: 100, longest: 30_000 } as const;

/** A server that lived this long was well: the next loss starts with the shortest pause again. */
const STABLE_AFTER_MS = 60_000;

/**
 * Keeps the server up while Sheaf runs. Its one registered connection is also its watch: when the server dies, the
 * connection breaks within milliseconds.
 *
 * ```text
 *   watching --connection lost--> recovering --server answers--> watching
 *       |                             |
 *       +------- stop() ------+-------+
 *                             v
 *                          stopped      (the server too, when this was its last user)
 * ```
 */
export class Supervisor {
  readonly connection: ConnectionSettings;
  readonly how: 'started' | 'adopted';
  readonly #site: Site;
  readonly #onUnexpectedExit: (reason: Error) => void;
  readonly #ending = new AbortController();
  #client: Client | undefined;
  #recovery: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #wellSince = Date.now();
  #losses = 0;

  constructor(site: Site, server: RunningServer, onUnexpectedExit: (reason: Error) => void) {
    this.#site = site;
    this.connection = server.settings;
    this.how = server.how;
    this.#onUnexpectedExit = onUnexpectedExit;
    this.#watch(server.client);
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  #watch(client: Client): void {
    this.#client = client;
    // Watching is no reason for a process to stay alive; a server left behind is adopted by the next start.
    keepsProcessAlive(client, false);
    let reason = new Error('the connection to the database server ended');
    client.on('error', (error) => {
      reason = error;
    });
    client.once('end', () => {
      if (this.#ending.signal.aborted) return;
      this.#client = undefined;
      this.#recovery = this.#recover(reason);
    });
  }

  async #recover(reason: Error): Promise<void> {
    const { logger } = this.#site;
    if (Date.now() - this.#wellSince > STABLE_AFTER_MS) this.#losses = 0;
    logger.error({ reason: reason.message }, 'The database server went away unexpectedly: bringing it back');
    this.#onUnexpectedExit(reason);
    while (!this.#ending.signal.aborted) {
      try {
        await this.#backOff();
        const server = await bringUp(this.#site, this.#ending.signal);
        this.#wellSince = Date.now();
        logger.info({ how: server.how }, 'The database server answers again');
        this.#warnIfMoved(server);
        this.#watch(server.client);
        return;
      } catch (error) {
        if (this.#ending.signal.aborted) return;
        logger.error(
          { error: describe(error) },
          'The database server could not be brought back: trying again',
        );
      }
    }
  }

  async #backOff(): Promise<void> {
    const pause = Math.min(BACKOFF_MS.first * 2 ** this.#losses, BACKOFF_MS.longest);
    this.#losses += 1;
    await delay(pause, undefined, { signal: this.#ending.signal });
  }

  /** Only after someone else took the port (Windows) or the socket's directory; pools keep the old address. */
  #warnIfMoved(server: RunningServer): void {
    const { host, port } = server.settings;
    if (host === this.connection.host && port === this.connection.port) return;
    this.#site.logger.fatal({ host, port }, 'The database server had to move: restart Sheaf');
  }

  async #stop(): Promise<void> {
    this.#ending.abort();
    await this.#recovery;
    const client = this.#client ?? (await this.#reconnect());
    this.#client = undefined;
    // Without a connection nobody can tell who else uses the server. It stays, and the next start adopts it.
    if (!client) return;
    keepsProcessAlive(client, true);
    try {
      if (await leave(client)) await stopServer(this.#site);
    } catch (error) {
      this.#site.logger.warn(
        { error: describe(error) },
        'Could not sign off from the database server; if it still runs, the next start adopts it',
      );
    } finally {
      await client.end().catch(() => {});
    }
  }

  /** The connection was lost just before the stop, and the server may be well: one look. */
  async #reconnect(): Promise<Client | undefined> {
    const answer = await ask(this.connection, this.#site.location.cluster);
    return answer.kind === 'ready' ? answer.client : undefined;
  }
}
