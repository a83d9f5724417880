import { JOB_STATUSES } from './job-states.ts';

/** How a file of a batch fares: as its job does; `DELETED` when its job was deleted and nobody can say any more. */
export const BATCH_FILE_STATUSES = [...JOB_STATUSES, 'DELETED'] as const;
export type BatchFileStatus = (typeof BATCH_FILE_STATUSES)[number];
