import LlamaCloud from '@llamaindex/llama-cloud';
import { sql } from 'kysely';
import { expect, test } from 'vitest';
import { inspectServer } from '../../src/store/database-server.ts';
import { openDatabase } from '../../src/store/database.ts';
import { createLogger } from '../../src/logger.ts';
import { asOnlyJanitor } from '../../src/store/retention.ts';
import { watchSilence } from '../../src/store/silent-connections.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { PGBOUNCER, startPooler } from '../support/pgbouncer.ts';
import { makeDataDir, removeDataDir, startServer, waitUntil } from '../support/sheaf-server.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';
import { startReceiver } from '../support/webhook-receiver.ts';

/** A database behind PgBouncer in transaction mode: nothing that a session keeps may be relied on. */

if (!PGBOUNCER) console.warn('skipped: PgBouncer is not installed (apt-get install pgbouncer)');

const PATIENCE_MS = 60_000;

const nameOf = ({ connection }: TestDatabase): string => {
  if ('url' in connection) throw new Error('the settings of a test database are not a URL');
  return connection.database;
};

/** Locks of sessions that nobody will give back. */
async function sessionLocks(database: TestDatabase): Promise<number> {
  const found = await sql<{ n: number }>`
    select count(*)::int as n from pg_locks l where locktype = 'advisory'
      and l.database = (select oid from pg_database where datname = current_database())`.execute(database.db);
  return found.rows[0]?.n ?? -1;
}

test.skipIf(!PGBOUNCER)(
  'a new database is migrated, and batches, webhooks and cancels come to their end',
  async () => {
    await using database = await openTestDatabase({ migrated: false });
    await using pooler = await startPooler();
    await using receiver = await startReceiver();
    const dataDir = await makeDataDir();
    const environment = {
      SHEAF_DATABASE_URL: pooler.urlOf(nameOf(database)),
      SHEAF_EGRESS_ALLOW: '127.0.0.1',
    };
    const server = await startServer(dataDir, environment);
    const another = await startServer(dataDir, environment);
    try {
      const client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url, maxRetries: 0 });
      const directory = await client.beta.directories.create({ name: 'pooled', type: 'ephemeral' });
      const document = await exampleDocument('letter.pdf');
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          client.beta.directories.files.upload(directory.id, {
            upload_file: new File([document], `${n}.pdf`, { type: 'application/pdf' }),
          }),
        ),
      );
      const create = () =>
        client.batches.create({
          source_directory_id: directory.id,
          config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
          webhook_configurations: [
            { webhook_url: `${receiver.url}/hook`, webhook_events: ['batch.success'] },
          ],
        });
      const batches = await Promise.all([create(), create(), create()]);
      const cancelled = await create();
      await client.batches.cancel(cancelled.id);
      const statuses = async () =>
        Promise.all([...batches, cancelled].map(async ({ id }) => (await client.batches.get(id)).status));
      await expect
        .poll(statuses, { timeout: PATIENCE_MS })
        .toEqual(['COMPLETED', 'COMPLETED', 'COMPLETED', expect.stringMatching(/CANCELLED|COMPLETED/)]);
      await waitUntil(
        () => receiver.events.filter(({ type }) => type === 'batch.success').length >= batches.length,
        PATIENCE_MS,
        'the webhooks of the batches',
      );
      expect(server.log()).toContain('behind a pooler');
      await waitUntil(() => sessionLocks(database).then((n) => n === 0), 5_000, 'all locks to be given back');
    } finally {
      await Promise.all([server.stop(), another.stop()]);
      await removeDataDir(dataDir);
    }
  },
  2 * PATIENCE_MS,
);

test.skipIf(!PGBOUNCER)('is recognised, and only one janitor works at a time behind it', async () => {
  await using database = await openTestDatabase();
  await using pooler = await startPooler();
  const url = pooler.urlOf(nameOf(database));
  expect(await inspectServer({ url }, 5_000)).toMatchObject({ pooled: true });
  expect(await inspectServer(database.connection, 5_000)).toMatchObject({
    pooled: false,
    randomPageCost: 1.1,
  });

  const logger = createLogger({ level: 'silent' });
  const handle = openDatabase({ url, pooled: true }, { maxConnections: 4, logger });
  try {
    for (let round = 0; round < 8; round += 1) {
      const outer = await asOnlyJanitor(handle.db, async () => {
        await Promise.all([1, 2, 3].map(() => sql`select 1`.execute(handle.db)));
        return asOnlyJanitor(handle.db, () => Promise.resolve('twice'));
      });
      expect(outer).toBeUndefined();
    }
    expect(await asOnlyJanitor(handle.db, () => Promise.resolve('free'))).toBe('free');
    const inside = await handle.db.transaction().execute((tx) =>
      sql<{ idle: string; cost: string }>`
        select current_setting('idle_in_transaction_session_timeout') as idle,
          current_setting('random_page_cost') as cost`.execute(tx),
    );
    expect(inside.rows).toEqual([{ idle: '1min', cost: '1.1' }]);
  } finally {
    await handle.close();
  }
});

test.skipIf(!PGBOUNCER)('whose processes cannot be told keeps long statements, in every mode', async () => {
  await using database = await openTestDatabase();
  await using pooler = await startPooler();
  const url = pooler.urlOf(nameOf(database));
  const logger = createLogger({ level: 'silent' });
  // Also where nobody knows that there is one.
  for (const pooled of [true, false]) {
    const connection = { url, pooled };
    const handle = openDatabase({ url, pooled: true }, { maxConnections: 4, logger });
    const unwatch = watchSilence(handle.pool, connection, { logger, silenceMs: 300 });
    try {
      const { rows } = await sql<{ answer: number }>`select 1 as answer from pg_sleep(2)`.execute(handle.db);
      expect(rows).toEqual([{ answer: 1 }]);
    } finally {
      unwatch();
      await handle.close();
    }
  }
});
