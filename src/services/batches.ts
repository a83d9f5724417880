import { notFound } from '../errors.ts';
import { addToLogContext } from '../logger.ts';
import { isTerminalBatchStatus, type BatchStatus } from '../model/batch-states.ts';
import { newId, uuidOf } from '../model/ids.ts';
import { countRunningJobs, listBatches, throttledPositions, type ListedBatch } from '../store/batch-lists.ts';
import type { BatchFilter } from '../store/batch-conditions.ts';
import {
  findBatch,
  findTwin,
  insertBatch,
  listBatchFiles,
  lockRequest,
  setTotalFiles,
  snapshotDirectory,
} from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import type { Batch, BatchFile } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { subscribeToBatch, type BatchSubscribers } from './batch-subscribers.ts';
import { recordBatchStatus } from './batch-transitions.ts';
import type { Services } from './context.ts';
import { createdBounds, type CreatedQuery } from './created-bounds.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { projectLimits } from './project-limits.ts';
import { lockSourceDirectory, refuseFileCount, resolveBatch, type NewBatch } from './resolve-batch.ts';
import { fingerprintOf, twinSearch, type CreateRequest } from './twins.ts';
import { waitingReason } from './waiting-reasons.ts';

export type { BatchFile } from '../store/schema.ts';
export type { NewBatch } from './resolve-batch.ts';

/** A batch with what is counted at the moment it is read. */
export interface BatchView {
  readonly batch: ListedBatch;
  readonly runningJobs: number;
  /** Why the batch, or part of it, does not move right now; null when nothing holds it. */
  readonly waitingReason: string | null;
  /** The files and their jobs; present only when asked for and once the batch runs. */
  readonly files?: readonly BatchFile[];
}

/** The batch that the same request has made already, if there is one. */
export async function findTwinOf(
  tx: Transaction,
  request: CreateRequest,
  fingerprint: Buffer,
): Promise<Batch | undefined> {
  return findTwin(tx, twinSearch(request, fingerprint));
}

/**
 * Accepts a batch: the directory's live files and the configuration's parameters are fixed now, in one
 * transaction; what changes later changes nothing here. A create that the client sent again because it missed the
 * answer (contract 1.5: clients retry blindly and without a key) gives the batch of its first try.
 * @throws NOT_FOUND for an unknown, deleted, expired or foreign directory, configuration or webhook; INVALID_REQUEST
 * for an empty directory, too many files, or a configuration of another product; a 422 for a bad webhook
 */
export async function createBatch(
  services: Services,
  request: CreateRequest,
  wish: NewBatch,
): Promise<BatchView> {
  const { projectId } = request.principal;
  const id = newId('batch');
  const fingerprint = fingerprintOf(request.principal.keyId, wish);
  const { configuration, parameters, subscribers } = await resolveBatch(services, projectId, wish);

  const batch = await inTransaction(services.db, async (tx) => {
    // Twins wait for each other here: the first one's answer may be lost before its transaction ends.
    await lockRequest(tx, fingerprint);
    const twin = await findTwinOf(tx, request, fingerprint);
    if (twin) return twin;
    const directory = await lockSourceDirectory(tx, projectId, wish);
    await insertBatch(tx, {
      id,
      projectId,
      directoryId: directory.id,
      jobType: wish.jobType,
      configurationId: configuration.id,
      parameters,
      requestFingerprint: fingerprint,
      requestRetryCount: request.retryCount,
      retryOf: null,
    });
    const { maxBatchFiles } = services.limits;
    const totalFiles = await snapshotDirectory(tx, {
      id,
      directoryId: directory.id,
      maxFiles: maxBatchFiles,
    });
    refuseFileCount(totalFiles, maxBatchFiles);
    return acceptBatch(tx, services, id, { totalFiles, subscribers });
  });
  services.hints.send('work');
  return viewBatch(services, batch);
}

/** The last step of every create: the batch's size is known, its history begins, and a worker may start it. */
export async function acceptBatch(
  tx: Transaction,
  services: Services,
  id: string,
  accepted: { totalFiles: number; subscribers: BatchSubscribers },
): Promise<Batch> {
  const batch = await setTotalFiles(tx, id, accepted.totalFiles);
  addToLogContext({ batchId: id, projectId: batch.project_id });
  await subscribeToBatch(tx, id, accepted.subscribers);
  await recordBatchStatus(tx, batch);
  await services.queue.enqueue(tx, 'start-batch', [{ id: uuidOf(id) }]);
  return batch;
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
  const view = await viewBatch(services, batch);
  const begun = batch.status !== 'PENDING' && batch.status !== 'THROTTLED';
  return options.withFiles && begun ? { ...view, files: await listBatchFiles(services.db, id) } : view;
}

/** What a list of batches is asked for; what is absent does not matter. */
export interface BatchQuery extends PageQuery, CreatedQuery {
  readonly status?: BatchStatus | undefined;
  readonly sourceDirectoryId?: string | undefined;
  /** The beginning of a batch's id, or of the name that its directory had when the batch was made. */
  readonly q?: string | undefined;
}

/** @throws a 422 for a page token of other filters */
export async function listProjectBatches(
  services: Services,
  projectId: string,
  query: BatchQuery,
): Promise<Page<BatchView>> {
  const filter = toBatchFilter(projectId, query);
  const tokenFilters = toTokenFilters(filter);
  const rows = await listBatches(services.db, filter, toPageRequest(services, query, tokenFilters));
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: await viewBatches(services, page.items) };
}

/** Which batches a query lists. */
export function toBatchFilter(projectId: string, query: BatchQuery): BatchFilter {
  return {
    projectId,
    ...(query.status !== undefined && { status: query.status }),
    ...(query.sourceDirectoryId !== undefined && { sourceDirectoryId: query.sourceDirectoryId }),
    ...createdBounds(query),
    ...(query.q !== undefined && { q: query.q }),
  };
}

/** What the page tokens of a list are bound to. */
export function toTokenFilters(filter: BatchFilter): Record<string, unknown> {
  return { list: 'batches', ...filter };
}

/** A batch with what is counted at the moment. */
export async function viewBatch(services: Services, batch: Batch): Promise<BatchView> {
  const [view] = await viewBatches(services, [batch]);
  if (!view) throw notFound('Batch');
  return view;
}

/** @param batches of one project */
async function viewBatches(services: Services, batches: readonly ListedBatch[]): Promise<BatchView[]> {
  const inStatus = (status: BatchStatus) => batches.filter((batch) => batch.status === status);
  const open = batches.find((batch) => !isTerminalBatchStatus(batch.status));
  const [limits, running, positions] = await Promise.all([
    open && projectLimits(services, open.project_id),
    countRunningJobs(
      services.db,
      inStatus('RUNNING').map((batch) => batch.id),
    ),
    throttledPositions(
      services.db,
      inStatus('THROTTLED').map((batch) => batch.id),
    ),
  ]);
  return batches.map((batch) => {
    const runningJobs = running.get(batch.id) ?? 0;
    const situation = { runningJobs, position: positions.get(batch.id) };
    return { batch, runningJobs, waitingReason: limits ? waitingReason(batch, situation, limits) : null };
  });
}
