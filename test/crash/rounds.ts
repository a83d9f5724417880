import { setTimeout as delay } from 'node:timers/promises';
import { waitUntil } from '../support/sheaf-server.ts';
import { crashSite, type CrashReport, type Kills } from './crash-run.ts';
import type { Load } from './ledger.ts';
import { prepareLoad } from './load.ts';
import { createRandom, type Random } from './random.ts';
import { openSite, type Site } from './site.ts';

export interface CrashRun {
  readonly rounds: number;
  /** Decides whom to kill and what the clients do; not when the machine does what. */
  readonly seed: number;
  /** How long everything may take to end after the last kill, in milliseconds. */
  readonly drainMs: number;
  /** Told after each round. */
  readonly onRound?: (round: number, killed: readonly string[]) => void;
}

const KILLS_PER_ROUND = { least: 1, most: 3 } as const;
const LONGEST_PAUSE_MS = 1_000;
/** A round begins when so many batches are open, or after a while without: something must be at stake. */
const OPEN_AT_START = 4;
const LONGEST_WAIT_MS = 5_000;
/** In this share of the rounds the next one begins while what was killed is still starting. */
const IMPATIENT_SHARE = 0.25;

/**
 * Kills parts of Sheaf again and again while clients create and cancel batches, lets everything come to its end, and
 * looks whether anything was lost, done twice or told wrongly.
 */
export async function crashRounds(run: CrashRun): Promise<CrashReport> {
  const random = createRandom(run.seed);
  const site = await openSite();
  return crashSite(site, {
    ...run,
    prepare: () => prepareLoad(site, random),
    kill: (load) => killInRounds(site, load, random, run),
  });
}

async function killInRounds(site: Site, load: Load, random: Random, run: CrashRun): Promise<Kills> {
  const open: number[] = [];
  const names = Object.keys(site.victims);
  const kills = Object.fromEntries(names.map((name) => [name, 0]));
  // Drawn without putting back, so that each kind has its share also in a short run.
  let bag: string[] = [];
  for (let round = 1; round <= run.rounds; round++) {
    await waitUntil(() => load.open >= OPEN_AT_START, LONGEST_WAIT_MS, 'open batches').catch(() => undefined);
    const killed: string[] = [];
    const wanted = random.integer(KILLS_PER_ROUND.least, KILLS_PER_ROUND.most);
    while (killed.length < wanted) {
      await delay(random.integer(0, LONGEST_PAUSE_MS));
      if (bag.length === 0) bag = random.shuffle(names);
      open.push(load.open);
      const position = bag.findIndex((name) => site.victims[name]?.(random));
      killed.push(...bag.splice(position, position < 0 ? 0 : 1));
      // Nothing of what is left can be killed before it lives again.
      if (position < 0) break;
    }
    for (const victim of killed) kills[victim] = (kills[victim] ?? 0) + 1;
    run.onRound?.(round, killed);
    const revived = site.reviveAll();
    if (random.chance(IMPATIENT_SHARE))
      await Promise.race([revived, delay(random.integer(0, LONGEST_PAUSE_MS))]);
    else await revived;
  }
  return { kills, openAtKills: open.reduce((sum, count) => sum + count, 0) / open.length };
}
