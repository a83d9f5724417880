import { deleteOldBatch, deleteOldJobs } from '../store/old-results.ts';
import { expireDirectory, purgeDirectories, purgeDirectoryFiles } from '../store/expired-directories.ts';
import { releaseDueFiles } from '../store/file-releases.ts';
import { asOnlyJanitor } from '../store/retention.ts';
import { inTransaction } from '../store/transaction.ts';
import { deleteOldDeliveries } from '../store/webhook-deliveries.ts';
import { deleteIdleSubscriptions } from '../store/webhook-subscriptions.ts';
import { forgetLostWorkers } from '../store/workers.ts';
import type { Services } from './context.ts';
import { inChunks, type Patience } from './in-chunks.ts';
import { walkRows } from './purge.ts';
import { collectGarbage, findOrphans } from './blob-garbage.ts';

/** What cleaning up works with. */
export type RetentionParts = Pick<Services, 'db' | 'blobs' | 'logger'>;

/** How long things stay that nobody needs. Each bound is longer than any work that could still want the thing. */
export interface RetentionRules {
  /** Days that ended jobs and batches stay; 0: until they are deleted. */
  readonly resultDays: number;
  /** Seconds from the deletion of a blob's last row to that of the blob; longer than any transaction lives. */
  readonly garbageGraceSeconds: number;
  /** Hours after which a blob that no row knows is taken for left behind; longer than any upload takes. */
  readonly orphanHours: number;
  /** Days that rows of deleted directories and their files can still be listed with `include_deleted`. */
  readonly tombstoneDays: number;
  /** Rows that one transaction changes at most. */
  readonly chunk: number;
  /** Rows or blobs that a walk over everything looks at in one run. */
  readonly walk: number;
  /** What one step may take in one run, in milliseconds; the next run goes on. */
  readonly stepMs: number;
}

export const RETENTION_RULES: Omit<RetentionRules, 'resultDays'> = {
  garbageGraceSeconds: 10 * 60,
  orphanHours: 24,
  tombstoneDays: 30,
  chunk: 200,
  walk: 2_000,
  stepMs: 20_000,
};

/** A batch of the default size goes in one transaction, so that nobody sees half of one. */
const MIN_BATCH_CHUNK = 1_000;
/** A worker that has not been seen for so long is gone, or finds itself entered again when it comes back. */
const LOST_WORKER_HOURS = 24;

/** What a run did. */
export interface RetentionReport {
  expiredDirectories: number;
  releasedFiles: number;
  deletedJobs: number;
  deletedBatches: number;
  deletedBlobs: number;
  deletedDeliveries: number;
  orphanBlobs: number;
  removedRows: number;
  temporaryDirectories: number;
  forgottenWorkers: number;
}

/**
 * Takes away what has expired or is no longer needed, in small transactions with rests between them. Every
 * transaction leaves a state from which any later run goes on, in this process or another, so it may be stopped or
 * killed anywhere. A step that fails is logged and does not keep the others from running.
 * @returns what was done; undefined when another process is at it
 */
export async function runRetention(
  services: RetentionParts,
  rules: RetentionRules,
  signal: AbortSignal,
): Promise<RetentionReport | undefined> {
  return asOnlyJanitor(services.db, async () => {
    const report = emptyReport();
    for (const [name, step] of Object.entries(STEPS)) {
      if (signal.aborted) break;
      try {
        await step(services, rules, report, { signal, forMs: rules.stepMs });
      } catch (error) {
        services.logger.warn({ err: error, step: name }, 'cleaning up failed; the next run tries again');
      }
    }
    return report;
  });
}

function emptyReport(): RetentionReport {
  return {
    expiredDirectories: 0,
    releasedFiles: 0,
    deletedJobs: 0,
    deletedBatches: 0,
    deletedBlobs: 0,
    deletedDeliveries: 0,
    orphanBlobs: 0,
    removedRows: 0,
    temporaryDirectories: 0,
    forgottenWorkers: 0,
  };
}

type Step = (
  services: RetentionParts,
  rules: RetentionRules,
  report: RetentionReport,
  patience: Patience,
) => Promise<void>;

/** In an order in which each finds what those before it have left. */
const STEPS: Readonly<Record<string, Step>> = {
  async directories({ db }, { chunk: limit }, report, patience) {
    await inChunks(patience, async () => {
      const end = await inTransaction(db, (tx) => expireDirectory(tx, { limit }));
      if (end === 'done') report.expiredDirectories += 1;
      return end !== 'none';
    });
  },

  async results({ db }, { resultDays: olderThanDays, chunk }, report, patience) {
    await inChunks(patience, async () => {
      const age = { olderThanDays, limit: Math.max(chunk, MIN_BATCH_CHUNK) };
      const deleted = await inTransaction(db, (tx) => deleteOldBatch(tx, age));
      report.deletedJobs += deleted.jobs;
      report.deletedBatches += deleted.batches;
      return deleted.found;
    });
    if (olderThanDays === 0) return;
    await inChunks(patience, async () => {
      const deleted = await inTransaction(db, (tx) => deleteOldJobs(tx, { olderThanDays, limit: chunk }));
      report.deletedJobs += deleted;
      return deleted > 0;
    });
  },

  async files({ db }, { chunk: limit }, report, patience) {
    await inChunks(patience, async () => {
      const { looked, released } = await inTransaction(db, (tx) => releaseDueFiles(tx, { limit }));
      report.releasedFiles += released;
      return looked > 0;
    });
  },

  async deliveries({ db }, { chunk: limit }, report, patience) {
    await inChunks(patience, async () => {
      const deleted = await inTransaction(db, (tx) => deleteOldDeliveries(tx, { limit }));
      report.deletedDeliveries += deleted;
      return deleted >= limit;
    });
  },

  async subscriptions(services, { chunk: limit, walk: rows }, report, patience) {
    const walk = {
      name: 'idle webhook subscriptions',
      purge: deleteIdleSubscriptions,
      part: { limit },
      rows,
    };
    report.removedRows += await walkRows(services, walk, patience);
  },

  async tombstones(services, rules, report, patience) {
    const part = { limit: rules.chunk, olderThanDays: rules.tombstoneDays };
    // Entries first: a directory goes when it has none.
    for (const [name, purge] of [
      ['directory files', purgeDirectoryFiles],
      ['directories', purgeDirectories],
    ] as const) {
      const walk = { name: `deleted ${name}`, purge, part, rows: rules.walk };
      report.removedRows += await walkRows(services, walk, patience);
    }
  },

  async garbage(services, rules, report, patience) {
    report.deletedBlobs += await collectGarbage(services, rules, patience);
  },

  async orphans(services, rules, report, patience) {
    report.orphanBlobs += await findOrphans(services, rules, patience);
  },

  async leftovers({ blobs }, _rules, report) {
    report.temporaryDirectories += await blobs.removeLeftovers();
  },

  async workers({ db }, _rules, report) {
    report.forgottenWorkers += await forgetLostWorkers(db, { unseenHours: LOST_WORKER_HOURS });
  },
};
