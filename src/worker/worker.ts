import type { ExtractEngine } from '../engines/extract/port.ts';
import type { ParseEngine } from '../engines/parse/port.ts';
import { withLogContext } from '../logger.ts';
import type { JobKind } from '../model/job-states.ts';
import type { Hint } from '../queue/hints.ts';
import type { WorkObserver } from '../model/observations.ts';
import type { Services } from '../services/context.ts';
import { isOutage } from '../services/health.ts';
import { enterWorker, keepWorkerEntered, leaveWorker, rescueJobsOfDeadWorkers } from '../services/rescue.ts';
import { claimJobs, jobsToStop } from '../services/run-jobs.ts';
import { sweep } from '../services/sweep.ts';
import { createAdmitter, type Admitter } from './admitter.ts';
import { atMostEvery } from './at-most-every.ts';
import { createBatchStarter } from './batch-starter.ts';
import { createJanitor } from './janitor.ts';
import { runExtractJob } from './extract-job.ts';
import { createJobRunner, type JobRunner, type JobRunnerParts } from './job-runner.ts';
import { observeAttempts } from './observe-attempts.ts';
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

/** Hints that come faster are one: each makes runners look for jobs, and a busy worker sends one with each commit. */
const WAKE_MS = 50;

/** The part of the program that does the work. One per process; any number per database. */
export interface Worker {
  start(): Promise<void>;
  /** Safe to call twice, and before start. */
  stop(graceMs: number): Promise<void>;
}

/** What runs jobs; kinds without an engine are left to other workers. */
export interface Engines {
  readonly parse: ParseEngine;
  readonly extract?: ExtractEngine;
}

/** A worker says so often that it is there: three times while a lease lasts. */
const BEAT_MS = 10_000;

/** @param observer told of every attempt that was committed */
export function createWorker(services: Services, engines: Engines, observer?: WorkObserver): Worker {
  const { logger } = services;
  let stop: ((graceMs: number) => Promise<void>) | undefined;

  const start = async (): Promise<void> => {
    const rescued = await rescueJobsOfDeadWorkers(services);
    if (rescued > 0) logger.info({ jobs: rescued }, 'took up the jobs of workers that had died');
    const workerId = await enterWorker(services);

    const starter = createBatchStarter(services);
    const admitter = createAdmitter(services);
    const runners = createRunners({ services, admitter, engines, workerId, observer });
    const eachRunner = (act: (runner: JobRunner) => void): void => runners.forEach(act);
    const deliverer = createWebhookDeliverer(services, { observer });
    const wakeRunners = atMostEvery(WAKE_MS, () => eachRunner((runner) => runner.wake()));
    const heed = (hint: Hint): void => {
      if (hint === 'cancel') eachRunner((runner) => void runner.checkCancels());
      wakeRunners.call();
      if (hint === 'progress') return;
      starter.wake();
      deliverer.wake();
    };
    // What the hint sets going is not done on behalf of the request that gave it.
    const unsubscribe = services.hints.subscribe((hint) => withLogContext({}, () => heed(hint)));
    let sweeping: Promise<void> | undefined;
    const drawNet = (): void => {
      sweeping = sweep(services)
        .then(() => (starter.wake(), eachRunner((runner) => runner.wake())))
        .catch((error: unknown) => logger.warn({ err: error }, 'a sweep failed; the next one tries again'));
    };
    const sweeper = setInterval(drawNet, SWEEP_MS * (1 + Math.random()));
    let beat: Promise<void> | undefined;
    const beating = setInterval(() => {
      beat = keepWorkerEntered(services, workerId).catch((error: unknown) =>
        logger.warn({ err: error }, 'this worker could not say that it is there; the next beat tries again'),
      );
    }, BEAT_MS);
    const janitor = createJanitor(services);
    // Whoever died before may have left something for it.
    drawNet();
    starter.start();
    eachRunner((runner) => runner.start());
    deliverer.start();
    janitor.start();

    stop = async (graceMs) => {
      clearInterval(sweeper);
      clearInterval(beating);
      unsubscribe();
      wakeRunners.cancel();
      const stopped = runners.map((runner) => runner.stop(graceMs));
      await Promise.all([sweeping, starter.stop(), ...stopped, deliverer.stop(graceMs), janitor.stop()]);
      // A beat that is under way would enter again what leaves.
      await Promise.all([admitter.stop(), beat]);
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

/** One for each kind that there is an engine for. Both draw on the same processes, and the jobs of neither wait idly. */
function createRunners({
  services,
  admitter,
  engines: { parse, extract },
  workerId,
  observer,
}: {
  readonly services: Services;
  readonly admitter: Admitter;
  readonly engines: Engines;
  readonly workerId: string;
  readonly observer: WorkObserver | undefined;
}): JobRunner[] {
  const runner = (kind: JobKind, run: JobRunnerParts['run']): JobRunner =>
    createJobRunner({
      kind,
      ...observeAttempts(
        {
          kind,
          run,
          commit: (endings) => commitAndClean(services, kind, endings, (room) => admitter.fill(room)),
          logger: services.logger,
        },
        observer,
      ),
      concurrency: parse.concurrency + Math.ceil(parse.concurrency * OVERLAP),
      claim: (limit) => claimJobs(services, workerId, kind, limit),
      discard: (ending) => discardResult(services, ending),
      isOutage,
      findCancelRequests: (ids) => jobsToStop(services, ids),
      queue: services.queue,
      logger: services.logger,
    });
  const parsing = runner('parse', (job, signal, aside) =>
    runParseJob({ engine: parse, services }, job, signal, aside),
  );
  if (!extract) return [parsing];
  return [
    parsing,
    runner('extract', (job, signal) => runExtractJob({ parse, extract, services }, job, signal)),
  ];
}
