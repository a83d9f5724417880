import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { notFound, SheafError, validationError } from '../errors.ts';
import { newId } from '../model/ids.ts';
import { findBatch, findRetried, insertBatch, lockRequest, snapshotUnsuccessful } from '../store/batches.ts';
import { keepBatch } from '../store/old-results.ts';
import type { Transaction } from '../store/database.ts';
import type { Batch } from '../store/schema.ts';
import { inTransaction } from '../store/transaction.ts';
import { resolveJobSubscribers, subscribersOf } from './batch-subscribers.ts';
import { acceptBatch, findTwinOf, viewBatch, type BatchView } from './batches.ts';
import { getConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { refuseWrongProduct, resolveBatchParameters } from './resolve-batch.ts';
import { fingerprintOf, type CreateRequest } from './twins.ts';

/**
 * Makes a new batch of the files of an ended one that failed, were cancelled, or got no job. It runs with the same
 * parameters as the first, or with another configuration of the same product, and tells the same webhooks; those of
 * the jobs come from the configuration.
 * @throws NOT_FOUND; CONFLICT while the batch has not ended; INVALID_REQUEST when no file failed; a 422 that names a
 * file that is not the batch's, or did not fail
 */
export async function retryBatch(
  services: Services,
  request: CreateRequest,
  batchId: string,
  wish: {
    readonly configurationId: string | undefined;
    /** Ids of directory files of the batch; absent: every file that can be retried. */
    readonly files?: readonly string[] | undefined;
  },
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
  const files = wish.files && [...new Set(wish.files)].toSorted();
  const what = ['retry', first.id, wish.configurationId, ...(files ? [files] : [])];
  const fingerprint = fingerprintOf(keyId, what);
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
    const totalFiles = await snapshotUnsuccessful(tx, { id, of: first.id, only: files });
    if (wish.files && totalFiles !== files?.length) {
      await refuseOthers(tx, { id, of: first.id }, wish.files);
    }
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

/** @throws a 422 that names what is not of the batch, and what did not fail */
async function refuseOthers(
  tx: Transaction,
  batches: { readonly id: string; readonly of: string },
  files: readonly string[],
): Promise<never> {
  const found = await findRetried(tx, batches, files);
  const known = new Map(found.map((file) => [file.directory_file_id, file.isRetried]));
  const issues = files.flatMap((file, index) => {
    const isRetried = known.get(file);
    if (isRetried === true) return [];
    const why =
      isRetried === undefined
        ? 'is not a file of the batch'
        : 'did not fail and was not cancelled, or its job was deleted: it is not run again';
    const loc = ['body', 'directory_file_ids', index];
    return [{ type: 'value_error', loc, msg: `${JSON.stringify(file)} ${why}`, input: file }];
  });
  throw validationError(...issues.slice(0, MAX_ISSUES));
}

/** More than these help nobody. */
const MAX_ISSUES = 100;

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
