import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDataDir, removeDataDir } from '../support/sheaf-server.ts';
import { processesNaming } from './process-tree.ts';
import { createRoleProcess, type RoleProcess } from './role-process.ts';

export const API_KEY = 'key-of-the-crash-test';

/** Few of everything, so that batches are throttled and jobs wait for slots while things die. */
const SETTINGS = {
  SHEAF_API_KEY: API_KEY,
  SHEAF_LOG_LEVEL: 'info',
  SHEAF_PARSE_PROCESSES: '2',
  SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT: '2',
  SHEAF_MAX_RUNNING_JOBS_PER_PROJECT: '6',
  // The same few documents come again and again, and each has to be worked on when something dies.
  SHEAF_RESULT_CACHE_HOURS: '0',
};

/** One API and two workers, each a process of its own, on one data directory with one embedded PostgreSQL. */
export interface Site {
  readonly dataDir: string;
  /** What the processes log, one file each. */
  readonly logDir: string;
  readonly api: RoleProcess;
  readonly workers: readonly RoleProcess[];
  readonly processes: readonly RoleProcess[];
  /** Starts what is dead, again where it dies before it is ready. Ends when everything is ready at the same time. */
  reviveAll(): Promise<void>;
  /** Stops everything in the way an operator would. @returns what still runs although it should not */
  stop(): Promise<string[]>;
  /** Kills what still runs and removes the data; the logs stay unless `logs` is given. */
  remove(options: { logs: boolean }): Promise<void>;
}

/** After so many failed starts in a row the site is held to be broken. */
const MOST_FAILED_STARTS = 10;

export async function openSite(): Promise<Site> {
  const dataDir = await makeDataDir();
  const logDir = await mkdtemp(join(tmpdir(), 'sheaf-crash-logs-'));
  const process = (name: string, role: 'api' | 'worker'): RoleProcess =>
    createRoleProcess({ name, role, dataDir, logDir, settings: SETTINGS });
  const api = process('api', 'api');
  const workers = [process('worker-1', 'worker'), process('worker-2', 'worker')];
  const processes = [api, ...workers];
  return {
    dataDir,
    logDir,
    api,
    workers,
    processes,
    async reviveAll() {
      for (let attempt = 1; ; attempt++) {
        const ready = await Promise.all(processes.map((one) => one.revive()));
        if (ready.every(Boolean)) return;
        if (attempt === MOST_FAILED_STARTS) {
          const ends = processes.flatMap((one) => one.failedStarts).slice(-3);
          throw new Error(`Sheaf could not be started ${attempt} times; see ${logDir}\n${ends.join('\n')}`);
        }
      }
    },
    async stop() {
      await Promise.all(processes.map((one) => one.stop()));
      return processesNaming(dataDir).map(({ pid, title }) => `${pid} ${title}`);
    },
    async remove({ logs }) {
      for (const one of processes) one.kill();
      await Promise.all(processes.map((one) => one.stop()));
      await removeDataDir(dataDir);
      if (logs) await rm(logDir, { recursive: true, force: true });
    },
  };
}
