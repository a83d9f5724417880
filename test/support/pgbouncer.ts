import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createConnection } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { inject } from 'vitest';
import { waitUntil } from './sheaf-server.ts';

/** PgBouncer's program, where it is installed. */
export const PGBOUNCER = [...(process.env.PATH ?? '').split(delimiter), '/usr/sbin']
  .map((directory) => join(directory, 'pgbouncer'))
  .find((path) => existsSync(path));

/** A PgBouncer in transaction mode before the tests' server, reached by a Unix socket. */
export interface Pooler extends AsyncDisposable {
  /** The way to a database through it. */
  urlOf(database: string): string;
}

/** What the pooler gets of the server: few, so that clients are sure to change connections. */
const SERVER_CONNECTIONS = 6;

export async function startPooler(): Promise<Pooler> {
  const { host, port, user, password } = inject('databaseServer');
  const directory = await mkdtemp(join(tmpdir(), 'sheaf-pooler-'));
  await chmod(directory, 0o777);
  const settings = join(directory, 'pgbouncer.ini');
  const asRoot = process.getuid?.() === 0;
  await writeFile(
    settings,
    `[databases]
* = host=${host} port=${port} user=${user} password=${password}
[pgbouncer]
pool_mode = transaction
listen_addr =
listen_port = 6432
unix_socket_dir = ${directory}
auth_type = any
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
server_round_robin = 1
${asRoot ? 'user = nobody' : ''}
`,
  );
  const child = spawn(PGBOUNCER ?? 'pgbouncer', [settings], { stdio: ['ignore', 'ignore', 'pipe'] });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGINT');
    const cut = setTimeout(() => child.kill('SIGKILL'), 5_000);
    await ended;
    clearTimeout(cut);
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await waitUntil(() => answers(join(directory, '.s.PGSQL.6432')), 10_000, 'PgBouncer to listen');
  } catch (error) {
    await stop();
    throw new Error(`PgBouncer did not start: ${log}`, { cause: error });
  }
  return {
    urlOf: (database) =>
      `postgres://${user}@localhost/${database}?host=${encodeURIComponent(directory)}&port=6432`,
    [Symbol.asyncDispose]: stop,
  };
}

function answers(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path, () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
