import { notFound, SheafError } from '../errors.ts';
import type { BatchJobType, BatchStatus } from '../model/batch-states.ts';
import { newId, uuidOf } from '../model/ids.ts';
import {
  countRunningJobs,
  findBatch,
  insertBatch,
  listBatches,
  listBatchFiles,
  setTotalFiles,
  snapshotDirectory,
} from '../store/batches.ts';
import { findLiveDirectory } from '../store/directories.ts';
import type { Batch, BatchFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { getConfiguration, resolveParameters, type ProductConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { waitingReason } from './waiting-reasons.ts';

export type { BatchFile } from '../store/schema.ts';

/** A batch with what is counted at the moment it is read. */
export interface BatchView {
  readonly batch: Batch;
  readonly runningJobs: number;
  /** Why the batch, or part of it, does not move right now; null when nothing holds it. */
  readonly waitingReason: string | null;
  /** The files and their jobs; present only when asked for and once the batch runs. */
  readonly files?: readonly BatchFile[];
}

export interface NewBatch {
  readonly sourceDirectoryId: string;
  readonly jobType: BatchJobType;
  readonly configurationId: string;
}

/**
 * Accepts a batch: the directory's live files and the configuration's parameters are fixed now, in one
 * transaction; what changes later changes nothing here.
 * @throws NOT_FOUND for an unknown, deleted, expired or foreign directory or configuration; INVALID_REQUEST for an
 * empty directory, too many files, or a configuration of another product
 */
export async function createBatch(services: Services, projectId: string, wish: NewBatch): Promise<BatchView> {
  const id = newId('batch');
  const configuration = await getConfiguration(services, projectId, wish.configurationId);
  refuseWrongProduct(wish, configuration);

  const batch = await inTransaction(services.db, async (tx) => {
    const directory = await findLiveDirectory(tx, projectId, wish.sourceDirectoryId);
    if (!directory) throw notFound('Directory');
    await insertBatch(tx, {
      id,
      projectId,
      directoryId: directory.id,
      jobType: wish.jobType,
      configurationId: configuration.id,
      parameters: resolveParameters(configuration),
      totalFiles: 0,
    });
    const { maxBatchFiles } = services.limits;
    const totalFiles = await snapshotDirectory(tx, { id, directoryId: directory.id, maxFiles: maxBatchFiles });
    refuseFileCount(totalFiles, maxBatchFiles);
    await services.queue.enqueue(tx, 'start-batch', [{ id: uuidOf(id) }]);
    return setTotalFiles(tx, id, totalFiles);
  });
  services.hints.send('work');
  return { batch, runningJobs: 0, waitingReason: waitingReason(batch, 0, services.limits) };
}

function refuseWrongProduct(wish: NewBatch, configuration: ProductConfiguration): void {
  if (wish.jobType === 'extract_v2') {
    throw new SheafError(
      'INVALID_REQUEST',
      'config.job.type extract_v2 is not available in this version of Sheaf: use parse_v2',
    );
  }
  if (configuration.productType !== wish.jobType) {
    throw new SheafError(
      'INVALID_REQUEST',
      `config.job.configuration_id ${configuration.id} is a ${configuration.productType} configuration, ` +
        `but config.job.type is ${wish.jobType}: pass a ${wish.jobType} configuration`,
    );
  }
}

function refuseFileCount(count: number, max: number): void {
  if (count === 0) {
    throw new SheafError(
      'INVALID_REQUEST',
      'The source directory has no files: add files to it first, then create the batch',
    );
  }
  if (count > max) {
    throw new SheafError(
      'INVALID_REQUEST',
      `The source directory has more than ${max} files, the most a batch may have: ` +
        `split it into several directories, or raise SHEAF_MAX_BATCH_FILES`,
    );
  }
}

/** @throws NOT_FOUND */
export async function getBatch(
  services: Services,
  projectId: string,
  id: string,
  options: { withFiles: boolean },
): Promise<BatchView> {
  const batch = await findBatch(services.db, projectId, id);
  if (!batch) throw notFound('Batch');
  const [view] = await viewBatches(services, [batch]);
  if (!view) throw notFound('Batch');
  const begun = batch.status !== 'PENDING' && batch.status !== 'THROTTLED';
  return options.withFiles && begun ? { ...view, files: await listBatchFiles(services.db, id) } : view;
}

export async function listProjectBatches(
  services: Services,
  projectId: string,
  query: PageQuery & {
    readonly status?: BatchStatus | undefined;
    readonly sourceDirectoryId?: string | undefined;
    readonly createdAtOnOrAfter?: Date | undefined;
    readonly createdAtOnOrBefore?: Date | undefined;
  },
): Promise<Page<BatchView>> {
  const filter = {
    projectId,
    ...(query.status !== undefined && { status: query.status }),
    ...(query.sourceDirectoryId !== undefined && { sourceDirectoryId: query.sourceDirectoryId }),
    ...(query.createdAtOnOrAfter && { createdAtOnOrAfter: query.createdAtOnOrAfter.toISOString() }),
    ...(query.createdAtOnOrBefore && { createdAtOnOrBefore: query.createdAtOnOrBefore.toISOString() }),
  };
  const tokenFilters = { list: 'batches', ...filter };
  const rows = await listBatches(services.db, filter, toPageRequest(services, query, tokenFilters));
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: await viewBatches(services, page.items) };
}

async function viewBatches(services: Services, batches: readonly Batch[]): Promise<BatchView[]> {
  const active = batches.filter((batch) => batch.status === 'RUNNING').map((batch) => batch.id);
  const running = await countRunningJobs(services.db, active);
  return batches.map((batch) => {
    const runningJobs = running.get(batch.id) ?? 0;
    return { batch, runningJobs, waitingReason: waitingReason(batch, runningJobs, services.limits) };
  });
}
