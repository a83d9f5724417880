import { parseArgs } from 'node:util';
import { createLogger } from '../../src/logger.ts';
import { RETENTION_RULES, runRetention } from '../../src/services/retention.ts';
import { openDiskBlobs } from '../../src/store/blobs/disk.ts';
import { openDatabase, type DatabaseConnection } from '../../src/store/database.ts';

/**
 * A janitor in a process of its own, for a test to kill: it cleans up in the smallest steps until there is nothing
 * left, and says `done`.
 */
const { connection, dataDir } = parseArgs({
  options: { connection: { type: 'string' }, dataDir: { type: 'string' } },
}).values;
if (connection === undefined || dataDir === undefined) throw new Error('--connection and --dataDir, please');

const logger = createLogger({ level: 'warn' });
const database = openDatabase(JSON.parse(connection) as DatabaseConnection, { maxConnections: 4, logger });
const blobs = await openDiskBlobs(dataDir);
const rules = { ...RETENTION_RULES, resultDays: 9, garbageGraceSeconds: 0, chunk: 2 };
for (;;) {
  const report = await runRetention({ db: database.db, blobs, logger }, rules, new AbortController().signal);
  // Undefined: the lock of one that was killed is not free yet.
  if (report && Object.values(report).every((count) => count === 0)) break;
}
await blobs.close();
await database.close();
console.log('done');
