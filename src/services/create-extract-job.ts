import { notFound, SheafError } from '../errors.ts';
import { withGivenParse } from '../model/extract-parameters.ts';
import { addToLogContext } from '../logger.ts';
import { isUuid, newId } from '../model/ids.ts';
import { admitJobs, lockProjects } from '../queue/admission.ts';
import { lockRequest } from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import { lockShownFile } from '../store/directory-files.ts';
import { lockUsableFile } from '../store/files.ts';
import { findJob, type JobWithParameters } from '../store/jobs.ts';
import { findTwinJob, insertJob, type ExtractSource } from '../store/single-jobs.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { getExtractJob, type ExtractJobView } from './extract-jobs.ts';
import { resolveExtractOptions, type ExtractOptionsWish } from './extract-parameters.ts';
import { recordJobEvents } from './job-events.ts';
import { resolveJobWebhooks } from './job-webhooks.ts';
import { fingerprintOf, twinSearch, type CreateRequest } from './twins.ts';
import { subscribe, wishOfParameters, type WebhookWish } from './webhook-subscriptions.ts';

/** What one extract job is to do. */
export interface NewExtractJob extends ExtractOptionsWish {
  /** The id of a file, of a directory's file, or of a parse job that has completed. */
  readonly fileInput: string;
  readonly webhooks: WebhookWish;
}

/**
 * Accepts an extraction. A create that the client sent again because it missed the answer gives the job of its first
 * try.
 * @throws NOT_FOUND for an unknown, deleted, expired or foreign input, configuration or webhook; INVALID_REQUEST for a
 * parse job without a result; a 422 for options that are missing or break a rule
 */
export async function createExtractJob(
  services: Services,
  request: CreateRequest,
  wish: NewExtractJob,
): Promise<ExtractJobView> {
  const { keyId, projectId } = request.principal;
  const fingerprint = fingerprintOf(keyId, ['extract', wish]);
  const resolved = await resolveExtractOptions(services, projectId, wish);
  const webhooks = { saved: wishOfParameters(resolved.saved), given: wish.webhooks };
  const subscriptions = await resolveJobWebhooks(services, projectId, webhooks);
  const id = await inTransaction(services.db, async (tx) => {
    // Twins wait for each other here: the first one's answer may be lost before its transaction ends.
    await lockRequest(tx, fingerprint);
    const twin = await findTwinJob(tx, twinSearch(request, fingerprint));
    if (twin !== undefined) return twin;
    await lockProjects(tx, [projectId]);
    const newJob = newId('extractJob');
    addToLogContext({ jobId: newJob, projectId });
    const { parse, ...located } = await locate(tx, projectId, wish.fileInput);
    await insertJob(tx, {
      id: newJob,
      kind: 'extract',
      projectId,
      ...located,
      configurationId: resolved.configurationId,
      parameters: parse ? withGivenParse(resolved.parameters, parse.parameters) : resolved.parameters,
      userMetadata: null,
      requestFingerprint: fingerprint,
      requestRetryCount: request.retryCount,
    });
    await subscribe(tx, newJob, subscriptions);
    await recordJobEvents(tx, services, [{ id: newJob, status: 'PENDING' }]);
    await admitJobs(tx, services.queue, [projectId], services.limits.maxRunningJobsPerProject);
    return newJob;
  });
  services.hints.send('work');
  return getExtractJob(services, projectId, id);
}

interface Located {
  readonly source: ExtractSource;
  readonly name: string;
  /** The parse that was named. */
  readonly parse?: JobWithParameters;
}

/** Finds what is to be read, and keeps a file from being taken away until the transaction ends. */
async function locate(tx: Transaction, projectId: string, input: string): Promise<Located> {
  if (input.startsWith('pjb-')) return locateParse(tx, projectId, input);
  if (input.startsWith('dfl-')) {
    const shown = await lockShownFile(tx, projectId, input);
    if (!shown) throw notFound('Directory file');
    return { source: { input, fileId: shown.fileId }, name: shown.name };
  }
  const file = isUuid(input) ? await lockUsableFile(tx, projectId, input) : undefined;
  if (!file) throw notFound('File');
  return { source: { input, fileId: file.id }, name: file.name };
}

async function locateParse(tx: Transaction, projectId: string, input: string): Promise<Located> {
  const parse = await findJob(tx, projectId, 'parse', input);
  if (!parse) throw notFound('Parse job');
  if (parse.status === 'COMPLETED' && parse.result)
    return { source: { input, parseJobId: parse.id }, name: parse.name, parse };
  throw new SheafError(
    'INVALID_REQUEST',
    `file_input: the parse job ${input} is ${parse.status}, and only one that is COMPLETED can be extracted from`,
  );
}
