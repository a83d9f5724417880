import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { openTestDatabase, urlOfTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** More slow requests than a process has connections: each ends by itself, with success or with 503. */

const CONNECTIONS = 4;
const REQUESTS = 24;

let database: TestDatabase;
let dataDir: string;
let server: SheafServer;

beforeAll(async () => {
  database = await openTestDatabase({ migrated: false });
  dataDir = await makeDataDir();
  server = await startServer(dataDir, {
    SHEAF_DATABASE_URL: urlOfTestDatabase(database),
    SHEAF_ROLE: 'api',
    SHEAF_DATABASE_CONNECTIONS: String(CONNECTIONS),
  });
});
afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
  await database[Symbol.asyncDispose]();
});

const ask = (path: string): Promise<Response> =>
  fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${server.apiKey}` } });

test('requests that wait for a lock, or for a connection, are told to come again while the lock is still held', async () => {
  expect((await ask('/api/v1/beta/files')).status).toBe(200);
  const holder = new pg.Client({ connectionString: urlOfTestDatabase(database) });
  await holder.connect();
  try {
    await holder.query('begin; lock table files in access exclusive mode');
    const asked = Array.from({ length: REQUESTS }, () => ask('/api/v1/beta/files'));
    await waitUntil(
      async () => (await ask('/readyz')).status === 503,
      60_000,
      'all connections to be in use',
    );
    const ready = await ask('/readyz');
    expect(await ready.json()).toMatchObject({
      detail: expect.stringMatching(/all connections .*SHEAF_DATABASE_CONNECTIONS.* are in use/) as string,
    });
    expect(ready.headers.get('retry-after')).toBe('5');
    expect((await ask('/healthz')).status).toBe(200);
    for (const answer of await Promise.all(asked)) {
      expect(answer.status).toBe(503);
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
      expect(await answer.json()).toEqual({
        detail: 'The server cannot reach its database or storage right now; try again in a moment.',
      });
    }
  } finally {
    await holder.end();
  }
  await waitUntil(async () => (await ask('/readyz')).status === 200, 60_000, 'the server to be ready again');
  const after = await Promise.all(Array.from({ length: REQUESTS }, () => ask('/api/v1/beta/files')));
  expect(after.map(({ status }) => status)).toEqual(Array.from({ length: REQUESTS }, () => 200));
}, 180_000);
