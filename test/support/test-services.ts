import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createEgress } from '../../src/egress/egress.ts';
import { lookUpInSystem } from '../../src/egress/guard.ts';
import { createFileInspector } from '../../src/engines/parse/inspection/inspector.ts';
import { createLogger } from '../../src/logger.ts';
import { createPageTokens } from '../../src/model/page-token.ts';
import { createHints } from '../../src/queue/hints.ts';
import { createPgBossQueue } from '../../src/queue/pg-boss-queue.ts';
import type { Limits, Services } from '../../src/services/context.ts';
import { createDownloadLinks } from '../../src/services/download-links.ts';
import type { ServerFacts } from '../../src/services/system.ts';
import { openTestBlobs } from './blob-settings.ts';
import { openTestDatabase, type TestDatabase } from './test-database.ts';

/** Everything the use-cases work with, real, on a database and a directory of its own. */
export interface TestServices extends AsyncDisposable {
  readonly services: Services;
  readonly database: TestDatabase;
  /** Holds blobs and temporary files. */
  readonly dataDir: string;
  /** Empties every table and the queue, so that the tests of a file do not see each other's work. */
  clear(): Promise<void>;
}

const LIMITS: Limits = {
  maxBatchFiles: 1000,
  maxRunningJobsPerProject: 32,
  maxRunningBatchesPerProject: 10,
  maxUploadBytes: 10 * 1024 * 1024,
  // Tests that count what is parsed use the same few documents; those of the cache turn it on.
  resultCacheHours: 0,
  uploadLifetimeHours: 48,
  resultRetentionDays: 0,
  webhookRetryHours: 24,
};

/** What the server of a test says of itself. */
export const TEST_SERVER: ServerFacts = {
  version: '0',
  role: 'all',
  startedAt: performance.now(),
  storage: 'disk',
  engines: () => ({ ocrLanguages: ['eng'], libreOffice: false, model: 'some-model' }),
};

/** Deletes rather than truncates: on a few rows that is ten times faster, because no file is made anew. */
const EMPTY_ALL = sql`
  do $$ declare name text; begin
    set local session_replication_role = replica;
    for name in select tablename from pg_tables where schemaname = 'public' and tablename !~ '^schema_migrations' loop
      execute format('delete from %I', name);
    end loop;
    delete from sheaf_queue.job;
  end $$`;

/** Names that are nobody's (RFC 6761, 6.4) are not asked about: not every machine has a resolver that says so soon. */
async function lookup(name: string): Promise<readonly string[]> {
  if (name.endsWith('.invalid'))
    throw Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  return lookUpInSystem(name);
}

/**
 * @param options.supervise whether leases that ran out are looked for
 * @param options.egressAllow exceptions as in SHEAF_EGRESS_ALLOW; without them not even this machine is called
 */
export async function openTestServices(
  options: { supervise?: boolean; egressAllow?: readonly string[] } = {},
): Promise<TestServices> {
  const logger = createLogger({ level: 'silent' });
  const database = await openTestDatabase();
  const { db, pool, connection } = database;
  const dataDir = await mkdtemp(join(tmpdir(), 'sheaf-services-'));
  const queue = createPgBossQueue(pool, { logger, supervise: options.supervise ?? false });
  await queue.start();
  const hints = createHints(connection, pool, { logger });
  await hints.start();
  const blobs = await openTestBlobs(dataDir);
  const pageTokens = createPageTokens(randomBytes(32));
  const egress = createEgress({ allow: options.egressAllow ?? [], lookup });
  const downloadLinks = createDownloadLinks(randomBytes(32));
  return {
    services: {
      db,
      queue,
      hints,
      blobs,
      pageTokens,
      downloadLinks,
      egress,
      fileInspector: createFileInspector({ libreOffice: () => false, parsesElsewhere: false }),
      limits: LIMITS,
      logger,
    },
    database,
    dataDir,
    async clear() {
      await EMPTY_ALL.execute(db);
    },
    async [Symbol.asyncDispose]() {
      await blobs.close();
      await hints.stop();
      await queue.stop();
      await database.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

/** The same services under other bounds. */
export function withLimits(services: Services, limits: Partial<Limits>): Services {
  return { ...services, limits: { ...services.limits, ...limits } };
}
