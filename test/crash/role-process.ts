import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const READY = /^Sheaf (?:is ready at (?<url>\S+)|works for the queue)$/m;

export interface RoleProcessOptions {
  /** Names its log file. */
  readonly name: string;
  readonly role: 'api' | 'worker';
  readonly dataDir: string;
  readonly logDir: string;
  /** Words in front of the command, such as those that enter a network namespace. */
  readonly prefix?: readonly string[];
  /** Settings of Sheaf; those of the tests' own surroundings are not handed on. */
  readonly settings: Readonly<Record<string, string>>;
}

/** One `sheaf serve --role …` that is killed and started again, as an operator's supervisor would. */
export interface RoleProcess {
  readonly name: string;
  /** Undefined while it is dead. */
  readonly pid: number | undefined;
  /** Where the API listens; undefined for a worker, and until the API is ready. */
  readonly url: string | undefined;
  /** How often it was started. */
  readonly starts: number;
  /** Starts that ended by themselves before it was ready, with exit codes: its database was killed meanwhile. */
  readonly failedStarts: readonly string[];
  /** Ends that nobody asked for after it was ready: there must be none. */
  readonly ownEnds: readonly string[];
  /** Starts it where it is dead. @returns whether it is ready; false when it ended, or was killed, before that */
  revive(): Promise<boolean>;
  /** SIGKILL to its process group. @returns false where it is dead already */
  kill(): boolean;
  /** SIGTERM, and waits for the end. */
  stop(): Promise<void>;
}

/** The life of one operating system process. */
interface Life {
  readonly child: ChildProcess;
  readonly ready: Promise<boolean>;
  readonly ended: Promise<void>;
  url: string | undefined;
  /** Somebody wants its end. */
  doomed: boolean;
}

export function createRoleProcess(options: RoleProcessOptions): RoleProcess {
  let life: Life | undefined;
  let starts = 0;
  const failedStarts: string[] = [];
  const ownEnds: string[] = [];

  const begin = (): Life => {
    starts += 1;
    const child = spawnRole(options);
    let becomeReady: (ready: boolean) => void = () => undefined;
    const ready = new Promise<boolean>((resolve) => (becomeReady = resolve));
    let wasReady = false;
    const ended = new Promise<void>((resolve) => {
      child.once('exit', (code, signal) => {
        const how = `${options.name} (pid ${child.pid}) ended by itself with ${signal ?? `exit code ${code}`}`;
        if (!begun.doomed) (wasReady ? ownEnds : failedStarts).push(how);
        if (life === begun) life = undefined;
        becomeReady(false);
        resolve();
      });
    });
    const begun: Life = { child, ready, ended, url: undefined, doomed: false };
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
      const line = READY.exec(output);
      if (!line || wasReady) return;
      wasReady = true;
      begun.url = line.groups?.['url'];
      becomeReady(true);
    });
    return begun;
  };

  return {
    name: options.name,
    failedStarts,
    ownEnds,
    get starts() {
      return starts;
    },
    get pid() {
      return life?.doomed ? undefined : life?.child.pid;
    },
    get url() {
      return life?.url;
    },
    async revive() {
      if (life?.doomed) await life.ended;
      life ??= begin();
      return life.ready;
    },
    kill() {
      if (!life || life.doomed) return false;
      life.doomed = true;
      // An end that came just before the signal is still to be told by the child's exit event.
      return signalGroup(life.child);
    },
    async stop() {
      if (!life) return;
      life.doomed = true;
      life.child.kill('SIGTERM');
      await life.ended;
    },
  };
}

function spawnRole({ name, role, dataDir, logDir, settings, prefix = [] }: RoleProcessOptions): ChildProcess {
  const log = openSync(join(logDir, `${name}.log`), 'a');
  const outside = Object.entries(process.env).filter(([variable]) => !variable.startsWith('SHEAF_'));
  const words = [
    ...prefix,
    process.execPath,
    MAIN,
    'serve',
    '--role',
    role,
    '--port',
    '0',
    '--data-dir',
    dataDir,
  ];
  const child = spawn(words[0] ?? '', words.slice(1), {
    detached: true,
    stdio: ['ignore', 'pipe', log],
    env: { ...Object.fromEntries(outside), ...settings },
  });
  closeSync(log);
  return child;
}

function signalGroup({ pid }: ChildProcess): boolean {
  if (pid === undefined) return false;
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return false;
    throw error;
  }
}
