import { setTimeout as delay } from 'node:timers/promises';
import type { Load } from '../crash/load.ts';
import { createRandom } from '../crash/random.ts';
import { judge, type CrashReport } from '../crash/rounds.ts';
import { prepareClusterLoad, type ClusterLoadSize } from './load.ts';
import { openClusterSite, type ClusterSite } from './site.ts';
import { verifyArrivals } from './verify-arrivals.ts';

export interface ClusterRun extends ClusterLoadSize {
  readonly seed: number;
  readonly drainMs: number;
  /** Told of every kill. */
  readonly onKill?: (victim: string, openBatches: number) => void;
}

/** After each kill what died stays dead for so long. */
const DEAD_MS = { least: 200, most: 2_000 } as const;
const BETWEEN_KILLS_MS = { least: 500, most: 2_000 } as const;

/**
 * Everything is killed once in order: servers, workers, a process that parses, the database, the object store; then in
 * any order for as long as batches are open. Everything then comes to its end, and is looked at from all sides.
 */
export async function clusterRounds(run: ClusterRun): Promise<CrashReport> {
  const site = await openClusterSite();
  let good = false;
  try {
    const report = await crashCluster(site, run);
    good = report.problems.length === 0;
    return good ? report : { ...report, problems: [...report.problems, `the logs are in ${site.logDir}`] };
  } finally {
    await site.remove({ logs: good });
  }
}

async function crashCluster(site: ClusterSite, run: ClusterRun): Promise<CrashReport> {
  await site.reviveAll();
  const load = await prepareClusterLoad(site, run);
  load.start();
  const { kills, openAtKills } = await killInOrder(site, load, run);
  await site.reviveAll();
  await load.stop();
  const verdict = await judge(site, load, run.drainMs);
  const stores = await site.openStores();
  const arrivals = await verifyArrivals(stores.db, site.receiver, run.drainMs);
  await stores.close();
  const leftOver = (await site.stop()).map((left) => `still runs after the stop: ${left}`);
  return {
    seed: run.seed,
    kills,
    openAtKills,
    failedStarts: site.processes.flatMap((one) => one.failedStarts),
    load: load.counts,
    answers: load.answers,
    acknowledged: load.acknowledged.length,
    ...verdict,
    problems: [
      ...verdict.problems,
      ...arrivals,
      ...load.wrongs,
      ...site.processes.flatMap((one) => one.ownEnds),
      ...leftOver,
    ],
  };
}

async function killInOrder(
  site: ClusterSite,
  load: Load,
  { seed, onKill }: ClusterRun,
): Promise<Pick<CrashReport, 'kills' | 'openAtKills'>> {
  const random = createRandom(seed);
  const names = Object.keys(site.victims);
  const kills = Object.fromEntries(names.map((name) => [name, 0]));
  const open: number[] = [];
  let waiting = [...names];
  while (load.open > 0) {
    await delay(random.integer(BETWEEN_KILLS_MS.least, BETWEEN_KILLS_MS.most));
    if (waiting.length === 0) waiting = random.shuffle(names);
    const position = waiting.findIndex((name) => site.victims[name]?.(random));
    const [victim] = waiting.splice(position, position < 0 ? 0 : 1);
    if (victim !== undefined) {
      open.push(load.open);
      kills[victim] = (kills[victim] ?? 0) + 1;
      onKill?.(victim, load.open);
    }
    await delay(random.integer(DEAD_MS.least, DEAD_MS.most));
    await site.reviveAll();
  }
  return { kills, openAtKills: open.reduce((sum, count) => sum + count, 0) / Math.max(1, open.length) };
}
