import { notFound } from '../errors.ts';
import type { ResultSection } from '../model/parse-result.ts';
import { countJobsAhead, findJob, type JobWithParameters } from '../store/jobs.ts';
import { BlobNotFoundError, type Services } from './context.ts';
import { jobWaitingReason } from './waiting-reasons.ts';

export type { JobWithParameters } from '../store/jobs.ts';

/** A parse job and why it does not run yet, if it waits. */
export interface ParseJobView {
  readonly job: JobWithParameters;
  readonly waitingReason: string | null;
}

/** @throws NOT_FOUND */
export async function getParseJob(services: Services, projectId: string, id: string): Promise<ParseJobView> {
  const job = await findJob(services.db, projectId, 'parse', id);
  if (!job) throw notFound('Parse job');
  if (job.status !== 'PENDING') return { job, waitingReason: null };
  const ahead = job.holds_slot ? 0 : await countJobsAhead(services.db, job);
  return { job, waitingReason: jobWaitingReason(job.holds_slot, ahead, services.limits) };
}

/** Makes sure that a job's result can be read, before an answer begins. @throws NOT_FOUND when its bytes are gone */
export async function requireResult(services: Services, job: JobWithParameters): Promise<void> {
  if (!job.result) return;
  try {
    await services.blobs.readRange(job.result.key, Math.max(0, job.result.bytes - 1), 1);
  } catch (error) {
    services.logger.error({ err: error, jobId: job.id }, 'a result cannot be read');
    if (error instanceof BlobNotFoundError) throw notFound('Parse result');
    throw error;
  }
}

/** Bytes that are read from the blob store at a time, so that a long result does not fill the memory. */
const CHUNK_BYTES = 1024 * 1024;

/**
 * A section of a job's result as the JSON it is stored as, piece by piece. Null while there is no result, whatever
 * the reason: clients ask for sections while they poll.
 */
export function openSection(
  services: Services,
  job: JobWithParameters,
  section: ResultSection,
): AsyncIterable<Buffer> | null {
  const { result } = job;
  if (!result) return null;
  const range = result.sections[section];
  return readChunks(services, result.key, range.offset, range.length);
}

async function* readChunks(
  services: Services,
  key: string,
  offset: number,
  length: number,
): AsyncGenerator<Buffer> {
  for (let done = 0; done < length; done += CHUNK_BYTES) {
    yield await services.blobs.readRange(key, offset + done, Math.min(CHUNK_BYTES, length - done));
  }
}

/** The whole text or markdown of a document, its pages joined. Null while there is no result. */
export async function readFullText(
  services: Services,
  job: JobWithParameters,
  section: 'text' | 'markdown',
): Promise<string | null> {
  const chunks = openSection(services, job, section);
  if (!chunks) return null;
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(chunk);
  const { pages } = JSON.parse(Buffer.concat(parts).toString()) as {
    pages: { text?: string; markdown?: string }[];
  };
  // The separators are those that were seen on the wire (contract 8.3).
  const separator = section === 'markdown' ? '\n\n---\n\n' : '\n\n';
  return pages.map((page) => page[section] ?? '').join(separator);
}
