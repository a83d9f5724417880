import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createEgress } from '../src/egress/egress.ts';
import { createFileInspector } from '../src/engines/parse/inspection/inspector.ts';
import { createLogger } from '../src/logger.ts';
import { createPageTokens } from '../src/model/page-token.ts';
import { createHints } from '../src/queue/hints.ts';
import { createPgBossQueue } from '../src/queue/pg-boss-queue.ts';
import type { Services } from '../src/services/context.ts';
import { createDownloadLinks } from '../src/services/download-links.ts';
import { openDiskBlobs } from '../src/store/blobs/disk.ts';
import { openDatabase } from '../src/store/database.ts';
import { migrate } from '../src/store/migrate.ts';
import type { ScaleConnection } from './scale-database.ts';

/** What one process of a measurement works with; goes to the worker processes as JSON. */
export interface ScaleSettings {
  readonly connection: ScaleConnection;
  readonly dataDir: string;
  readonly maxRunningJobsPerProject: number;
}

/** Eight workers and whoever creates the batches share the sixty that the embedded server has, one of each for hints. */
const MAX_CONNECTIONS = 5;

/** The services of a real process. */
export async function openScaleServices({
  connection,
  dataDir,
  maxRunningJobsPerProject,
}: ScaleSettings): Promise<{ services: Services; close: () => Promise<void> }> {
  const logger = createLogger({ level: 'warn' });
  await mkdir(dataDir, { recursive: true });
  const {
    db,
    pool,
    close: closeDatabase,
  } = openDatabase(connection, { maxConnections: MAX_CONNECTIONS, logger });
  await migrate(db);
  const queue = createPgBossQueue(pool, { logger, supervise: true });
  await queue.start();
  const hints = createHints(connection, pool, { logger });
  await hints.start();
  const blobs = await openDiskBlobs(dataDir);
  const services: Services = {
    db,
    queue,
    hints,
    blobs,
    pageTokens: createPageTokens(randomBytes(32)),
    downloadLinks: createDownloadLinks(randomBytes(32)),
    egress: createEgress({ allow: [] }),
    fileInspector: createFileInspector({ libreOffice: () => false, parsesElsewhere: false }),
    limits: {
      maxBatchFiles: 1000,
      maxRunningJobsPerProject,
      maxRunningBatchesPerProject: 10,
      maxUploadBytes: 1,
      resultCacheHours: 0,
      uploadLifetimeHours: 48,
      resultRetentionDays: 0,
      webhookRetryHours: 24,
    },
    logger,
  };
  return {
    services,
    async close() {
      await blobs.close();
      await hints.stop();
      await queue.stop();
      await closeDatabase();
    },
  };
}
