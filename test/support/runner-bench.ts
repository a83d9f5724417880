import { addStoredBatch } from './batch-scenes.ts';
import type { ScriptedEngine } from './scripted-engine.ts';
import { newUuid } from '../../src/model/ids.ts';
import type { Services } from '../../src/services/context.ts';
import { isDatabaseOutage } from '../../src/services/health.ts';
import { claimJobs, commitEndings, jobsToStop, type Ending } from '../../src/services/run-jobs.ts';
import { createJobRunner, type JobRunner } from '../../src/worker/job-runner.ts';
import { runParseJob } from '../../src/worker/parse-job.ts';

/** A runner of parse jobs on real services, and what it has committed. */
export interface RunnerBench {
  readonly runner: JobRunner;
  readonly committed: readonly Ending[];
  /** Commits that the database refused. */
  readonly failedCommits: number;
}

/** @param claimed is awaited after each claim, before the runner hears of it */
export function createRunnerBench(
  services: Services,
  engine: ScriptedEngine,
  claimed?: () => Promise<void>,
): RunnerBench {
  const workerId = newUuid();
  const committed: Ending[] = [];
  let failedCommits = 0;
  const runner = createJobRunner({
    kind: 'parse',
    concurrency: engine.concurrency,
    claim: async (limit) => {
      const jobs = await claimJobs(services, workerId, 'parse', limit);
      if (jobs.length > 0) await claimed?.();
      return jobs;
    },
    run: (job, signal, aside) => runParseJob({ engine, services }, job, signal, aside),
    commit: async (endings) => {
      try {
        await commitEndings(services, 'parse', endings);
        committed.push(...endings);
      } catch (error) {
        failedCommits += 1;
        throw error;
      }
    },
    discard: () => Promise.resolve(),
    isOutage: isDatabaseOutage,
    findCancelRequests: (ids) => jobsToStop(services, ids),
    queue: services.queue,
    logger: services.logger,
  });
  return {
    runner,
    committed,
    get failedCommits() {
      return failedCommits;
    },
  };
}

/** A batch of so many files, named by their numbers. */
export async function addNumberedBatch(services: Services, projectId: string, count: number) {
  return addStoredBatch(
    services,
    projectId,
    Array.from({ length: count }, (_, index) => String(index)),
  );
}
