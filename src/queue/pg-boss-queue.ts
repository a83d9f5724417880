import { fromKysely, PgBoss } from 'pg-boss';
import type pg from 'pg';
import type { Logger } from '../logger.ts';
import type { Transaction } from '../store/database.ts';
import { LEASE_SECONDS, QUEUES, type JobQueue, type Ticket } from './port.ts';

const SCHEMA = 'sheaf_queue';

/** How often leases that ran out are looked for. With {@link LEASE_SECONDS} this bounds how long a crash delays a job. */
const SUPERVISE_SECONDS = 5;

/**
 * Settings of every queue. The number of attempts is the domain's business (a job knows how many workers it has
 * lost), so the queue itself never gives up, never delays and never forgets.
 */
const QUEUE_OPTIONS = {
  retryLimit: 1_000_000,
  retryDelay: 0,
  heartbeatSeconds: LEASE_SECONDS,
  // The longest pg-boss allows. Engines have deadlines of their own; a live holder is never cut off by this.
  expireInSeconds: 24 * 60 * 60,
  retentionSeconds: 10 * 365 * 24 * 60 * 60,
} as const;

/**
 * {@link JobQueue} on pg-boss. A settled ticket is deleted rather than marked completed: the domain's rows are the
 * history, and the queue's table stays as small as the work at hand.
 */
export function createPgBossQueue(pool: pg.Pool, options: { logger: Logger; supervise: boolean }): JobQueue {
  const boss = new PgBoss({
    db: { executeSql: (text, values) => pool.query(text, values) },
    schema: SCHEMA,
    supervise: options.supervise,
    superviseIntervalSeconds: SUPERVISE_SECONDS,
    monitorIntervalSeconds: SUPERVISE_SECONDS,
    schedule: false,
    registerInstance: false,
  });
  boss.on('error', (error) => options.logger.warn({ err: error }, 'the queue met an error; it goes on'));
  boss.on('warning', (warning) => options.logger.debug({ warning }, 'the queue warns'));

  const held = (tickets: readonly Ticket[]) =>
    tickets.map((ticket) => ({ id: ticket.id, retryCount: ticket.generation }));
  const on = (tx: Transaction) => ({ db: fromKysely(tx) });
  let started = false;

  return {
    async enqueue(tx, queue, tickets) {
      if (tickets.length === 0) return;
      const inserts = tickets.map((ticket) => ({
        id: ticket.id,
        priority: ticket.priority ?? 0,
        ...QUEUE_OPTIONS,
      }));
      await boss.insert(queue, inserts, on(tx));
    },
    async claim(tx, queue, limit) {
      const jobs = await boss.fetch(queue, { batchSize: limit, ...on(tx) });
      return jobs.map((job) => ({ id: job.id, generation: job.retryCount }));
    },
    async heartbeat(queue, tickets) {
      return tickets.length === 0 ? new Set() : affected(await boss.touch(queue, held(tickets)));
    },
    async settle(tx, queue, tickets) {
      return tickets.length === 0 ? new Set() : affected(await boss.deleteJob(queue, held(tickets), on(tx)));
    },
    async release(tx, queue, tickets) {
      return tickets.length === 0 ? new Set() : affected(await boss.fail(queue, held(tickets), null, on(tx)));
    },
    async revive(tx, queue, ids) {
      if (ids.length > 0) await boss.fail(queue, [...ids], null, on(tx));
    },
    async drop(tx, queue, ids) {
      if (ids.length > 0) await boss.deleteJob(queue, [...ids], on(tx));
    },
    async start() {
      if (started) return;
      await boss.start();
      started = true;
      for (const queue of QUEUES) await boss.createQueue(queue, QUEUE_OPTIONS);
    },
    async stop() {
      if (!started) return;
      started = false;
      // The pool is not pg-boss's to close, and the workers wait for their own jobs.
      await boss.stop({ graceful: false, close: false });
    },
  };
}

/** pg-boss says which rows a settling statement touched in a field that its types leave out. */
function affected(response: object): Set<string> {
  const { settled } = response as { settled?: unknown };
  if (!Array.isArray(settled)) throw new Error('pg-boss no longer reports which jobs a statement touched');
  return new Set(settled as string[]);
}
