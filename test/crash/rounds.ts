import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '../../src/store/database.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import type { Answers } from './counting-client.ts';
import { prepareLoad, type Load, type LoadCounts } from './load.ts';
import { createRandom, type Random } from './random.ts';
import { openSite, type Site } from './site.ts';
import { verifyAnswers, type AnswerCounts } from './verify-answers.ts';
import { verifyRows, type RowCounts } from './verify-rows.ts';

export interface CrashRun {
  readonly rounds: number;
  /** Decides whom to kill and what the clients do; not when the machine does what. */
  readonly seed: number;
  /** How long everything may take to end after the last kill, in milliseconds. */
  readonly drainMs: number;
  /** Told after each round. */
  readonly onRound?: (round: number, killed: readonly string[]) => void;
}

export interface CrashReport {
  readonly seed: number;
  /** Everything that is not as it must be; empty in a good run. */
  readonly problems: readonly string[];
  readonly kills: Readonly<Record<string, number>>;
  readonly failedStarts: readonly string[];
  readonly load: Readonly<LoadCounts>;
  readonly answers: Answers;
  readonly acknowledged: number;
  /** Batches that were open when something was killed, on average. */
  readonly openAtKills: number;
  readonly drainSeconds: number;
  readonly seen: AnswerCounts;
  readonly rows: RowCounts;
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
  let good = false;
  try {
    const report = await crashSite(site, random, run);
    good = report.problems.length === 0;
    return good ? report : { ...report, problems: [...report.problems, `the logs are in ${site.logDir}`] };
  } finally {
    await site.remove({ logs: good });
  }
}

async function crashSite(site: Site, random: Random, run: CrashRun): Promise<CrashReport> {
  await site.reviveAll();
  const load = await prepareLoad(site, random);
  load.start();
  const { kills, openAtKills } = await killInRounds(site, load, random, run);
  await site.reviveAll();
  await load.stop();
  const verdict = await judge(site, load, run.drainMs);
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
      ...load.wrongs,
      ...site.processes.flatMap((one) => one.ownEnds),
      ...leftOver,
    ],
  };
}

async function killInRounds(
  site: Site,
  load: Load,
  random: Random,
  run: CrashRun,
): Promise<Pick<CrashReport, 'kills' | 'openAtKills'>> {
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

export type Verdict = Pick<CrashReport, 'problems' | 'drainSeconds' | 'seen' | 'rows'>;

/** Lets everything end and looks at it from both sides. */
export async function judge(site: Site, load: Load, drainMs: number): Promise<Verdict> {
  const stores = await site.openStores();
  try {
    const began = Date.now();
    const late = await drain(stores.db, drainMs);
    const drainSeconds = (Date.now() - began) / 1_000;
    const seen = await verifyAnswers(load.acknowledged);
    const rows = await verifyRows(stores, load.acknowledged);
    const problems = [...late, ...seen.problems, ...rows.problems];
    return { problems, drainSeconds, seen: seen.counts, rows: rows.counts };
  } finally {
    await stores.close();
  }
}

async function countOpen(db: Database): Promise<number> {
  const open = await db
    .selectFrom('batches')
    .select('id')
    .where('status', 'in', ['PENDING', 'THROTTLED', 'RUNNING'])
    .execute();
  return open.length;
}

/** @returns a problem where batches are still open after the time */
async function drain(db: Database, timeoutMs: number): Promise<string[]> {
  try {
    await waitUntil(async () => (await countOpen(db)) === 0, timeoutMs, 'every batch to end');
    return [];
  } catch (error) {
    return [(error as Error).message];
  }
}
