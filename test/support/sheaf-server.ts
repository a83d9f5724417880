import { spawn, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning } from '../../src/postgres/process-table.ts';
import { blobSettings } from './blob-settings.ts';
import { databaseUrlFor, dropDatabaseOf } from './external-database.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY = /^Sheaf is ready at (\S+)$/m;

/** A built Sheaf in a process of its own, as a user runs it. */
export interface SheafServer extends AsyncDisposable {
  readonly url: string;
  readonly apiKey: string;
  readonly pid: number;
  /** Everything it has written to standard error so far. */
  log(): string;
  /** SIGTERM, and waits for the end. @returns the exit code */
  stop(): Promise<number | null>;
  /** SIGKILL to its whole process group, and waits for the end. */
  kill(): Promise<void>;
}

/** A data directory that its owner's database user can reach, also when the tests run as root. */
export async function makeDataDir(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'sheaf-test-'));
  await chmod(directory, 0o755);
  return directory;
}

/** Removes a data directory after stopping a database that a killed server left running. */
export async function removeDataDir(directory: string): Promise<void> {
  await stopLeftoverDatabase(directory);
  await dropDatabaseOf(directory);
  await rm(directory, { recursive: true, force: true });
}

/** Starts `sheaf serve` on a free port and waits until it accepts work. */
export async function startServer(
  dataDir: string,
  environment: Record<string, string> = {},
): Promise<SheafServer> {
  const databaseUrl = await databaseUrlFor(dataDir);
  const child = spawn(process.execPath, [MAIN, 'serve', '--port', '0', '--data-dir', dataDir], {
    // A group of its own, so that a test can kill all of it.
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      ...withoutSheafVariables(),
      SHEAF_LOG_LEVEL: 'info',
      ...(databaseUrl !== undefined && { SHEAF_DATABASE_URL: databaseUrl }),
      ...blobSettings(dataDir),
      ...environment,
    },
  });
  let log = '';
  child.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  const exited = new Promise<number | null>((resolve) => child.once('exit', resolve));
  const url = await readyUrl(child, exited, () => log);
  const apiKey = environment['SHEAF_API_KEY'] ?? (await readFile(join(dataDir, 'api-key'), 'utf8')).trim();

  const stop = async (): Promise<number | null> => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    return exited;
  };
  return {
    url,
    apiKey,
    pid: child.pid ?? 0,
    log: () => log,
    stop,
    async kill() {
      process.kill(-(child.pid ?? 0), 'SIGKILL');
      await exited;
    },
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

function readyUrl(child: ChildProcess, exited: Promise<number | null>, log: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const url = READY.exec(output)?.[1];
      if (url) resolve(url);
    });
    void exited.then((code) =>
      reject(new Error(`sheaf serve ended with ${code} before it was ready:\n${log()}`)),
    );
  });
}

/** The tests' own surroundings must not configure the server under test. */
function withoutSheafVariables(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('SHEAF_')));
}

async function stopLeftoverDatabase(dataDir: string): Promise<void> {
  const pidFile = join(dataDir, 'postgres', 'pg18', 'postmaster.pid');
  const text = await readFile(pidFile, 'utf8').catch(() => '');
  const pid = Number(text.split('\n')[0]);
  if (!pid) return;
  try {
    process.kill(pid, 'SIGINT');
    await waitUntil(() => !isRunning(pid), 20_000, 'the leftover database to stop');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Asks again and again until the answer is yes. @throws after `timeoutMs`, naming what was waited for */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  timeoutMs: number,
  what: string,
): Promise<void> {
  const deadline = Date.now() + timeoutMs;
  while (!(await condition())) {
    if (Date.now() > deadline) throw new Error(`Waited ${timeoutMs} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
