import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  fchownSync,
  fstatSync,
  openSync,
  readSync,
  renameSync,
  statSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Endpoint } from './endpoint.ts';
import { describe, errorCode } from './failure.ts';
import { spawnOptions } from './run-program.ts';
import { serverSettings } from './server-settings.ts';
import type { ServerUser } from './server-user.ts';
import type { Site } from './site.ts';

/** A server this process has started. It may turn out to be superfluous, because another Sheaf was faster. */
export interface LaunchedServer {
  /** Undefined on Windows, where the child is pg_ctl and not the server, and when the start failed at once. */
  readonly pid: number | undefined;
  /** How it ended, or undefined while it runs. A pg_ctl ends as soon as the server is ready. */
  readonly ended: () => string | undefined;
  /** Resolves when it has ended. */
  readonly end: Promise<void>;
  /** What it wrote to its log, the last lines only. */
  readonly lastWords: () => string;
  /** Asks for a fast shutdown. */
  readonly interrupt: () => void;
}

/** The log is set aside at a start when it has grown past this; one older file is kept. */
const MAX_LOG_BYTES = 10 * 1024 * 1024;
const LAST_WORDS_BYTES = 4096;
const LAST_WORDS_LINES = 8;

/**
 * Starts the server detached, in a session of its own: when Sheaf is killed the server is not torn down in the
 * middle of its work, and Ctrl-C in the terminal reaches Sheaf alone.
 */
export function launchServer(site: Site, endpoint: Endpoint): LaunchedServer {
  const logFile = join(site.location.home, 'postgres.log');
  rotate(logFile);
  const log = openLog(logFile, site.location.user);
  const logStart = fstatSync(log).size;
  const [program, args] = commandLine(site, endpoint, logFile);
  const child = spawn(program, args, {
    ...spawnOptions({ binaries: site.binaries, user: site.location.user }),
    // On Windows pg_ctl makes the server write to the log itself.
    stdio: process.platform === 'win32' ? 'ignore' : ['ignore', log, log],
    detached: true,
  });
  closeSync(log);
  child.unref();

  let ended: string | undefined;
  const end = new Promise<void>((resolve) => {
    const note = (how: string | undefined): void => {
      ended ??= how;
      resolve();
    };
    child.once('error', (error) => note(describe(error)));
    child.once('exit', (code, signal) => {
      note(signal ? `ended by ${signal}` : `ended with exit code ${code}`);
    });
  });
  return {
    pid: process.platform === 'win32' ? undefined : child.pid,
    ended: () => ended,
    end,
    lastWords: () => tail(logFile, logStart),
    interrupt: () => void (ended === undefined && child.kill('SIGINT')),
  };
}

/** pg_ctl on Windows, because it drops an administrator's rights, with which the server would refuse to run. */
function commandLine(site: Site, endpoint: Endpoint, logFile: string): [string, string[]] {
  const settings = Object.entries(serverSettings(endpoint)).map(([name, value]) => `${name}=${value}`);
  const { cluster } = site.location;
  if (process.platform !== 'win32') {
    return [site.binaries.postgres, ['-D', cluster, ...settings.flatMap((setting) => ['-c', setting])]];
  }
  const options = settings.map((setting) => `-c "${setting}"`).join(' ');
  return [
    site.binaries.pgCtl,
    ['start', '-D', cluster, '-l', logFile, '-w', '-t', '600', '-s', '-o', options],
  ];
}

/**
 * A new log goes to the server's account, so that this account can also run Sheaf later. An existing one is never
 * followed through a link: root would write wherever the owner of the directory points it.
 */
function openLog(logFile: string, user: ServerUser | undefined): number {
  const { O_WRONLY, O_APPEND, O_CREAT, O_EXCL } = constants;
  const noFollow = process.platform === 'win32' ? 0 : constants.O_NOFOLLOW;
  try {
    const created = openSync(logFile, O_WRONLY | O_APPEND | O_CREAT | O_EXCL, 0o600);
    if (user) fchownSync(created, user.uid, user.gid);
    return created;
  } catch (error) {
    if (errorCode(error) !== 'EEXIST') throw error;
    return openSync(logFile, O_WRONLY | O_APPEND | noFollow);
  }
}

function rotate(logFile: string): void {
  try {
    if (statSync(logFile).size > MAX_LOG_BYTES) renameSync(logFile, `${logFile}.1`);
  } catch {
    // No log yet, or another Sheaf has just set it aside.
  }
}

function tail(logFile: string, from: number): string {
  try {
    const log = openSync(logFile, 'r');
    try {
      const size = fstatSync(log).size;
      const start = Math.max(Math.min(from, size), size - LAST_WORDS_BYTES);
      const buffer = Buffer.alloc(size - start);
      readSync(log, buffer, 0, buffer.length, start);
      return buffer.toString('utf8').trim().split('\n').slice(-LAST_WORDS_LINES).join('\n');
    } finally {
      closeSync(log);
    }
  } catch {
    return '';
  }
}
