import type { ParseEngine } from '../engines/parse/port.ts';
import type { Services } from '../services/context.ts';
import { isDatabaseOutage } from '../services/health.ts';
import { enterWorker, leaveWorker, rescueJobsOfDeadWorkers } from '../services/rescue.ts';
import { claimJobs, commitEndings, jobsToStop, type Ending } from '../services/run-jobs.ts';
import { sweep } from '../services/sweep.ts';
import { createBatchStarter } from './batch-starter.ts';
import { createJobRunner } from './job-runner.ts';
import { resultKey, runParseJob } from './parse-job.ts';

/** How often the safety net is drawn through, with up to as much again so that many workers do not do it at once. */
const SWEEP_MS = 10_000;

/**
 * Jobs in hand beyond those that the engine can parse, as a part of these: while one document is parsed, another is
 * fetched and a third made durable. Without it the engine stood still for a seventh of the time (measured).
 */
const OVERLAP = 0.5;

/** The part of the program that does the work. One per process; any number per database. */
export interface Worker {
  start(): Promise<void>;
  /** Safe to call twice, and before start. */
  stop(graceMs: number): Promise<void>;
}

export function createWorker(services: Services, engines: { parse: ParseEngine }): Worker {
  const { logger } = services;
  let stop: ((graceMs: number) => Promise<void>) | undefined;

  const start = async (): Promise<void> => {
    const rescued = await rescueJobsOfDeadWorkers(services);
    if (rescued > 0) logger.info({ jobs: rescued }, 'took up the jobs of workers that had died');
    const workerId = await enterWorker(services);

    const starter = createBatchStarter(services);
    const runner = createJobRunner({
      kind: 'parse',
      concurrency: engines.parse.concurrency + Math.ceil(engines.parse.concurrency * OVERLAP),
      claim: (limit) => claimJobs(services, workerId, 'parse', limit),
      run: (job, signal) => runParseJob({ engine: engines.parse, blobs: services.blobs }, job, signal),
      commit: (endings) => commitAndClean(services, endings),
      discard: (ending) => discardResult(services, ending),
      isOutage: isDatabaseOutage,
      findCancelRequests: (ids) => jobsToStop(services, ids),
      queue: services.queue,
      logger,
    });
    const unsubscribe = services.hints.subscribe((hint) => {
      if (hint === 'cancel') void runner.checkCancels();
      starter.wake();
      runner.wake();
    });
    const sweeper = setInterval(
      () => {
        void sweep(services)
          .then(() => (starter.wake(), runner.wake()))
          .catch((error: unknown) => logger.warn({ err: error }, 'a sweep failed; the next one tries again'));
      },
      SWEEP_MS * (1 + Math.random()),
    );
    starter.start();
    runner.start();

    stop = async (graceMs) => {
      clearInterval(sweeper);
      unsubscribe();
      await Promise.all([starter.stop(), runner.stop(graceMs)]);
      await leaveWorker(services, workerId).catch(() => undefined);
    };
  };

  return {
    start,
    async stop(graceMs) {
      const stopOnce = stop;
      stop = undefined;
      await stopOnce?.(graceMs);
    },
  };
}

/** Commits, and removes what attempts wrote that do not count: those refused, and earlier ones whose worker died. */
async function commitAndClean(services: Services, endings: readonly Ending[]): Promise<void> {
  const refused = await commitEndings(services, 'parse', endings);
  for (const ending of endings) {
    if (!('finished' in ending)) continue;
    if (refused.has(ending.job.id)) {
      services.logger.warn(
        { jobId: ending.job.id },
        'a result came after its lease had run out and was refused',
      );
      await discardResult(services, ending);
    } else {
      await discardEarlierResults(services, ending.job);
    }
  }
}

async function discardResult(services: Services, ending: Ending): Promise<void> {
  if ('finished' in ending && ending.finished.result) await services.blobs.delete(ending.finished.result.key);
}

/** A worker that died between storing a result and committing it has left it behind. */
async function discardEarlierResults(
  services: Services,
  job: { id: string; attempt: number },
): Promise<void> {
  for (let attempt = 1; attempt < job.attempt; attempt++) {
    await services.blobs.delete(resultKey({ id: job.id, attempt }));
  }
}
