import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ExtractEngine, ExtractOutcome } from '../engines/extract/port.ts';
import { extractCacheKey } from '../model/extract-cache-key.ts';
import type { ExtractSummary } from '../model/extract-result.ts';
import { checkExtractSchema } from '../model/extract-schema/check-schema.ts';
import type { DataSchema } from '../model/extract-schema/data-schema.ts';
import { findReusableResult, type CachedResult } from '../services/result-cache.ts';
import { leaveToJanitor, type ClaimedJob, type Ending, type FinishedJob } from '../services/run-jobs.ts';
import { findUsableParse } from '../services/usable-parses.ts';
import {
  findDocument,
  mayReuse,
  openParse,
  type ExtractDocument,
  type ReadyParse,
  type SourceParts,
} from './extract-source.ts';
import { failure, refusalOf } from './job-endings.ts';
import { isWhole, resultKey } from './parse-job.ts';
import { whenStoreAnswers } from './patient-blobs.ts';

/** What an attempt works with. */
export interface ExtractJobParts extends SourceParts {
  readonly extract: ExtractEngine;
}

/**
 * One attempt at an extract job: find an earlier extraction; else get a parse, given, found or made, extract from it
 * and store the data. A parse that was made is handed on with the ending, whatever that is, so that nobody has to make
 * it again. Whatever the document does becomes an ending; only faults of Sheaf's own parts are thrown.
 */
export async function runExtractJob(
  parts: ExtractJobParts,
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<Ending> {
  const refusal = refusalOf(job);
  if (refusal) return { job, finished: refusal };
  const found = await findDocument(parts, job);
  if ('ending' in found) return found.ending;
  const { document } = found;
  const cacheKey = mayReuse(parts.services, job) ? keyOf(parts, job, document) : undefined;
  const cached =
    cacheKey &&
    (await whenStoreAnswers(parts.services.logger, signal, () => findEqual(parts, job, cacheKey)));
  if (cached) return { job, finished: reused(job, cached) };
  const opened = await openParse(parts, job, document, signal);
  if ('ending' in opened) return opened.ending;
  const { parse } = opened;
  try {
    return await extract(parts, job, { parse, cacheKey }, signal);
  } catch (error) {
    if (parse.made) await leaveToJanitor(parts.services, [parse.made.result.key]);
    throw error;
  }
}

function keyOf({ extract: engine }: ExtractJobParts, job: ClaimedJob, { identity }: ExtractDocument): Buffer {
  const { project_id: projectId, name: fileName, parameters } = job;
  return extractCacheKey({ projectId, parse: identity, fileName, parameters, engine });
}

/** An equal extraction whose parse is still there: its job is told as what the data was made of. */
async function findEqual(
  { services }: ExtractJobParts,
  job: ClaimedJob,
  cacheKey: Buffer,
): Promise<CachedResult<'extract'> | undefined> {
  const cached = await findReusableResult(services, 'extract', job.project_id, cacheKey);
  if (!cached || cached.parseJobId === null) return undefined;
  return (await findUsableParse(services, job.project_id, cached.parseJobId)) && cached;
}

async function extract(
  { extract: engine, services }: ExtractJobParts,
  job: ClaimedJob,
  { parse, cacheKey }: { readonly parse: ReadyParse; readonly cacheKey: Buffer | undefined },
  signal: AbortSignal,
): Promise<Ending> {
  const outputDir = join(services.blobs.temporaryDirectory, randomUUID());
  const { blobs, logger } = services;
  const pack = await whenStoreAnswers(logger, signal, () => blobs.localFile(parse.result.key));
  try {
    await mkdir(outputDir, { recursive: true, mode: 0o700 });
    const { sections, parts } = parse.result;
    const outcome = await engine.extract(
      {
        jobId: job.id,
        source: { packPath: pack.path, sections, ...(parts && { parts }) },
        fileName: job.name,
        schema: schemaOf(job),
        parameters: job.parameters,
        outputDir,
      },
      signal,
    );
    const made = parse.made && { parse: parse.made };
    if (outcome.kind === 'cancelled') return { job, returned: true, ...made };
    const finished =
      outcome.kind === 'failure'
        ? { ...failure(job, outcome.code, outcome.message), parseJobId: parse.id }
        : await completed(services, job, { outcome, parse, cacheKey }, signal);
    return { job, finished, ...made };
  } finally {
    await pack.release();
    await rm(outputDir, { recursive: true, force: true });
  }
}

/** @throws for a schema that was accepted once and is no longer understood */
function schemaOf({ parameters }: ClaimedJob): DataSchema {
  const checked = checkExtractSchema(parameters['data_schema']);
  if (checked.ok) return checked.schema;
  throw new Error(`The job's data_schema is wrong: ${checked.violations[0]?.message ?? ''}`);
}

async function completed(
  services: ExtractJobParts['services'],
  job: ClaimedJob,
  {
    outcome,
    parse,
    cacheKey,
  }: {
    readonly outcome: Extract<ExtractOutcome, { kind: 'success' }>;
    readonly parse: ReadyParse;
    readonly cacheKey: Buffer | undefined;
  },
  signal: AbortSignal,
): Promise<FinishedJob> {
  const key = resultKey(job);
  await whenStoreAnswers(services.logger, signal, () => services.blobs.adopt(key, outcome.packPath));
  const summary = summaryOf(job, outcome.summary, parse);
  return {
    ...ended(job, summary),
    result: { key, bytes: outcome.packBytes, sections: outcome.sections },
    parseJobId: parse.id,
    ...(cacheKey && isWhole(parse.summary) && isWholeExtraction(summary) && { cacheKey }),
  };
}

/** A field that did without the model may be found the next time. */
function isWholeExtraction({ model }: ExtractSummary): boolean {
  return (model?.fallbacks.length ?? 0) === 0;
}

/** What the engine cannot know: pages that were lost before, and options that a given parse leaves without effect. */
function summaryOf(job: ClaimedJob, summary: ExtractSummary, { summary: parse }: ReadyParse): ExtractSummary {
  const { parameters } = job;
  const idle =
    job.file_id === null ? ['parse_tier', 'parse_config_id'].filter((key) => parameters[key] !== null) : [];
  const failedPages = parse.pages.failed;
  return {
    ...summary,
    ...(failedPages > 0 && { failedPages }),
    optionsNotApplied: [...summary.optionsNotApplied, ...idle],
  };
}

/** The end of a job that uses another's data. It offers it to nobody, as with parse jobs. */
function reused(job: ClaimedJob, cached: CachedResult<'extract'>): FinishedJob {
  return {
    ...ended(job, cached.summary),
    result: cached.result,
    cachedFrom: cached.jobId,
    ...(cached.parseJobId !== null && { parseJobId: cached.parseJobId }),
  };
}

function ended(job: ClaimedJob, summary: ExtractSummary): Omit<FinishedJob, 'result'> {
  return {
    id: job.id,
    attempt: job.attempt,
    status: 'COMPLETED',
    errorCode: null,
    errorMessage: null,
    pages: summary.pages,
    summary,
  };
}
