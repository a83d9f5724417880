import { spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, chownSync, mkdtempSync, readFileSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { Client, type QueryResultRow } from 'pg';
import { onTestFinished } from 'vitest';
import { createLogger } from '../logger.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres, type EmbeddedPostgresOptions } from './embedded.ts';
import type { ConnectionSettings } from './inquiry.ts';
import { isRunning, workingDirectory } from './process-table.ts';
import { firstImpassable, isRoot, type ServerUser } from './server-user.ts';

/** What the tests of this room share. Everything made here is gone when the test ends, however it ends. */

export const silent = createLogger({ level: 'silent' });

/** A directory of the test's own that every account may pass; servers still running below it are killed at the end. */
export function scratch(owner?: ServerUser): string {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), 'sheaf-pg-test-')));
  chmodSync(directory, 0o755);
  if (owner) chownSync(directory, owner.uid, owner.gid);
  onTestFinished(async () => {
    await waitFor('the servers of the test to end', () => {
      const left = serversBelow(directory);
      left.forEach(killIfRunning);
      return left.length === 0;
    });
    rmSync(directory, { recursive: true, force: true });
  });
  return directory;
}

/** A server in this process, stopped at the end of the test. */
export async function start(
  options: Partial<EmbeddedPostgresOptions> & { dataDir: string },
): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({
    logger: silent,
    relocationBase: join(options.dataDir, '..', 'relocated'),
    ...options,
  });
  onTestFinished(() => server.stop());
  return server;
}

export async function query<Row extends QueryResultRow>(
  connection: ConnectionSettings,
  sql: string,
): Promise<Row[]> {
  const client = new Client(connection);
  client.on('error', () => {});
  await client.connect();
  try {
    return (await client.query<Row>(sql)).rows;
  } finally {
    await client.end();
  }
}

export function postmasterPid(cluster: string): number {
  return Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10);
}

export async function waitFor(what: string, condition: () => unknown, timeoutMs = 20_000): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`waited ${timeoutMs} ms in vain for ${what}`);
    await delay(20);
  }
}

/** What another Sheaf process says after its start. */
export type HolderReport =
  | { readonly how: 'started' | 'adopted'; readonly connection: ConnectionSettings; readonly uid: number }
  | { readonly error: string; readonly message: string };

/** Another Sheaf: a process that starts the embedded server, reports, and stops it when told to. */
export interface Holder {
  readonly report: Promise<HolderReport>;
  readonly kill: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Runs {@link startEmbeddedPostgres} in a process of its own, as another user if one is given (root only). */
export function hold(
  dataDir: string,
  as: { user?: ServerUser; relocationBase?: string; startTimeoutMs?: number } = {},
): Holder {
  const { user, relocationBase = join(dataDir, '..', 'relocated'), startTimeoutMs } = as;
  const room = new URL('.', import.meta.url).href;
  const program = `
    import { startEmbeddedPostgres } from '${room}embedded.ts';
    import { createLogger } from '${new URL('../logger.ts', import.meta.url).href}';
    const say = (report) => process.stdout.write(JSON.stringify(report) + '\\n');
    try {
      const options = ${JSON.stringify({ dataDir, relocationBase, startTimeoutMs })};
      const server = await startEmbeddedPostgres({ ...options, logger: createLogger({ level: 'silent' }) });
      say({ how: server.how, connection: server.connection, uid: process.getuid() });
      process.stdin.once('data', async () => { await server.stop(); process.exit(0); });
    } catch (error) {
      say({ error: error.name, message: error.message });
    }`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '-e', program],
    {
      stdio: ['pipe', 'pipe', 'inherit'],
      cwd: '/',
      env: { TMPDIR: tmpdir() },
      ...(user && { uid: user.uid, gid: user.gid }),
    },
  );
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await ended;
  };
  onTestFinished(kill);
  return {
    report: firstLine(child).then((line) => JSON.parse(line) as HolderReport),
    kill,
    stop: async () => {
      child.stdin?.write('stop\n');
      await ended;
    },
  };
}

/** The report of a holder that must have succeeded. */
export async function running(holder: Holder): Promise<Extract<HolderReport, { how: string }>> {
  const report = await holder.report;
  if ('error' in report) throw new Error(`${report.error}: ${report.message}`);
  return report;
}

/** An ordinary account with a name, for tests that run as root; undefined when the sources are out of its reach. */
export function ordinaryUser(): ServerUser | undefined {
  if (!isRoot() || firstImpassable(realpathSync(import.meta.dirname), DAEMON)) return undefined;
  const named = readFileSync('/etc/passwd', 'utf8').includes(`:${DAEMON.uid}:${DAEMON.gid}:`);
  return named && !firstImpassable(realpathSync(process.execPath), DAEMON) ? DAEMON : undefined;
}

const DAEMON: ServerUser = { uid: 1, gid: 1 };

function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    if (!child.stdout) throw new Error('the holder has no standard output');
    const lines = createInterface({ input: child.stdout });
    lines.once('line', resolve);
    lines.once('close', () => reject(new Error('the holder ended without a report')));
  });
}

function killIfRunning(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended meanwhile.
  }
}

/** A server works in its cluster. (Outside Linux leftovers are not found; there `stop` is relied on.) */
function serversBelow(directory: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && isRunning(pid) && workingDirectory(pid)?.startsWith(`${directory}/`));
}
