import type { Logger } from '../logger.ts';
import { prepareBinaries } from './binaries.ts';
import { bringUp } from './bring-up.ts';
import { ensureCluster } from './cluster.ts';
import type { ConnectionSettings } from './inquiry.ts';
import { settleLocation } from './location.ts';
import { removeOtherCopies } from './native-copy.ts';
import { locateNative } from './native-package.ts';
import type { Site } from './site.ts';
import { Supervisor } from './supervisor.ts';

export { EmbeddedPostgresFailedError } from './failure.ts';
export type { ConnectionSettings } from './inquiry.ts';

/** A running embedded server, kept up until {@link EmbeddedPostgres.stop}. */
export interface EmbeddedPostgres {
  /** Spread into a `pg` client or pool. Stays valid when the server is restarted. */
  readonly connection: ConnectionSettings;
  /** `adopted`: the server already ran, left by a killed Sheaf or shared with a living one. */
  readonly how: 'started' | 'adopted';
  /**
   * Signs off, and stops the server when no other Sheaf uses it: a fast shutdown, waited for, and an immediate one
   * after `stopTimeoutMs`. Close pools first: their connections are cut. May be called any number of times.
   */
  stop(): Promise<void>;
}

/** How to start the embedded server. */
export interface EmbeddedPostgresOptions {
  /** Made if missing. The server's files go to `<dataDir>/postgres`. */
  readonly dataDir: string;
  readonly logger: Logger;
  /** Told each time the server dies while in use; it is brought back without further ado. */
  readonly onUnexpectedExit?: (reason: Error) => void;
  /** Aborts the start (a recovery may take minutes); a server started for it is stopped again. */
  readonly signal?: AbortSignal;
  /** Where the database goes when Sheaf runs as root and its server may not enter the data directory. */
  readonly relocationBase?: string;
  /** The `native` directory of the binary package, when not the installed one. */
  readonly nativeDir?: string;
  /** Milliseconds, recovery included. Default ten minutes. */
  readonly startTimeoutMs?: number;
  /** Milliseconds after which a server that lives but does not answer is restarted. Default half a minute. */
  readonly unreachableAfterMs?: number;
  /** Milliseconds for a fast shutdown. Default one minute. */
  readonly stopTimeoutMs?: number;
}

/**
 * Starts, or adopts, the PostgreSQL 18 that belongs to a data directory, making its cluster first if there is none.
 *
 * @throws EmbeddedPostgresUnavailableError when it cannot run on this machine or for this user
 * @throws EmbeddedPostgresFailedError when it can, but this data cannot be served
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { dataDir, logger, relocationBase = '/var/lib/sheaf' } = options;
  const signal = options.signal ?? new AbortController().signal;
  const native = options.nativeDir ?? locateNative();
  const location = settleLocation({ dataDir, relocationBase, logger });
  const binaries = await prepareBinaries({ native, home: location.home, user: location.user, logger });
  const password = await ensureCluster({ location, binaries, logger, signal });
  const site: Site = {
    location,
    binaries,
    password,
    logger,
    startTimeoutMs: options.startTimeoutMs ?? 10 * 60_000,
    unreachableAfterMs: options.unreachableAfterMs ?? 30_000,
    stopTimeoutMs: options.stopTimeoutMs ?? 60_000,
  };
  const server = await bringUp(site, signal);
  // A server just started proves that no older one runs from another copy.
  if (server.how === 'started') await removeOtherCopies(location.home, binaries.postgres);
  logger.info({ how: server.how, cluster: location.cluster }, 'The embedded database is ready');
  return new Supervisor(site, server, options.onUnexpectedExit ?? (() => {}));
}
