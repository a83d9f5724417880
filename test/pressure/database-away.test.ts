import LlamaCloud from '@llamaindex/llama-cloud';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { openDiskBlobs } from '../../src/store/blobs/disk.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createRoleProcess, type RoleProcess } from '../crash/role-process.ts';
import { verifyRows } from '../crash/verify-rows.ts';
import { startCuttingProxy, type CuttingProxy } from '../support/cutting-proxy.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { onServer, urlOfDatabase } from '../support/external-database.ts';
import { startPostgresServer, type PostgresServer } from '../support/postgres-server.ts';
import { makeDataDir, removeDataDir, waitUntil } from '../support/sheaf-server.ts';

/** A database that goes away and comes back: clients are told to come again, workers wait, and nobody ends. */

const PATIENCE_MS = 120_000;
const API_KEY = 'key-of-the-database-away';
const FILES = 12;
const MARKER = 'https://receiver.invalid/1';

let postgres: PostgresServer;
let proxy: CuttingProxy;
let dataDir: string;
let logDir: string;
let api: RoleProcess;
let worker: RoleProcess;
let databases = 0;
/** Past the proxy. */
let directUrl: string;

beforeAll(async () => {
  postgres = await startPostgresServer();
  const { hostname, port } = new URL(postgres.url);
  proxy = await startCuttingProxy({ host: hostname, port: Number(port) });
});
afterAll(async () => {
  await proxy[Symbol.asyncDispose]();
  await postgres[Symbol.asyncDispose]();
});

beforeEach(async () => {
  dataDir = await makeDataDir();
  logDir = await mkdtemp(join(tmpdir(), 'sheaf-away-'));
  const name = `away_${(databases += 1)}`;
  await onServer(postgres.url, (client) => client.query(`create database ${name}`));
  directUrl = urlOfDatabase(postgres.url, name);
  const url = new URL(directUrl);
  url.port = String(proxy.port);
  const start = (role: 'api' | 'worker'): RoleProcess =>
    createRoleProcess({
      name: role,
      role,
      dataDir,
      logDir,
      settings: {
        SHEAF_API_KEY: API_KEY,
        SHEAF_DATABASE_URL: url.href,
        SHEAF_LOG_LEVEL: 'info',
        SHEAF_PARSE_PROCESSES: '2',
        SHEAF_RESULT_CACHE_HOURS: '0',
      },
    });
  api = start('api');
  worker = start('worker');
});
afterEach(async () => {
  proxy.mend();
  await postgres.revive();
  await Promise.all([api.stop(), worker.stop()]);
  await removeDataDir(dataDir);
  await rm(logDir, { recursive: true, force: true });
});

const clientOf = (maxRetries = 0): LlamaCloud =>
  new LlamaCloud({ apiKey: API_KEY, baseURL: api.url ?? '', maxRetries });

const logOf = (role: string): Promise<string> => readFile(join(logDir, `${role}.log`), 'utf8');

async function beginBatch(client: LlamaCloud): Promise<string> {
  const { id } = await client.beta.directories.create({ name: 'away' });
  const bytes = await exampleDocument('two-columns.pdf');
  for (let n = 0; n < FILES; n += 1)
    await client.beta.directories.files.upload(id, { upload_file: new File([bytes], `${n}.pdf`) });
  const batch = await client.batches.create({
    source_directory_id: id,
    config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
    webhook_configurations: [{ webhook_url: MARKER }],
  });
  return batch.id;
}

/** Everything came out once, and the processes are those that were started. */
async function expectWhole(client: LlamaCloud, id: string): Promise<void> {
  await waitUntil(
    async () => (await client.batches.get(id)).status === 'COMPLETED',
    PATIENCE_MS,
    'the batch to be completed',
  );
  expect([...api.ownEnds, ...worker.ownEnds, api.starts, worker.starts]).toEqual([1, 1]);
  const logger = createLogger({ level: 'silent' });
  const database = openDatabase({ url: directUrl }, { maxConnections: 2, logger });
  const blobs = await openDiskBlobs(dataDir);
  try {
    const { problems } = await verifyRows({ db: database.db, blobs }, [{ id, marker: MARKER, files: FILES }]);
    expect(problems).toEqual([]);
  } finally {
    await blobs.close();
    await database.close();
  }
}

interface Route {
  readonly method: string;
  readonly path: string;
}

