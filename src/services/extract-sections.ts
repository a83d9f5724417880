import { notFound } from '../errors.ts';
import type { ExtractSection } from '../model/extract-result.ts';
import type { Services } from './context.ts';
import type { ExtractJobRow } from './extract-jobs.ts';
import { readChunks } from './parse-sections.ts';
import { isReadable } from './result-cache.ts';

/** Makes sure that a job's result can be read, before an answer begins. @throws NOT_FOUND when its bytes are gone */
export async function requireExtraction(services: Services, job: ExtractJobRow): Promise<void> {
  if (!job.result || (await isReadable(services, job.result))) return;
  services.logger.error({ jobId: job.id }, 'a result cannot be read: its bytes are gone');
  throw notFound('Extract result');
}

/** A section of a job's result as the JSON it is stored as, piece by piece. Null while there is no result. */
export function openExtraction(
  services: Services,
  job: ExtractJobRow,
  section: ExtractSection,
): AsyncIterable<Buffer> | null {
  const range = job.result?.sections[section];
  return job.result && range ? readChunks(services, job.result.key, range.offset, range.length) : null;
}

/** The ids of those of the jobs whose bytes are there, of a list that must not break off for one that are not. */
export async function readableExtractions(
  services: Services,
  jobs: readonly ExtractJobRow[],
): Promise<Set<string>> {
  const readable = new Set<string>();
  for (const { id, result } of jobs) {
    if (result && (await isReadable(services, result))) readable.add(id);
  }
  return readable;
}
