import type { Logger } from '../logger.ts';
import type { JobKind } from '../model/job-states.ts';
import { isShortage } from '../model/shortage.ts';
import { HEARTBEAT_SECONDS, type JobQueue } from '../queue/port.ts';
import { pause } from '../services/pause.ts';
import type { ClaimedJob, Ending } from '../services/run-jobs.ts';
import { createCommitter } from './committer.ts';
import { cancelled } from './job-endings.ts';

/** What a runner needs of the rest of the program. */
export interface JobRunnerParts {
  readonly kind: JobKind;
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  readonly claim: (limit: number) => Promise<ClaimedJob[]>;
  readonly run: (job: ClaimedJob, signal: AbortSignal, aside: StepAside) => Promise<Ending>;
  readonly commit: (endings: readonly Ending[]) => Promise<void>;
  readonly findCancelRequests: (ids: readonly string[]) => Promise<string[]>;
  /** Removes what an attempt wrote whose lease was lost. */
  readonly discard: (ending: Ending) => Promise<void>;
  /** Whether an error tells of a database that is away, rather than of what was asked of it. */
  readonly isOutage: (error: unknown) => boolean;
  readonly queue: Pick<JobQueue, 'heartbeat'>;
  readonly logger: Logger;
}

/** Waits for somebody else's work, for which another job may run in this one's place. */
export type StepAside = <T>(wait: Promise<T>) => Promise<T>;

/** Why a running job was aborted. */
type AbortReason = 'cancelled' | 'lease lost' | 'stopping';

interface RunningJob {
  readonly job: ClaimedJob;
  readonly controller: AbortController;
  readonly startedAt: number;
}

/** Polling is the floor under the hints: work that nobody told of starts within this time. */
const POLL_MS = 1_000;
/** After a fault of Sheaf's own parts, no job is claimed for this long; it doubles up to the maximum. */
const FIRST_PAUSE_MS = 1_000;
const MAX_PAUSE_MS = 30_000;
/** Jobs are claimed ahead for about this much work, so that no slot waits for the database between small documents. */
const CLAIM_AHEAD_MS = 250;
const MAX_CLAIM_AHEAD = 64;
/** Jobs that others may stand in for at a time; more keep their places. */
const MAX_ASIDE = 16;

/** What an aborted run, or a last commit, may take at most when the worker stops. */
const ABORT_MS = 5_000;

/**
 * Runs the jobs of one kind: claims them ahead of need, keeps their leases alive, aborts those that are cancelled
 * or lost, and hands every end to the committer.
 */
export interface JobRunner {
  start(): void;
  /** There may be work. */
  wake(): void;
  /** Somebody may have asked for a job of this runner to stop. */
  checkCancels(): Promise<void>;
  /** Claims nothing more, lets running jobs end within the grace time, gives the others back. */
  stop(graceMs: number): Promise<void>;
}

