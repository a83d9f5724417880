import type { ExtractEngine } from '../../src/engines/extract/port.ts';
import type { ParseEngine } from '../../src/engines/parse/port.ts';
import { newUuid } from '../../src/model/ids.ts';
import type { Services } from '../../src/services/context.ts';
import { createExtractJob, type NewExtractJob } from '../../src/services/create-extract-job.ts';
import { claimJobs, type ClaimedJob, type Ending } from '../../src/services/run-jobs.ts';
import type { Job } from '../../src/store/schema.ts';
import { runExtractJob } from '../../src/worker/extract-job.ts';
import { commitAndClean } from '../../src/worker/result-cleanup.ts';
import { createRequest } from './parse-job-scenes.ts';

/** What tests of extract jobs begin with. */

export const SCHEMA = {
  type: 'object',
  properties: { total: { type: 'string' }, buyer: { type: 'string' } },
};

/** A wish to extract {@link SCHEMA} from the input. */
export function extraction(fileInput: string, options: Record<string, unknown> = {}): NewExtractJob {
  return {
    fileInput,
    configurationId: null,
    configuration: { data_schema: SCHEMA, ...options },
    webhooks: { configurationIds: [], inline: [] },
  };
}

/** Accepts a job and claims it for a worker that is entered nowhere. */
export async function claimExtraction(
  services: Services,
  projectId: string,
  wish: NewExtractJob,
): Promise<ClaimedJob> {
  const { job } = await createExtractJob(services, createRequest(projectId), wish);
  return claimAgain(services, job.id);
}

/** Claims a job that waits. */
export async function claimAgain(services: Services, id: string): Promise<ClaimedJob> {
  const [claimed] = await claimJobs(services, newUuid(), 'extract', 1);
  if (claimed?.id !== id) throw new Error(`the job ${id} was to be claimed, not ${claimed?.id ?? 'none'}`);
  return claimed;
}

export interface ExtractEngines {
  readonly parse: ParseEngine;
  readonly extract: ExtractEngine;
}

export function attemptExtraction(
  services: Services,
  engines: ExtractEngines,
  job: ClaimedJob,
  signal = new AbortController().signal,
): Promise<Ending> {
  return runExtractJob({ ...engines, services }, job, signal);
}

/** Runs a new job to its committed end. */
export async function completeExtraction(
  services: Services,
  engines: ExtractEngines,
  projectId: string,
  wish: NewExtractJob,
): Promise<Job> {
  const job = await claimExtraction(services, projectId, wish);
  await commitAndClean(services, 'extract', [await attemptExtraction(services, engines, job)]);
  return rowOf(services, job.id);
}

export async function rowOf(services: Services, id: string): Promise<Job> {
  return services.db.selectFrom('jobs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
}
