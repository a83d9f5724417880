import type { Egress } from '../egress/egress.ts';
import type { Logger } from '../logger.ts';
import type { FileInspector } from '../model/file-inspector.ts';
import type { PageTokens } from '../model/page-token.ts';
import type { SchemaAuthor } from '../model/schema-author.ts';
import type { Hints } from '../queue/hints.ts';
import type { JobQueue } from '../queue/port.ts';
import type { BlobStore } from '../store/blobs/port.ts';
import type { Database } from '../store/database.ts';
import type { DownloadLinks } from './download-links.ts';

export {
  BlobNotFoundError,
  type BlobDescription,
  type BlobLink,
  type BlobStore,
} from '../store/blobs/port.ts';

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
  /** Hours that a file uploaded for one operation is kept; 0: for ever. */
  readonly uploadLifetimeHours: number;
  /** Days that ended jobs and batches are kept; 0: until they are deleted. */
  readonly resultRetentionDays: number;
  /** Hours that an event is tried again to be delivered after its first failed attempt. */
  readonly webhookRetryHours: number;
  /** Hours that a parse result may be used for equal jobs; 0: never. */
  readonly resultCacheHours: number;
}

/** What every use-case works with. */
export interface Services {
  readonly db: Database;
  readonly queue: JobQueue;
  readonly hints: Hints;
  readonly blobs: BlobStore;
  readonly pageTokens: PageTokens;
  /** The way to addresses that clients name. */
  readonly egress: Egress;
  readonly downloadLinks: DownloadLinks;
  /** Makes schemas of words; absent without a model. */
  readonly schemaAuthor?: SchemaAuthor;
  /** Tells from a part of a file what its job would fail with. */
  readonly fileInspector: FileInspector;
  readonly limits: Limits;
  readonly logger: Logger;
}
