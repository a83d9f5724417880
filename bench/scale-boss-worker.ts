/** A worker of bare pg-boss: fetches and completes until its parent lets go. */
import { PgBoss } from 'pg-boss';
import { createLogger } from '../src/logger.ts';
import { openDatabase } from '../src/store/database.ts';
import type { ScaleConnection } from './scale-database.ts';

/** As many as a worker of Sheaf claims at a time for jobs that take no time. */
const GROUP = 67;

const connection = JSON.parse(process.argv[2] ?? '') as ScaleConnection;
const { pool, close } = openDatabase(connection, {
  maxConnections: 4,
  logger: createLogger({ level: 'warn' }),
});
const boss = new PgBoss({
  db: { executeSql: (text, values) => pool.query(text, values) },
  schema: 'boss',
  supervise: false,
  schedule: false,
});
let stopping = false;
process.once('disconnect', () => (stopping = true));
await boss.start();
process.send?.('ready');
while (!stopping) {
  const jobs = await boss.fetch('noop', { batchSize: GROUP });
  if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  else
    await boss.complete(
      'noop',
      jobs.map((job) => job.id),
    );
}
await boss.stop({ graceful: false, close: false });
await close();