/** Every operation of the API that needs a key. */
async function describedRoutes(): Promise<Route[]> {
  const answer = await fetch(`${api.url}/api/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, Record<string, object>> };
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{[^}]+\}/g, '00000000-0000-7000-8000-000000000000'),
    })),
  );
}

async function ask({ method, path }: Route) {
  const answer = await fetch(`${api.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(method !== 'GET' && method !== 'HEAD' && { body: '{}' }),
  });
  const { detail } = (await answer.json()) as { detail: unknown };
  const seconds = Number(answer.headers.get('retry-after'));
  return { route: `${method} ${path}`, status: answer.status, detail, waits: seconds >= 1 };
}

const AWAY = {
  status: 503,
  detail: 'The server cannot reach its database or storage right now; try again in a moment.',
  waits: true,
};

test('PostgreSQL is killed under a batch: 503 with Retry-After from every route, and then all goes on', async () => {
  expect(await api.revive()).toBe(true);
  expect(await worker.revive()).toBe(true);
  const client = clientOf();
  const routes = await describedRoutes();
  expect(routes.length).toBeGreaterThan(60);
  const id = await beginBatch(client);
  await waitUntil(
    async () => (await client.batches.get(id)).status === 'RUNNING',
    PATIENCE_MS,
    'the batch to run',
  );

  expect(postgres.kill()).toBe(true);
  await waitUntil(
    async () => (await fetch(`${api.url}/readyz`)).status === 503,
    PATIENCE_MS,
    'the API to notice',
  );
  // A key that was seen a moment ago is not asked for again; then the routes themselves meet the outage.
  const early = await Promise.all(routes.map(ask));
  for (const answer of early) expect(answer.status, answer.route).not.toBe(500);
  await waitUntil(
    async () => (await ask({ method: 'GET', path: '/api/v2/parse/versions' })).status === 503,
    PATIENCE_MS,
    'the key to be asked for',
  );
  for (const { route, ...answer } of await Promise.all(routes.map(ask)))
    expect({ route, ...answer }).toEqual({ route, ...AWAY });
  expect((await fetch(`${api.url}/healthz`)).status).toBe(200);

  await postgres.revive();
  await expectWhole(clientOf(5), id);
  expect(await logOf('worker')).toMatch(/"level":(40|50)/);
}, 300_000);

test('connections that break again and again cost nothing but time', async () => {
  expect(await api.revive()).toBe(true);
  expect(await worker.revive()).toBe(true);
  const id = await beginBatch(clientOf(5));
  const seen = new Set<number>();
  for (let round = 0; round < 20; round += 1) {
    await waitUntil(() => proxy.connections > 0, PATIENCE_MS, 'somebody to connect');
    seen.add((await ask({ method: 'GET', path: '/api/v2/batches' })).status);
    if (round % 5 === 4) {
      proxy.cut();
      seen.add((await ask({ method: 'GET', path: `/api/v2/batches?page_size=${round + 1}` })).status);
      proxy.mend();
    } else proxy.breakAll();
  }
  expect([...seen].filter((status) => status !== 200 && status !== 503)).toEqual([]);
  await expectWhole(clientOf(5), id);
}, 300_000);

test('a start while the database is away waits for it, and says so', async () => {
  proxy.cut();
  const ready = Promise.all([worker.revive(), api.revive()]);
  for (const role of ['api', 'worker'])
    await waitUntil(
      async () => /waiting for the database \(SHEAF_DATABASE_URL\)/.test(await logOf(role)),
      PATIENCE_MS,
      `the ${role} to say what it waits for`,
    );
  proxy.mend();
  expect(await ready).toEqual([true, true]);
  expect(await logOf('api')).not.toContain(new URL(directUrl).password);
  await expectWhole(clientOf(), await beginBatch(clientOf()));
}, 300_000);

test('a network that swallows what is said is noticed: nobody hangs, and all goes on when it is mended', async () => {
  expect(await api.revive()).toBe(true);
  expect(await worker.revive()).toBe(true);
  const client = clientOf();
  const id = await beginBatch(client);
  await waitUntil(
    async () => (await client.batches.get(id)).status === 'RUNNING',
    PATIENCE_MS,
    'the batch to run',
  );
  proxy.swallow('swallow');
  // Far less than the quarter of an hour that the system would try.
  const answers = await Promise.race([
    Promise.all(Array.from({ length: 8 }, () => ask({ method: 'GET', path: '/api/v2/batches' }))),
    new Promise<never>((_, reject) => setTimeout(reject, 60_000, new Error('The API hangs'))),
  ]);
  for (const { status, detail, waits } of answers) expect({ status, detail, waits }).toEqual(AWAY);
  proxy.mend();
  await expectWhole(clientOf(5), id);
}, 300_000);
