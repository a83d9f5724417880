import { randomUUID } from 'node:crypto';
import { PgBoss } from 'pg-boss';
import { createLogger } from '../src/logger.ts';
import { openDatabase } from '../src/store/database.ts';
import type { ScaleConnection } from './scale-database.ts';
import { startWorkers } from './scale-workers.ts';

/** Jobs of one insert: as many as Sheaf gives a batch's files at a time. */
const CHUNK = 200;

/** How a worker process takes jobs; goes to it as JSON. */
export interface BossWorkerSettings {
  readonly connection: ScaleConnection;
  /** Jobs of one fetch and of one completion. */
  readonly group: number;
  /** Fetches that are under way at the same time. */
  readonly hands: number;
}

/** The two ways to use a queue. */
export const BOSS_WAYS = {
  /** Each job for itself, ten at a time. */
  oneByOne: { group: 1, hands: 10 },
  /** As many as a worker of Sheaf claims at a time for jobs that take no time. */
  inGroups: { group: 67, hands: 1 },
} as const;

/**
 * The queue alone: jobs are put in, and worker processes fetch and complete them.
 * @returns jobs per second, from the first insert to the last completion
 */
export async function measureBoss(
  connection: ScaleConnection,
  { workers, jobs, way }: { workers: number; jobs: number; way: keyof typeof BOSS_WAYS },
): Promise<number> {
  const logger = createLogger({ level: 'warn' });
  const settings: BossWorkerSettings = { connection, ...BOSS_WAYS[way] };
  const { pool, close } = openDatabase(connection, { maxConnections: 4, logger });
  const boss = new PgBoss({ db: { executeSql: (text, values) => pool.query(text, values) }, schema: 'boss' });
  try {
    await boss.start();
    await boss.createQueue('noop');
    await using processes = await startWorkers('scale-boss-worker.ts', workers, settings);
    const began = performance.now();
    for (let put = 0; put < jobs; put += CHUNK) {
      const chunk = Array.from({ length: Math.min(CHUNK, jobs - put) }, () => ({ id: randomUUID() }));
      await boss.insert('noop', chunk);
    }
    const left = `select count(*)::int as n from boss.job where name = 'noop' and state < 'completed'`;
    while ((await pool.query<{ n: number }>(left)).rows[0]?.n !== 0) {
      processes.check();
      await pause(20);
    }
    const seconds = (performance.now() - began) / 1000;
    await processes.stop();
    return jobs / seconds;
  } finally {
    await boss.stop({ graceful: false, close: false });
    await close();
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
