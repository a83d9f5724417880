import type { ParseEngine } from '../engines/parse/port.ts';
import type { Services } from '../services/context.ts';
import { isDatabaseOutage } from '../services/health.ts';
import { enterWorker, keepWorkerEntered, leaveWorker, rescueJobsOfDeadWorkers } from '../services/rescue.ts';
import { claimJobs, jobsToStop } from '../services/run-jobs.ts';
import { sweep } from '../services/sweep.ts';
import { createBatchStarter } from './batch-starter.ts';
import { createJanitor } from './janitor.ts';
import { createJobRunner } from './job-runner.ts';
import { runParseJob } from './parse-job.ts';
import { createWebhookDeliverer } from './webhook-deliverer.ts';
import { commitAndClean, discardResult } from './result-cleanup.ts';

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
      run: (job, signal, aside) => runParseJob({ engine: engines.parse, services }, job, signal, aside),
      commit: (endings) => commitAndClean(services, endings),
      discard: (ending) => discardResult(services, ending),
      isOutage: isDatabaseOutage,
      findCancelRequests: (ids) => jobsToStop(services, ids),
      queue: services.queue,
      logger,
    });
    const deliverer = createWebhookDeliverer(services);
    const unsubscribe = services.hints.subscribe((hint) => {
      if (hint === 'cancel') void runner.checkCancels();
      starter.wake();
      runner.wake();
      deliverer.wake();
    });
    const sweeper = setInterval(
      () => {
        void sweep(services)
          .then(() => (starter.wake(), runner.wake()))
          .catch((error: unknown) => logger.warn({ err: error }, 'a sweep failed; the next one tries again'));
      },
      SWEEP_MS * (1 + Math.random()),
    );
    const janitor = createJanitor(services, { beforeRun: () => keepWorkerEntered(services, workerId) });
    starter.start();
    runner.start();
    deliverer.start();
    janitor.start();

    stop = async (graceMs) => {
      clearInterval(sweeper);
      unsubscribe();
      await Promise.all([starter.stop(), runner.stop(graceMs), deliverer.stop(graceMs), janitor.stop()]);
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
