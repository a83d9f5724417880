import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParseEngine, ParseOutcome } from '../engines/parse/port.ts';
import { uuidOf } from '../model/ids.ts';
import { parseCacheKey } from '../model/parse-cache-key.ts';
import type { ParseSummary } from '../model/parse-result.ts';
import { BlobNotFoundError, type Services } from '../services/context.ts';
import { BYTES_LOST } from '../services/missing-files.ts';
import { findReusableResult, mayUseCache, type CachedResult } from '../services/result-cache.ts';
import type { ClaimedJob, Ending, FinishedJob, StoredResult } from '../services/run-jobs.ts';
import { failure, refusalOf } from './job-endings.ts';
import type { StepAside } from './job-runner.ts';
import { whenStoreAnswers } from './patient-blobs.ts';
import { fetchSource, type FetchedSource } from './source-document.ts';

/** What an attempt works with. */
export interface ParseJobParts {
  readonly engine: ParseEngine;
  readonly services: Services;
}

/** Where the result of one attempt lies. Each attempt has its own, so a late one overwrites nothing. */
export function resultKey(job: { id: string; attempt: number }): string {
  const uuid = uuidOf(job.id);
  return `results/${uuid.slice(-2)}/${uuid}-${job.attempt}`;
}

/**
 * One attempt at a parse job: find an earlier result, or fetch the document, parse it and store the result. Whatever
 * the document does becomes an ending; only faults of Sheaf's own parts are thrown.
 */
export async function runParseJob(
  parts: ParseJobParts,
  job: ClaimedJob,
  signal: AbortSignal,
  aside: StepAside = (wait) => wait,
): Promise<Ending> {
  const refusal = refusalOf(job);
  if (refusal) return { job, finished: refusal };
  const { source_url: url } = job;
  if (url === null) return runOnFile(parts, job, signal);
  // Others' documents are parsed while this one comes.
  const address = { url, proxy: job.http_proxy, name: job.name };
  const fetched = await aside(fetchSource(parts.services, address, signal));
  return runOnFetched(parts, job, fetched, signal);
}

/** What is known of a document before it is parsed. */
interface Document {
  readonly sha256: Buffer;
  readonly sizeBytes: number;
  /** For the engine; its ending may have been put there by what the document's server said of it. */
  readonly fileName: string;
}

async function runOnFile(parts: ParseJobParts, job: ClaimedJob, signal: AbortSignal): Promise<Ending> {
  const { blob_key: key, sha256, size_bytes: sizeBytes } = job;
  if (key === null || sha256 === null || sizeBytes === null) {
    const message = 'The source file was deleted before its job ran.';
    return { job, finished: failure(job, 'FILE_NOT_FOUND', message) };
  }
  const document = { sha256, sizeBytes, fileName: job.name };
  const { blobs, logger } = parts.services;
  return reuseOr(parts, job, { document, signal }, async (cacheKey) => {
    const file = await whenStoreAnswers(logger, signal, () => blobs.localFile(key)).catch(
      (error: unknown) => {
        if (error instanceof BlobNotFoundError) return undefined;
        throw error;
      },
    );
    if (!file) return { job, finished: failure(job, 'FILE_NOT_FOUND', BYTES_LOST) };
    try {
      return await parse(parts, job, { path: file.path, document, cacheKey }, signal);
    } finally {
      await file.release();
    }
  });
}

async function runOnFetched(
  parts: ParseJobParts,
  job: ClaimedJob,
  fetched: FetchedSource,
  signal: AbortSignal,
): Promise<Ending> {
  if (fetched.kind === 'cancelled') return { job, returned: true };
  if (fetched.kind === 'failure') return { job, finished: failure(job, fetched.code, fetched.message) };
  try {
    const { path, name } = fetched;
    const ending = await reuseOr(parts, job, { document: fetched, signal }, (cacheKey) =>
      parse(parts, job, { path, document: fetched, cacheKey }, signal),
    );
    return 'finished' in ending ? { job, finished: { ...ending.finished, name } } : ending;
  } finally {
    await rm(fetched.path, { force: true });
  }
}

/** Uses the result of an equal job, if there is one; else does the work, whose result others may use under the key. */
async function reuseOr(
  { engine, services }: ParseJobParts,
  job: ClaimedJob,
  { document, signal }: { readonly document: Document; readonly signal: AbortSignal },
  work: (cacheKey: Buffer | undefined) => Promise<Ending>,
): Promise<Ending> {
  if (!mayUseCache(services, job.parameters)) return work(undefined);
  const { project_id: projectId, parameters } = job;
  const cacheKey = parseCacheKey({ ...document, projectId, parameters, engine });
  const cached = await whenStoreAnswers(services.logger, signal, () =>
    findReusableResult(services, 'parse', projectId, cacheKey),
  );
  return cached ? { job, finished: reused(job, cached) } : work(cacheKey);
}

async function parse(
  { engine, services }: ParseJobParts,
  job: ClaimedJob,
  input: { path: string; document: Document; cacheKey: Buffer | undefined },
  signal: AbortSignal,
): Promise<Ending> {
  const outputDir = join(services.blobs.temporaryDirectory, randomUUID());
  try {
    await mkdir(outputDir, { recursive: true, mode: 0o700 });
    const outcome = await engine.parse(
      {
        jobId: job.id,
        inputPath: input.path,
        fileName: input.document.fileName,
        parameters: job.parameters,
        outputDir,
      },
      signal,
    );
    return await toEnding(services, job, { outcome, cacheKey: input.cacheKey }, signal);
  } finally {
    await rm(outputDir, { recursive: true, force: true });
  }
}

async function toEnding(
  services: Services,
  job: ClaimedJob,
  { outcome, cacheKey }: { readonly outcome: ParseOutcome; readonly cacheKey: Buffer | undefined },
  signal: AbortSignal,
): Promise<Ending> {
  if (outcome.kind === 'cancelled') return { job, returned: true };
  if (outcome.kind === 'failure') return { job, finished: failure(job, outcome.code, outcome.message) };
  const key = resultKey(job);
  await whenStoreAnswers(services.logger, signal, () => services.blobs.adopt(key, outcome.packPath));
  const offered = cacheKey !== undefined && isWhole(outcome.summary);
  return {
    job,
    finished: {
      ...completed(job, outcome),
      result: storedResult(key, outcome),
      ...(offered && { cacheKey }),
    },
  };
}

/** A page that failed, or did without the model, may succeed the next time: such a result is nobody else's. */
export function isWhole({ pages, model }: ParseSummary): boolean {
  return pages.failed === 0 && (model?.fallbacks.length ?? 0) === 0;
}

/** What a row says of a pack that lies under the key. */
export function storedResult(
  key: string,
  { packBytes: bytes, sections, parts, joined }: Extract<ParseOutcome, { kind: 'success' }>,
): StoredResult {
  return { key, bytes, sections, ...(parts && { parts }), ...(joined && { joined }) };
}

/**
 * The end of a job that uses another's result. It offers it to nobody: a result is used for as long as the setting
 * says from when it was made, and not once its owner has deleted it.
 */
function reused(job: ClaimedJob, cached: CachedResult): FinishedJob {
  return { ...completed(job, cached), result: cached.result, cachedFrom: cached.jobId };
}

function completed(job: ClaimedJob, { summary }: Pick<CachedResult, 'summary'>): Omit<FinishedJob, 'result'> {
  return {
    id: job.id,
    attempt: job.attempt,
    status: 'COMPLETED',
    errorCode: null,
    errorMessage: null,
    pages: summary.pages.total,
    summary,
  };
}
