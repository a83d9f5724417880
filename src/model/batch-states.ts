/**
 * The life of a batch.
 *
 * ```text
 * PENDING ──▶ RUNNING ──▶ COMPLETED   every file's job is terminal, or the file could not be given one
 *    │  ▲        ├──────▶ FAILED      the orchestration itself could not go on
 *    ▼  │        └──────▶ CANCELLED
 * THROTTLED ──▶ RUNNING
 *    └────────────────────▶ CANCELLED | FAILED     (from PENDING and THROTTLED alike)
 * ```
 * THROTTLED: accepted, but the project already runs its maximum of batches. The oldest goes first.
 */
export const BATCH_STATUSES = [
  'PENDING',
  'THROTTLED',
  'RUNNING',
  'COMPLETED',
  'FAILED',
  'CANCELLED',
] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];

/** Every transition that may happen; anything else is a bug. */
export const BATCH_TRANSITIONS: Readonly<Record<BatchStatus, readonly BatchStatus[]>> = {
  PENDING: ['THROTTLED', 'RUNNING', 'CANCELLED', 'FAILED'],
  THROTTLED: ['RUNNING', 'CANCELLED', 'FAILED'],
  RUNNING: ['COMPLETED', 'FAILED', 'CANCELLED'],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
};

export function isTerminalBatchStatus(status: BatchStatus): boolean {
  return BATCH_TRANSITIONS[status].length === 0;
}

/** The product jobs that a batch can run, as the wire names them. */
export const BATCH_JOB_TYPES = ['parse_v2', 'extract_v2'] as const;
export type BatchJobType = (typeof BATCH_JOB_TYPES)[number];
