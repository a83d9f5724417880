import { spawn, type ChildProcess } from 'node:child_process';
import { appendFileSync, closeSync, openSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { createLogger } from '../../src/logger.ts';
import { prepareBinaries } from '../../src/postgres/binaries.ts';
import { ensureCluster, SUPERUSER } from '../../src/postgres/cluster.ts';
import { settleLocation } from '../../src/postgres/location.ts';
import { locateNative } from '../../src/postgres/native-package.ts';
import { spawnOptions } from '../../src/postgres/run-program.ts';
import { makeDataDir, removeDataDir, waitUntil } from './sheaf-server.ts';

/** A PostgreSQL that belongs to no Sheaf: reached over TCP, killed and started again as a machine of its own would be. */
export interface PostgresServer extends AsyncDisposable {
  /** For SHEAF_DATABASE_URL. */
  readonly url: string;
  /** SIGKILL to the postmaster. @returns false where it is dead already */
  kill(): boolean;
  /** Starts it where it is dead, and waits until it answers; recovery included. */
  revive(): Promise<void>;
}

export interface PostgresServerOptions {
  /** Address to listen at; clients of its network are let in with the password. Default 127.0.0.1. */
  readonly host?: string;
  readonly maxConnections?: number;
}

/** Until it answers: a recovery after a kill takes seconds here. */
const START_TIMEOUT_MS = 60_000;
/** Two that start and stop at once must not wait for the disk: it survives kills, not power cuts. */
const DURABILITY = { fsync: 'off', full_page_writes: 'off' };

export async function startPostgresServer(options: PostgresServerOptions = {}): Promise<PostgresServer> {
  const host = options.host ?? '127.0.0.1';
  const dataDir = await makeDataDir();
  const logger = createLogger({ level: 'silent' });
  const location = settleLocation({ dataDir, relocationBase: join(dataDir, 'relocated'), logger });
  const { home, cluster, user } = location;
  const binaries = await prepareBinaries({ native: locateNative(), home, user, logger });
  const password = await ensureCluster({ location, binaries, logger });
  appendFileSync(join(cluster, 'pg_hba.conf'), 'host all all samenet scram-sha-256\n');
  const port = await freePort(host);
  const url = `postgres://${SUPERUSER}:${password}@${host}:${port}/postgres`;
  const settings = {
    ...DURABILITY,
    listen_addresses: host,
    port: String(port),
    unix_socket_directories: '',
    max_connections: String(options.maxConnections ?? 200),
    dynamic_shared_memory_type: 'mmap',
  };
  const args = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  let child: ChildProcess | undefined;

  const begin = (): void => {
    const log = openSync(join(dataDir, 'postgres.log'), 'a');
    const begun = spawn(binaries.postgres, ['-D', cluster, ...args], {
      ...spawnOptions({ binaries, user }),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    begun.once('exit', () => {
      if (child === begun) child = undefined;
    });
    child = begun;
  };
  const revive = (): Promise<void> =>
    waitUntil(
      async () => {
        // A new one refuses to start while processes of the killed one still hold its memory.
        if (!child) begin();
        return answers(url);
      },
      START_TIMEOUT_MS,
      'PostgreSQL to answer',
    );

  await revive();
  return {
    url,
    revive,
    kill() {
      if (!child) return false;
      const killed = child.kill('SIGKILL');
      child = undefined;
      return killed;
    },
    async [Symbol.asyncDispose]() {
      await new Promise<void>((resolve) => {
        if (!child) return resolve();
        child.once('exit', () => resolve());
        child.kill('SIGINT');
      });
      await removeDataDir(dataDir);
    },
  };
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 2_000 });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('select 1');
    return true;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function freePort(host: string): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
