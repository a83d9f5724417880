import type { Logger } from '../logger.ts';
import type { PageTokens } from '../model/page-token.ts';
import type { Hints } from '../queue/hints.ts';
import type { JobQueue } from '../queue/port.ts';
import type { BlobStore } from '../store/blobs/port.ts';
import type { Database } from '../store/database.ts';

export { BlobNotFoundError, type BlobStore } from '../store/blobs/port.ts';

/** Bounds that the operator sets. */
export interface Limits {
  /** Files a batch may have. */
  readonly maxBatchFiles: number;
  /** Jobs of one project that may be in the queue or running; a project's own limit wins. */
  readonly maxRunningJobsPerProject: number;
  /** Batches of one project that may run; a project's own limit wins. */
  readonly maxRunningBatchesPerProject: number;
  /** Size of one uploaded file, in bytes. */
  readonly maxUploadBytes: number;
}

/** What every use-case works with. */
export interface Services {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly hints: Hints;
  readonly blobs: BlobStore;
  readonly pageTokens: PageTokens;
  readonly limits: Limits;
  readonly logger: Logger;
}
