import { notFound, validationError } from '../errors.ts';
import { addToLogContext } from '../logger.ts';
import { nameOfUrl } from '../model/document-name.ts';
import { isUuid, newId } from '../model/ids.ts';
import { admitJobs, lockProjects } from '../queue/admission.ts';
import { lockRequest } from '../store/batches.ts';
import type { Transaction } from '../store/database.ts';
import { insertFile, lockUsableFile } from '../store/files.ts';
import { findTwinJob, insertJob, type JobSource } from '../store/single-jobs.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { recordJobEvents } from './job-events.ts';
import { resolveJobWebhooks } from './job-webhooks.ts';
import { getParseJob, type ParseJobView } from './parse-jobs.ts';
import { resolveParseParameters, type ParseOptionsWish } from './parse-parameters.ts';
import { fingerprintOf, twinSearch, type CreateRequest } from './twins.ts';
import { extensionOf, placeUpload, uploadLifetime, type StoredUpload } from './uploads.ts';
import { subscribe } from './webhook-subscriptions.ts';

export type { JobSource } from '../store/single-jobs.ts';

/** What one job is to do, apart from where its document comes from. */
export interface NewParseJob extends ParseOptionsWish {
  readonly userMetadata: Record<string, string> | null;
}

/**
 * Accepts a job over a file of the project or a document at an address. A create that the client sent again because
 * it missed the answer gives the job of its first try.
 * @throws NOT_FOUND for an unknown, deleted, expired or foreign file, configuration or webhook; a 422 for an address
 * that will not be called, and for a tier and version that do not go together
 */
export async function createParseJob(
  services: Services,
  request: CreateRequest,
  source: JobSource,
  wish: NewParseJob,
): Promise<ParseJobView> {
  const { keyId, projectId } = request.principal;
  if ('url' in source) refuseAddresses(services, source);
  const { id } = await accept(services, request, wish, {
    fingerprint: fingerprintOf(keyId, ['parse', source, wish]),
    place: (tx) => locate(tx, projectId, source),
  });
  return getParseJob(services, projectId, id);
}

/**
 * Accepts a job over a document that came with the request; it becomes a file of the project. Its bytes are removed
 * again when no job is made of them.
 * @param readWish what else the client said; may throw
 * @throws as {@link createParseJob}
 */
export async function createUploadedParseJob(
  services: Services,
  request: CreateRequest,
  upload: StoredUpload,
  readWish: () => NewParseJob,
): Promise<ParseJobView> {
  const { keyId, projectId } = request.principal;
  const placeJob = async (): Promise<Accepted> => {
    const wish = readWish();
    const document = [upload.name, upload.size, upload.sha256.toString('hex')];
    return accept(services, request, wish, {
      fingerprint: fingerprintOf(keyId, ['parse-upload', document, wish]),
      place: (tx) => keepUpload(tx, services, projectId, upload),
    });
  };
  const { id } = await placeUpload(services, upload, placeJob, ({ isTwin }) => !isTwin);
  return getParseJob(services, projectId, id);
}

interface Accepted {
  readonly id: string;
  /** An earlier try made the job. */
  readonly isTwin: boolean;
}

interface Placed {
  readonly source: JobSource;
  readonly name: string;
}

/** The one transaction of a create: the document, the job, who is told of it, and its place in the queue. */
async function accept(
  services: Services,
  request: CreateRequest,
  wish: NewParseJob,
  made: { readonly fingerprint: Buffer; readonly place: (tx: Transaction) => Promise<Placed> },
): Promise<Accepted> {
  const { projectId } = request.principal;
  const resolved = await resolveParseParameters(services, projectId, wish);
  const subscriptions = await resolveJobWebhooks(services, projectId, resolved.webhooks);
  const accepted = await inTransaction(services.db, async (tx) => {
    // Twins wait for each other here: the first one's answer may be lost before its transaction ends.
    await lockRequest(tx, made.fingerprint);
    const twin = await findTwinJob(tx, twinSearch(request, made.fingerprint));
    if (twin !== undefined) return { id: twin, isTwin: true };
    await lockProjects(tx, [projectId]);
    const id = newId('parseJob');
    addToLogContext({ jobId: id, projectId });
    await insertJob(tx, {
      id,
      kind: 'parse',
      projectId,
      ...(await made.place(tx)),
      configurationId: resolved.configurationId,
      parameters: resolved.parameters,
      userMetadata: wish.userMetadata,
      requestFingerprint: made.fingerprint,
      requestRetryCount: request.retryCount,
    });
    await subscribe(tx, id, subscriptions);
    await recordJobEvents(tx, services, [{ id, status: 'PENDING' }]);
    await admitJobs(tx, services.queue, [projectId], services.limits.maxRunningJobsPerProject);
    return { id, isTwin: false };
  });
  services.hints.send('work');
  return accepted;
}

/** An address that is sure to be refused when the job runs is refused now. */
function refuseAddresses(services: Services, source: Extract<JobSource, { url: string }>): void {
  const refusals = [
    { field: 'source_url', reason: services.egress.refusalOf(source.url) },
    {
      field: 'http_proxy',
      reason: source.proxy === null ? undefined : services.egress.refusalOf(source.proxy),
    },
  ];
  const issues = refusals.flatMap(({ field, reason }) =>
    reason === undefined ? [] : [{ type: 'value_error', loc: ['body', field], msg: reason }],
  );
  if (issues.length > 0) throw validationError(...issues);
}

async function locate(tx: Transaction, projectId: string, source: JobSource): Promise<Placed> {
  if ('url' in source) return { source, name: nameOfUrl(source.url) };
  // Locked, so that it is not taken away between here and the end of the transaction.
  const file = isUuid(source.fileId) ? await lockUsableFile(tx, projectId, source.fileId) : undefined;
  if (!file) throw notFound('File');
  return { source: { fileId: file.id }, name: file.name };
}

async function keepUpload(
  tx: Transaction,
  services: Services,
  projectId: string,
  upload: StoredUpload,
): Promise<Placed> {
  const file = await insertFile(tx, {
    id: upload.fileId,
    projectId,
    name: upload.name,
    externalFileId: null,
    fileType: extensionOf(upload.name),
    sizeBytes: upload.size,
    sha256: upload.sha256,
    blobKey: upload.blobKey,
    purpose: 'parse',
    expires: uploadLifetime(services, 'parse'),
  });
  return { source: { fileId: file.id }, name: file.name };
}