export function createJobRunner(parts: JobRunnerParts): JobRunner {
  const { logger } = parts;
  const ready: ClaimedJob[] = [];
  const running = new Map<string, RunningJob>();
  /** Running jobs that only wait for somebody else. */
  const aside = new Set<RunningJob>();
  /** Jobs that have ended and whose end is not committed yet; their leases must live on. */
  const ended = new Set<ClaimedJob>();
  /** No job is to blame, and time mends it. */
  const isPassing = (error: unknown): boolean => isShortage(error) || parts.isOutage(error);
  const committer = createCommitter(parts.commit, {
    logger,
    more: () => running.size > 0,
    isTransient: isPassing,
    settled: (ending) => ended.delete(ending.job),
  });
  const commit = (ending: Ending): void => {
    ended.add(ending.job);
    committer.add(ending);
  };
  let claiming: Promise<void> | undefined;
  let wokenWhileClaiming = false;
  let stopping = false;
  let pauseMs = 0;
  let pausedUntil = 0;
  let averageMs = CLAIM_AHEAD_MS;
  let idle: (() => void) | undefined;
  let pollTimer: NodeJS.Timeout | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;

  /** Places that are taken. */
  const busy = (): number => running.size - Math.min(aside.size, MAX_ASIDE);

  /** How many jobs to claim: none until three quarters of what is claimed ahead are used up, so that claims are few and large. */
  const room = (): number => {
    const ahead = Math.min(
      MAX_CLAIM_AHEAD,
      Math.floor((parts.concurrency * CLAIM_AHEAD_MS) / Math.max(averageMs, 1)),
    );
    if (ready.length > ahead / 4) return 0;
    return parts.concurrency + ahead - busy() - ready.length;
  };

  const pump = (): void => {
    wokenWhileClaiming = true;
    claiming ??= claim().finally(() => {
      claiming = undefined;
      // Somebody may have called between the last look and here.
      if (wokenWhileClaiming) pump();
    });
  };

  const claim = async (): Promise<void> => {
    try {
      while (wokenWhileClaiming) {
        wokenWhileClaiming = false;
        const wanted = room();
        if (stopping || wanted <= 0 || Date.now() < pausedUntil) break;
        const claimed = await parts.claim(wanted);
        takeOver(claimed);
        fill();
        if (claimed.length === wanted) wokenWhileClaiming = true;
      }
    } catch (error) {
      logger.warn({ err: error, kind: parts.kind }, 'no jobs could be claimed; trying again');
      rest();
    }
    if (stopping) giveBackReady();
  };

  const fill = (): void => {
    while (!stopping && busy() < parts.concurrency) {
      // An attempt whose lease was lost may still be ending here; the next one waits for it.
      const position = ready.findIndex((job) => !running.has(job.id));
      const [job] = position < 0 ? [] : ready.splice(position, 1);
      if (!job) return;
      void execute(job);
    }
  };

  /** A job that comes again while it is in hand: its lease ran out, and this very worker claimed it anew. */
  const takeOver = (claimed: readonly ClaimedJob[]): void => {
    for (const job of claimed) {
      running.get(job.id)?.controller.abort('lease lost' satisfies AbortReason);
      const stale = ready.findIndex((candidate) => candidate.id === job.id);
      if (stale >= 0) ready.splice(stale, 1);
    }
    ready.push(...claimed);
  };

  const execute = async (job: ClaimedJob): Promise<void> => {
    const entry = { job, controller: new AbortController(), startedAt: Date.now() };
    running.set(job.id, entry);
    try {
      const ending = await parts.run(job, entry.controller.signal, (wait) => stepAside(entry, wait));
      settle(entry, ending);
      pauseMs = 0;
    } catch (error) {
      logger.error({ err: error, jobId: job.id }, 'a job could not be run; it is given back');
      const ours = isPassing(error);
      commit({ job, returned: true, fault: !ours });
      if (ours) rest();
    } finally {
      noteDuration(Date.now() - entry.startedAt);
      running.delete(job.id);
      fill();
      pump();
      if (running.size === 0) {
        committer.hurry();
        idle?.();
      }
    }
  };

  const stepAside = async <T>(entry: RunningJob, wait: Promise<T>): Promise<T> => {
    aside.add(entry);
    fill();
    pump();
    try {
      return await wait;
    } finally {
      aside.delete(entry);
    }
  };

  /** Long documents are noticed at once, so that none are held here while another worker has nothing to do. */
  const noteDuration = (ms: number): void => {
    averageMs += (ms - averageMs) * (ms > averageMs ? 0.5 : 0.1);
  };

  /** An aborted job ends as the abort's reason says; one that ended just before the abort ends as it did. */
  const settle = ({ job, controller }: RunningJob, ending: Ending): void => {
    const reason = controller.signal.aborted ? (controller.signal.reason as AbortReason) : undefined;
    if (reason === 'lease lost') {
      void parts
        .discard(ending)
        .catch((error: unknown) => logger.warn({ err: error }, 'a late result stays behind'));
    } else if ('returned' in ending && reason === 'cancelled')
      commit({ ...(ending.parse && { parse: ending.parse }), job, finished: cancelled(job) });
    else commit(ending);
  };

  /** What every job would meet now (a full disk, a database that is away) is waited for. */
  const rest = (): void => {
    pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), MAX_PAUSE_MS);
    pausedUntil = Date.now() + pauseMs;
  };

  const heldJobs = (): ClaimedJob[] => [...ready, ...[...running.values()].map((entry) => entry.job)];

  const heartbeat = async (): Promise<void> => {
    const held = [...heldJobs(), ...ended];
    try {
      const alive = await parts.queue.heartbeat(
        parts.kind,
        held.map((job) => job.ticket),
      );
      for (const job of held) {
        if (alive.has(job.ticket.id)) continue;
        const entry = running.get(job.id);
        if (entry?.job === job) entry.controller.abort('lease lost' satisfies AbortReason);
        const position = ready.indexOf(job);
        if (position >= 0) ready.splice(position, 1);
      }
      await checkCancels();
    } catch (error) {
      logger.warn({ err: error }, 'a heartbeat failed; the leases may run out');
    }
  };

  const checkCancels = async (): Promise<void> => {
    const ids = heldJobs().map((job) => job.id);
    if (ids.length === 0) return;
    const wanted = new Set(await parts.findCancelRequests(ids));
    for (const job of ready.filter((candidate) => wanted.has(candidate.id))) {
      ready.splice(ready.indexOf(job), 1);
      commit({ job, finished: cancelled(job) });
    }
    for (const id of wanted) running.get(id)?.controller.abort('cancelled' satisfies AbortReason);
  };

  const giveBackReady = (): void => {
    for (const job of ready.splice(0)) commit({ job, returned: true });
  };

  return {
    start() {
      pollTimer = setInterval(pump, POLL_MS);
      heartbeatTimer = setInterval(() => void heartbeat(), HEARTBEAT_SECONDS * 1_000);
      pump();
    },
    wake: pump,
    async checkCancels() {
      const check = (): Promise<void> =>
        checkCancels().catch((error: unknown) => logger.warn({ err: error }, 'a cancel was not seen yet'));
      // Jobs of a claim that is under way may be marked as this runner's before it hears of them.
      await Promise.all([check(), claiming?.then(check)]);
    },
    async stop(graceMs) {
      stopping = true;
      clearInterval(pollTimer);
      await claiming;
      giveBackReady();
      if (running.size > 0) {
        const allEnded = new Promise<void>((resolve) => (idle = resolve));
        const timer = setTimeout(() => {
          for (const entry of running.values()) entry.controller.abort('stopping' satisfies AbortReason);
        }, graceMs);
        // A run that does not heed its signal must not keep the process: its lease runs out.
        await within(allEnded, graceMs + ABORT_MS);
        clearTimeout(timer);
      }
      await within(committer.drained(), graceMs + ABORT_MS);
      committer.abandon();
      clearInterval(heartbeatTimer);
    },
  };
}

/** Waits for the promise, but not longer than this. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  void promise.then(() => over.abort());
  await pause(ms, over.signal);
}
