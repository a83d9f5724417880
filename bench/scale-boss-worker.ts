/** A worker of bare pg-boss: fetches and completes until its parent lets go. */
import { PgBoss } from 'pg-boss';
import { createLogger } from '../src/logger.ts';
import { openDatabase } from '../src/store/database.ts';
import type { BossWorkerSettings } from './scale-boss.ts';

const { connection, group, hands } = JSON.parse(process.argv[2] ?? '') as BossWorkerSettings;
const { pool, close } = openDatabase(connection, {
  // Eight workers share the sixty that the embedded server has.
  maxConnections: Math.min(hands, 5),
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
await Promise.all(Array.from({ length: hands }, work));
await boss.stop({ graceful: false, close: false });
await close();

async function work(): Promise<void> {
  while (!stopping) {
    const jobs = await boss.fetch('noop', { batchSize: group });
    if (jobs.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    else
      await boss.complete(
        'noop',
        jobs.map((job) => job.id),
      );
  }
}
