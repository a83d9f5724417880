import { findJob } from '../store/jobs.ts';
import type { StoredResult } from '../store/schema.ts';
import type { ParseSummary } from '../model/parse-result.ts';
import type { Services } from './context.ts';
import { isReadable } from './result-cache.ts';

/** A parse that can be extracted from. */
export interface UsableParse {
  /** The job that made it. */
  readonly id: string;
  readonly result: StoredResult;
  readonly summary: ParseSummary;
}

/** The parse job's result, while there is one and its bytes are there. */
export async function findUsableParse(
  services: Services,
  projectId: string,
  id: string,
): Promise<UsableParse | undefined> {
  const job = await findJob(services.db, projectId, 'parse', id);
  if (job?.status !== 'COMPLETED' || !job.result || !job.summary) return undefined;
  return (await isReadable(services, job.result))
    ? { id, result: job.result, summary: job.summary }
    : undefined;
}
