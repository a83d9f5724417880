import { setTimeout as delay } from 'node:timers/promises';
import { crashSite, type CrashReport, type Kills } from '../crash/crash-run.ts';
import type { Load } from '../crash/ledger.ts';
import { createRandom } from '../crash/random.ts';
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
  return crashSite(site, {
    ...run,
    prepare: () => prepareClusterLoad(site, run),
    kill: (load) => killInOrder(site, load, run),
    verify: ({ db }) => verifyArrivals(db, site.receiver, run.drainMs),
  });
}

async function killInOrder(site: ClusterSite, load: Load, { seed, onKill }: ClusterRun): Promise<Kills> {
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
