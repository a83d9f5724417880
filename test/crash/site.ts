import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/logger.ts';
import { startEmbeddedPostgres } from '../../src/postgres/embedded.ts';
import { openDiskBlobs } from '../../src/store/blobs/disk.ts';
import type { BlobStore } from '../../src/store/blobs/port.ts';
import { openDatabase, type Database } from '../../src/store/database.ts';
import { makeDataDir, removeDataDir } from '../support/sheaf-server.ts';
import { processesNaming } from './process-tree.ts';
import { createRoleProcess, type RoleProcess } from './role-process.ts';
import { embeddedVictims, type Victims } from './victims.ts';

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

/** What Sheaf keeps, seen from the side. */
export interface Stores {
  readonly db: Database;
  readonly blobs: BlobStore;
  close(): Promise<void>;
}

/** Servers and workers of Sheaf, each a process of its own, with what they stand on. */
export interface Site {
  /** What the processes log, one file each. */
  readonly logDir: string;
  readonly apis: readonly RoleProcess[];
  readonly processes: readonly RoleProcess[];
  /** What can be killed here. */
  readonly victims: Victims;
  /** Database and blobs must be up. */
  openStores(): Promise<Stores>;
  /** Starts what is dead, again where it dies before it is ready. Ends when everything is ready at the same time. */
  reviveAll(): Promise<void>;
  /** Stops everything in the way an operator would. @returns what still runs although it should not */
  stop(): Promise<string[]>;
  /** Kills what still runs and removes the data; the logs stay unless `logs` is given. */
  remove(options: { logs: boolean }): Promise<void>;
}

/** After so many failed starts in a row the site is held to be broken. */
const MOST_FAILED_STARTS = 10;
const silent = createLogger({ level: 'silent' });

/** Starts what is dead of these, again where one dies before it is ready. Ends when all are ready at the same time. */
export async function reviveProcesses(processes: readonly RoleProcess[], logDir: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const ready = await Promise.all(processes.map((one) => one.revive()));
    if (ready.every(Boolean)) return;
    if (attempt === MOST_FAILED_STARTS) {
      const ends = processes.flatMap((one) => one.failedStarts).slice(-3);
      throw new Error(`Sheaf could not be started ${attempt} times; see ${logDir}\n${ends.join('\n')}`);
    }
  }
}

/** One API and two workers on one data directory with one embedded PostgreSQL. */
export async function openSite(): Promise<Site> {
  const dataDir = await makeDataDir();
  const logDir = await mkdtemp(join(tmpdir(), 'sheaf-crash-logs-'));
  const process = (name: string, role: 'api' | 'worker'): RoleProcess =>
    createRoleProcess({ name, role, dataDir, logDir, settings: SETTINGS });
  const api = process('api', 'api');
  const workers = [process('worker-1', 'worker'), process('worker-2', 'worker')];
  const processes = [api, ...workers];
  return {
    logDir,
    apis: [api],
    processes,
    victims: embeddedVictims({ dataDir, api, workers }),
    openStores: () => openEmbeddedStores(dataDir),
    reviveAll: () => reviveProcesses(processes, logDir),
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

/** Adopts the database server that the site's processes use, and signs off again. */
async function openEmbeddedStores(dataDir: string): Promise<Stores> {
  const postgres = await startEmbeddedPostgres({ dataDir, logger: silent });
  const database = openDatabase(postgres.connection, { maxConnections: 2, logger: silent });
  const blobs = await openDiskBlobs(dataDir);
  return {
    db: database.db,
    blobs,
    async close() {
      await blobs.close();
      await database.close();
      await postgres.stop();
    },
  };
}
