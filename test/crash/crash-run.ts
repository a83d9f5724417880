import type { Database } from '../../src/store/database.ts';
import { waitUntil } from '../support/sheaf-server.ts';
import type { Ledger, Load, LoadCounts } from './ledger.ts';
import type { Site, Stores } from './site.ts';
import { verifyAnswers, type AnswerCounts } from './verify-answers.ts';
import { verifyRows, type RowCounts } from './verify-rows.ts';

/** Whom it hit. */
export interface Kills {
  readonly kills: Readonly<Record<string, number>>;
  /** Batches that were open when something was killed, on average. */
  readonly openAtKills: number;
}

export interface CrashReport extends Kills {
  readonly seed: number;
  /** Everything that is not as it must be; empty in a good run. */
  readonly problems: readonly string[];
  readonly failedStarts: readonly string[];
  readonly load: Readonly<LoadCounts>;
  readonly answers: Ledger['answers'];
  readonly acknowledged: number;
  readonly drainSeconds: number;
  readonly seen: AnswerCounts;
  readonly rows: RowCounts;
}

/** What is done to a site. */
interface Crash {
  /** Decides whom to kill and what the clients do; not when the machine does what. */
  readonly seed: number;
  /** How long everything may take to end after the last kill, in milliseconds. */
  readonly drainMs: number;
  /** Readies the clients; the site is up. */
  readonly prepare: () => Promise<Load>;
  /** Kills while the clients work. What it leaves dead is started again. */
  readonly kill: (load: Load) => Promise<Kills>;
  /** Looks at more when everything has ended. @returns what is not as it must be */
  readonly verify?: (stores: Stores) => Promise<readonly string[]>;
}

/**
 * Kills parts of a site while clients work, lets everything come to its end, and looks whether anything was lost, done
 * twice or told wrongly. The site is removed in the end; its logs stay where there are problems.
 */
export async function crashSite(site: Site, crash: Crash): Promise<CrashReport> {
  let good = false;
  try {
    const report = await killAndJudge(site, crash);
    good = report.problems.length === 0;
    return good ? report : { ...report, problems: [...report.problems, `the logs are in ${site.logDir}`] };
  } finally {
    await site.remove({ logs: good });
  }
}

async function killAndJudge(site: Site, crash: Crash): Promise<CrashReport> {
  await site.reviveAll();
  const load = await crash.prepare();
  load.start();
  const kills = await crash.kill(load);
  await site.reviveAll();
  await load.stop();
  const verdict = await judge(site, load, crash);
  const leftOver = (await site.stop()).map((left) => `still runs after the stop: ${left}`);
  return {
    seed: crash.seed,
    ...kills,
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

type Verdict = Pick<CrashReport, 'problems' | 'drainSeconds' | 'seen' | 'rows'>;

/** Lets everything end and looks at it from both sides. */
async function judge(site: Site, { acknowledged }: Load, { drainMs, verify }: Crash): Promise<Verdict> {
  const stores = await site.openStores();
  try {
    const began = Date.now();
    const late = await drain(stores.db, drainMs);
    const drainSeconds = (Date.now() - began) / 1_000;
    const seen = await verifyAnswers(acknowledged);
    const rows = await verifyRows(stores, acknowledged);
    const more = (await verify?.(stores)) ?? [];
    const problems = [...late, ...seen.problems, ...rows.problems, ...more];
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
