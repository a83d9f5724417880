import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createLogger } from '../src/logger.ts';
import { newApiKey } from '../src/model/ids.ts';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../src/postgres/embedded.ts';
import { openDefaultProject } from '../src/services/projects.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import { startServer, type SheafServer } from '../test/support/sheaf-server.ts';

const logger = createLogger({ level: 'warn' });

/** A database of a benchmark, with Sheaf's schema and the default project. */
export interface BenchDatabase extends AsyncDisposable {
  readonly db: Database;
  readonly projectId: string;
  /** Starts a built Sheaf on it, without workers: nothing else runs while it is measured. */
  startApi(environment?: Record<string, string>): Promise<SheafServer>;
}

/** The embedded database server of a data directory, as `sheaf serve` starts it. Stop it at the end. */
export function startBenchPostgres(dataDir: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, logger });
}

/** Opens a database by its name, and makes it first when there is none. */
export async function openBenchDatabase(
  postgres: EmbeddedPostgres,
  dataDir: string,
  name: string,
): Promise<BenchDatabase> {
  await ensureDatabase(postgres, name);
  const connection = { ...postgres.connection, database: name };
  const handle = openDatabase(connection, { maxConnections: 4, logger });
  const { db } = handle;
  await migrate(db);
  const project = await openDefaultProject(db);
  const { user, password, host, port } = connection;
  const url = `postgres://${user}:${encodeURIComponent(password)}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
  return {
    db,
    projectId: project.id,
    async startApi(environment = {}) {
      const serverDir = await mkdtemp(join(dataDir, 'server-'));
      return startServer(serverDir, {
        SHEAF_ROLE: 'api',
        SHEAF_DATABASE_URL: url,
        SHEAF_API_KEY: newApiKey(),
        SHEAF_LOG_LEVEL: 'warn',
        ...environment,
      });
    },
    [Symbol.asyncDispose]: () => handle.close(),
  };
}

async function ensureDatabase(postgres: EmbeddedPostgres, name: string): Promise<void> {
  const handle = openDatabase(postgres.connection, { maxConnections: 1, logger });
  const { db } = handle;
  try {
    const found = await sql`select from pg_database where datname = ${name}`.execute(db);
    if (found.rows.length === 0) await sql`create database ${sql.id(name)}`.execute(db);
  } finally {
    await handle.close();
  }
}
