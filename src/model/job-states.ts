/**
 * The life of a job: one product run (parse or extract) over one file.
 *
 * ```text
 * PENDING ──▶ RUNNING ──▶ COMPLETED
 *    ▲   │       │  ├───▶ FAILED
 *    │   │       │  └───▶ CANCELLED
 *    │   └───────┼──────▶ CANCELLED | FAILED
 *    └───────────┘  the worker died or gave the job back; attempt + 1
 * ```
 */
export const JOB_STATUSES = ['PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED'] as const;
export type JobStatus = (typeof JOB_STATUSES)[number];

/** Every transition that may happen; anything else is a bug. */
export const JOB_TRANSITIONS: Readonly<Record<JobStatus, readonly JobStatus[]>> = {
  PENDING: ['RUNNING', 'CANCELLED', 'FAILED'],
  RUNNING: ['PENDING', 'COMPLETED', 'FAILED', 'CANCELLED'],
  COMPLETED: [],
  FAILED: [],
  CANCELLED: [],
};

/** What kind of work a job is; `parse` jobs carry `pjb-` ids, `extract` jobs `ext-` ids. */
export const JOB_KINDS = ['parse', 'extract'] as const;
export type JobKind = (typeof JOB_KINDS)[number];

export function isTerminalJobStatus(status: JobStatus): boolean {
  return JOB_TRANSITIONS[status].length === 0;
}
