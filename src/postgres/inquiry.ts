import { realpathSync } from 'node:fs';
import { Client } from 'pg';
import { SUPERUSER } from './cluster.ts';
import type { Endpoint } from './endpoint.ts';
import { describe, errorCode } from './failure.ts';
import { join } from './membership.ts';

/** What is needed to talk to the server; spread it into a `pg` client or pool. */
export interface ConnectionSettings extends Endpoint {
  readonly user: string;
  readonly database: string;
  readonly password: string;
  /** The way leads through a private socket or the loopback; a `PGSSLMODE` meant for others must not apply. */
  readonly ssl: false;
}

/**
 * What an endpoint answers.
 *
 * - `ready`: it is this cluster's server, and the connection is registered as one of its users
 * - `busy`: a server is there but not ready: starting, recovering, stopping, out of connections
 * - `silent`: nobody listens
 * - `stranger`: a server answers, but not this cluster's
 * - `refusal`: the server answers with an error that waiting does not mend
 */
export type Answer =
  | { readonly kind: 'ready'; readonly client: Client }
  | { readonly kind: 'busy'; readonly reason: string }
  | { readonly kind: 'silent' }
  | { readonly kind: 'stranger'; readonly reason: string }
  | { readonly kind: 'refusal'; readonly error: Error };

/** A loaded machine may need seconds to fork a backend; past this the server is called busy, never absent. */
const CONNECT_TIMEOUT_MS = 5000;

/** SQLSTATE classes that pass: connection exceptions, insufficient resources, operator intervention (57P03). */
const PASSING_CLASSES = new Set(['08', '53', '57']);

/** The settings with which every client of this cluster connects. */
export function connectionSettings(endpoint: Endpoint, password: string): ConnectionSettings {
  return {
    host: endpoint.host,
    port: endpoint.port,
    user: SUPERUSER,
    database: 'postgres',
    password,
    ssl: false,
  };
}

/** Connects, checks that the server serves this very cluster, and joins its users. */
export async function ask(settings: ConnectionSettings, cluster: string): Promise<Answer> {
  const client = new Client({
    ...settings,
    application_name: 'sheaf supervisor',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: 2 * CONNECT_TIMEOUT_MS,
    keepAlive: true,
  });
  // A broken connection also rejects the pending call; without a listener it would end the process.
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ path: string }>("select current_setting('data_directory') as path");
    const served = rows[0]?.path ?? '';
    if (!sameDirectory(served, cluster)) {
      void client.end().catch(() => {});
      return { kind: 'stranger', reason: `the server there serves ${served}` };
    }
    await join(client);
    return { kind: 'ready', client };
  } catch (error) {
    void client.end().catch(() => {});
    return classify(error, settings);
  }
}

/** Whether an open connection keeps this process alive. (`pg` has both calls; its type declarations lack them.) */
export function keepsProcessAlive(client: Client, keeps: boolean): void {
  const switchable = client as Client & { ref(): void; unref(): void };
  if (keeps) switchable.ref();
  else switchable.unref();
}

function classify(error: unknown, settings: ConnectionSettings): Answer {
  const code = errorCode(error);
  if (code === 'ENOENT' || code === 'ECONNREFUSED') return { kind: 'silent' };
  if (code === 'EACCES' || code === 'EPERM') {
    return {
      kind: 'refusal',
      error: new Error(`${settings.host} may not be entered by this user`, { cause: error }),
    };
  }
  // On a port of its own choice another server may have settled; in a private directory nobody else can.
  if (code === '28P01' && settings.host === '127.0.0.1') {
    return { kind: 'stranger', reason: 'the server there does not know the password' };
  }
  const isSqlState = code !== undefined && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('E');
  if (isSqlState && !PASSING_CLASSES.has(code.slice(0, 2))) {
    return { kind: 'refusal', error: error as Error };
  }
  return { kind: 'busy', reason: describe(error) };
}

function sameDirectory(served: string, cluster: string): boolean {
  try {
    return realpathSync.native(served) === realpathSync.native(cluster);
  } catch {
    return false;
  }
}
