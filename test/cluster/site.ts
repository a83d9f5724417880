import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLogger } from '../../src/logger.ts';
import { openDatabase } from '../../src/store/database.ts';
import { processesNaming } from '../crash/process-tree.ts';
import { createRoleProcess } from '../crash/role-process.ts';
import { reviveProcesses, type Site } from '../crash/site.ts';
import { killPid, parseProcesses } from '../crash/victims.ts';
import { startPostgresServer } from '../support/postgres-server.ts';
import { startReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';
import { startObjectStore } from './object-store.ts';

/** Two API servers and three workers without a directory in common, on a database and an object store of their own. */
export interface ClusterSite extends Site {
  /** For SHEAF_DATABASE_URL. */
  readonly databaseUrl: string;
  /** Gets the webhooks of the batches. */
  readonly receiver: WebhookReceiver;
}

/** Few of everything, so that batches are throttled and jobs wait for slots while things die. */
const SETTINGS = {
  SHEAF_LOG_LEVEL: 'info',
  SHEAF_PARSE_PROCESSES: '1',
  SHEAF_MAX_RUNNING_BATCHES_PER_PROJECT: '2',
  SHEAF_MAX_RUNNING_JOBS_PER_PROJECT: '6',
  SHEAF_EGRESS_ALLOW: '127.0.0.1',
  // The same few documents come again and again, and each has to be worked on when something dies.
  SHEAF_RESULT_CACHE_HOURS: '0',
};

const APIS = ['api-1', 'api-2'];
const WORKERS = ['worker-1', 'worker-2', 'worker-3'];
const silent = createLogger({ level: 'silent' });

export async function openClusterSite(): Promise<ClusterSite> {
  const directory = await mkdtemp(join(tmpdir(), 'sheaf-cluster-'));
  const logDir = join(directory, 'logs');
  await mkdir(logDir);
  const postgres = await startPostgresServer();
  const store = await startObjectStore();
  const receiver = await startReceiver();
  const settings = { ...SETTINGS, ...store.settings, SHEAF_DATABASE_URL: postgres.url };
  const processOf = (name: string, role: 'api' | 'worker') =>
    createRoleProcess({ name, role, dataDir: join(directory, name), logDir, settings });
  const apis = APIS.map((name) => processOf(name, 'api'));
  const workers = WORKERS.map((name) => processOf(name, 'worker'));
  const processes = [...apis, ...workers];
  return {
    logDir,
    databaseUrl: postgres.url,
    receiver,
    apis,
    processes,
    victims: {
      ...Object.fromEntries(processes.map((one) => [one.name, () => one.kill()])),
      child: (random) => killPid(random, parseProcesses(workers)),
      postgres: () => postgres.kill(),
      blobs: () => store.kill(),
    },
    async reviveAll() {
      await Promise.all([postgres.revive(), store.revive(), reviveProcesses(processes, logDir)]);
    },
    async openStores() {
      const database = openDatabase({ url: postgres.url }, { maxConnections: 2, logger: silent });
      const blobs = await store.open();
      return {
        db: database.db,
        blobs,
        async close() {
          await blobs.close();
          await database.close();
        },
      };
    },
    async stop() {
      await Promise.all(processes.map((one) => one.stop()));
      return processesNaming(directory).map(({ pid, title }) => `${pid} ${title}`);
    },
    async remove({ logs }) {
      for (const one of processes) one.kill();
      await Promise.all(processes.map((one) => one.stop()));
      await receiver[Symbol.asyncDispose]();
      await store[Symbol.asyncDispose]();
      await postgres[Symbol.asyncDispose]();
      for (const name of [...APIS, ...WORKERS])
        await rm(join(directory, name), { recursive: true, force: true });
      if (logs) await rm(directory, { recursive: true, force: true });
    },
  };
}
