import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ParseEngine } from '../engines/parse/port.ts';
import { parseParametersOf } from '../model/extract-parameters.ts';
import { newId } from '../model/ids.ts';
import { parseCacheKey } from '../model/parse-cache-key.ts';
import { BlobNotFoundError, type Services } from '../services/context.ts';
import { BYTES_LOST } from '../services/missing-files.ts';
import { findReusableResult, mayUseCache } from '../services/result-cache.ts';
import type { ClaimedJob, Ending, FinishedParse } from '../services/run-jobs.ts';
import { findUsableParse, type UsableParse } from '../services/usable-parses.ts';
import { failure } from './job-endings.ts';
import { isWhole, resultKey, storedResult } from './parse-job.ts';
import { whenStoreAnswers } from './patient-blobs.ts';

/** What an attempt at finding a parse works with. */
export interface SourceParts {
  readonly parse: ParseEngine;
  readonly services: Services;
}

/** The document of an extract job, before anybody has looked whether it is parsed. */
export interface ExtractDocument {
  /** Names what was parsed, and how, in the key of the extraction. */
  readonly identity: Buffer | string;
  /** The parse that the job is known to stand on. */
  readonly known?: UsableParse;
}

export type FoundDocument = { readonly document: ExtractDocument } | { readonly ending: Ending };

/** Finds out what an extract job is to read; an ending when that is not there any more. */
export async function findDocument(
  { parse: engine, services }: SourceParts,
  job: ClaimedJob,
): Promise<FoundDocument> {
  const id = job.parse_job_id;
  const known = id === null ? undefined : await findUsableParse(services, job.project_id, id);
  if (job.file_id === null) {
    if (known) return { document: { identity: known.result.key, known } };
    return {
      ending: missing(job, `The parse job ${id ?? ''} or its result was deleted before the extraction ran.`),
    };
  }
  const { sha256, size_bytes: sizeBytes, project_id: projectId } = job;
  if (sha256 === null || sizeBytes === null) {
    if (known) return { document: { identity: known.result.key, known } };
    return { ending: missing(job, 'The source file was deleted before its job ran.') };
  }
  const parameters = parseParametersOf(job.parameters);
  const identity = parseCacheKey({ sha256, sizeBytes, fileName: job.name, projectId, parameters, engine });
  return { document: { identity, ...(known && { known }) } };
}

/** Whether neither the extraction's options nor those of its parse forbid to use earlier results. */
export function mayReuse(services: Services, { parameters }: ClaimedJob): boolean {
  return mayUseCache(services, parameters) && mayUseCache(services, parseParametersOf(parameters));
}

/** A parse to extract from. */
export interface ReadyParse extends UsableParse {
  /** This attempt made it, and nobody knows of it yet. */
  readonly made?: FinishedParse;
}

/** The parse of the document: the known one, an equal one of another job, or one that is made now. */
export async function openParse(
  parts: SourceParts,
  job: ClaimedJob,
  document: ExtractDocument,
  signal: AbortSignal,
): Promise<{ readonly parse: ReadyParse } | { readonly ending: Ending }> {
  const { services } = parts;
  const { identity, known } = document;
  if (known) return { parse: known };
  const cacheKey = mayReuse(services, job) && Buffer.isBuffer(identity) ? identity : undefined;
  const { blobs, logger } = services;
  const cached =
    cacheKey &&
    (await whenStoreAnswers(logger, signal, () =>
      findReusableResult(services, 'parse', job.project_id, cacheKey),
    ));
  if (cached) return { parse: { ...cached, id: cached.jobId } };
  const file = await whenStoreAnswers(logger, signal, () => blobs.localFile(job.blob_key ?? '')).catch(
    (error: unknown) => {
      if (error instanceof BlobNotFoundError) return undefined;
      throw error;
    },
  );
  if (!file) return { ending: missing(job, BYTES_LOST) };
  try {
    return await parseNow(parts, job, { path: file.path, cacheKey }, signal);
  } finally {
    await file.release();
  }
}

async function parseNow(
  { parse: engine, services }: SourceParts,
  job: ClaimedJob,
  input: { readonly path: string; readonly cacheKey: Buffer | undefined },
  signal: AbortSignal,
): Promise<{ readonly parse: ReadyParse } | { readonly ending: Ending }> {
  const outputDir = join(services.blobs.temporaryDirectory, randomUUID());
  const parameters = parseParametersOf(job.parameters);
  try {
    await mkdir(outputDir, { recursive: true, mode: 0o700 });
    const request = { jobId: job.id, inputPath: input.path, fileName: job.name, parameters, outputDir };
    const outcome = await engine.parse(request, signal);
    if (outcome.kind === 'cancelled') return { ending: { job, returned: true } };
    if (outcome.kind === 'failure')
      return { ending: { job, finished: failure(job, outcome.code, outcome.message) } };
    const id = newId('parseJob');
    const key = resultKey({ id, attempt: 1 });
    await whenStoreAnswers(services.logger, signal, () => services.blobs.adopt(key, outcome.packPath));
    const { summary } = outcome;
    const result = storedResult(key, outcome);
    const made: FinishedParse = {
      id,
      projectId: job.project_id,
      fileId: job.file_id ?? '',
      name: job.name,
      parameters,
      result,
      summary,
      ...(input.cacheKey && isWhole(summary) && { cacheKey: input.cacheKey }),
    };
    return { parse: { id, result, summary, made } };
  } finally {
    await rm(outputDir, { recursive: true, force: true });
  }
}

function missing(job: ClaimedJob, message: string): Ending {
  return { job, finished: failure(job, 'FILE_NOT_FOUND', message) };
}
