/** A worker of Sheaf whose jobs end as they begin: real claims, commits, starts of batches and hints, and no engine. */
import { enterWorker, leaveWorker } from '../src/services/rescue.ts';
import { isDatabaseOutage } from '../src/services/health.ts';
import { claimJobs, commitEnds, jobsToStop } from '../src/services/run-jobs.ts';
import { createAdmitter } from '../src/worker/admitter.ts';
import { atMostEvery } from '../src/worker/at-most-every.ts';
import { createBatchStarter } from '../src/worker/batch-starter.ts';
import { createJobRunner } from '../src/worker/job-runner.ts';
import { ending } from '../test/support/batch-scenes.ts';
import { openScaleServices, type ScaleSettings } from './scale-services.ts';

/** What a worker of two parse processes has. */
const CONCURRENCY = 3;
/** As in a real worker. */
const WAKE_MS = 50;

const settings = JSON.parse(process.argv[2] ?? '') as ScaleSettings;
const { services, close } = await openScaleServices(settings);
const workerId = await enterWorker(services);
const starter = createBatchStarter(services);
const admitter = createAdmitter(services);
const runner = createJobRunner({
  kind: 'parse',
  concurrency: CONCURRENCY,
  claim: (limit) => claimJobs(services, workerId, 'parse', limit),
  run: (job) => Promise.resolve(ending(job)),
  commit: async (endings) => admitter.fill((await commitEnds(services, 'parse', endings)).room),
  discard: () => Promise.resolve(),
  isOutage: isDatabaseOutage,
  findCancelRequests: (ids) => jobsToStop(services, ids),
  queue: services.queue,
  logger: services.logger,
});
const wakeRunner = atMostEvery(WAKE_MS, () => runner.wake());
const unsubscribe = services.hints.subscribe((hint) => {
  wakeRunner.call();
  if (hint !== 'progress') starter.wake();
});
process.once('disconnect', () => void stop());
starter.start();
runner.start();
process.send?.('ready');

async function stop(): Promise<void> {
  unsubscribe();
  wakeRunner.cancel();
  await Promise.all([starter.stop(), runner.stop(5_000)]);
  await admitter.stop();
  await leaveWorker(services, workerId);
  await close();
}
