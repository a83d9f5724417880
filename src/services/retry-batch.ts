import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { notFound, SheafError } from '../errors.ts';
import { newId } from '../model/ids.ts';
import { findBatch, insertBatch, lockRequest, snapshotUnsuccessful } from '../store/batches.ts';
import { keepBatch } from '../store/old-results.ts';
import type { Batch } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { resolveJobSubscribers, subscribersOf } from './batch-subscribers.ts';
import {
  acceptBatch,
  findTwinOf,
  refuseWrongProduct,
  resolveBatchParameters,
  viewBatch,
  type BatchView,
} from './batches.ts';
import { getConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { fingerprintOf, type CreateRequest } from './twins.ts';

/**
 * Makes a new batch of the files of an ended one that failed, were cancelled, or got no job. It runs with the same
 * parameters as the first, or with another configuration of the same product, and tells the same webhooks; those of
 * the jobs come from the configuration.
 * @throws NOT_FOUND; CONFLICT while the batch has not ended; INVALID_REQUEST when no file failed
 */
export async function retryBatch(
  services: Services,
  request: CreateRequest,
  batchId: string,
  wish: { readonly configurationId: string | undefined },
): Promise<BatchView> {
  const { projectId, keyId } = request.principal;
  const first = await findBatch(services.db, projectId, batchId);
  if (!first) throw notFound('Batch');
  if (!isTerminalBatchStatus(first.status)) {
    throw new SheafError(
      'CONFLICT',
      `The batch is ${first.status}: wait for its end, or cancel it, then retry it`,
    );
  }
  const { saved, ...settings } = await settingsOf(services, first, wish.configurationId);
  const jobSubscribers =
    wish.configurationId === undefined ? undefined : await resolveJobSubscribers(services, projectId, saved);
  const fingerprint = fingerprintOf(keyId, ['retry', first.id, wish.configurationId]);
  const id = newId('batch');

  const batch = await inTransaction(services.db, async (tx) => {
    await lockRequest(tx, fingerprint);
    const twin = await findTwinOf(tx, request, fingerprint);
    if (twin) return twin;
    // Its time may have come since it was found.
    if (!(await keepBatch(tx, first.id))) throw notFound('Batch');
    await insertBatch(tx, {
      id,
      projectId,
      directoryId: first.source_directory_id,
      jobType: first.job_type,
      ...settings,
      requestFingerprint: fingerprint,
      requestRetryCount: request.retryCount,
      retryOf: first.id,
    });
    const totalFiles = await snapshotUnsuccessful(tx, { id, of: first.id });
    if (totalFiles === 0) {
      throw new SheafError(
        'INVALID_REQUEST',
        'No file of the batch failed or was cancelled: there is nothing to retry',
      );
    }
    const before = await subscribersOf(tx, first.id);
    const subscribers = { ...before, ...(jobSubscribers && { jobs: jobSubscribers }) };
    return acceptBatch(tx, services, id, { totalFiles, subscribers });
  });
  services.hints.send('work');
  return viewBatch(services, batch);
}

type Tree = Readonly<Record<string, unknown>>;

async function settingsOf(
  services: Services,
  first: Batch,
  configurationId: string | undefined,
): Promise<{ configurationId: string; parameters: Record<string, unknown>; saved: Tree }> {
  if (configurationId === undefined) {
    return { configurationId: first.configuration_id, parameters: first.resolved_parameters, saved: {} };
  }
  const configuration = await getConfiguration(services, first.project_id, configurationId);
  refuseWrongProduct({ jobType: first.job_type }, configuration);
  const parameters = await resolveBatchParameters(services, first.project_id, configuration);
  return { configurationId: configuration.id, parameters, saved: configuration.parameters };
}
