import type { Logger } from '../logger.ts';
import type { JobKind } from '../model/job-states.ts';
import { HEARTBEAT_SECONDS, type JobQueue } from '../queue/port.ts';
import type { ClaimedJob, Ending } from '../services/run-jobs.ts';
import { createCommitter } from './committer.ts';
import { cancelled } from './parse-job.ts';

/** What a runner needs of the rest of the program. */
export interface JobRunnerParts {
  readonly kind: JobKind;
  /** Jobs that run at the same time. */
  readonly concurrency: number;
  readonly claim: (limit: number) => Promise<ClaimedJob[]>;
  readonly run: (job: ClaimedJob, signal: AbortSignal) => Promise<Ending>;
  readonly commit: (endings: readonly Ending[]) => Promise<void>;
  readonly findCancelRequests: (ids: readonly string[]) => Promise<string[]>;
  readonly queue: Pick<JobQueue, 'heartbeat'>;
  readonly logger: Logger;
}

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
const MAX_CLAIM_AHEAD = 16;

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
  const committer = createCommitter(parts.commit, { logger, more: () => running.size > 0 });
  let claiming: Promise<void> | undefined;
  let wokenWhileClaiming = false;
  let stopping = false;
  let pauseMs = 0;
  let pausedUntil = 0;
  let averageMs = CLAIM_AHEAD_MS;
  let idle: (() => void) | undefined;
  let pollTimer: NodeJS.Timeout | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;

  /** How many jobs to claim: none until half of what is claimed ahead is used up, so that claims are few and large. */
  const room = (): number => {
    const ahead = Math.min(
      MAX_CLAIM_AHEAD,
      Math.floor((parts.concurrency * CLAIM_AHEAD_MS) / Math.max(averageMs, 1)),
    );
    if (ready.length > ahead / 2) return 0;
    return parts.concurrency + ahead - running.size - ready.length;
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
        ready.push(...claimed);
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
    while (!stopping && running.size < parts.concurrency) {
      const job = ready.shift();
      if (!job) return;
      void execute(job);
    }
  };

  const execute = async (job: ClaimedJob): Promise<void> => {
    const entry = { job, controller: new AbortController(), startedAt: Date.now() };
    running.set(job.id, entry);
    try {
      const ending = await parts.run(job, entry.controller.signal);
      settle(entry, ending);
      pauseMs = 0;
    } catch (error) {
      logger.error({ err: error, jobId: job.id }, 'a job could not be run; it is given back');
      committer.add({ job, returned: true });
      rest();
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

  /** Long documents are noticed at once, so that none are held here while another worker has nothing to do. */
  const noteDuration = (ms: number): void => {
    averageMs += (ms - averageMs) * (ms > averageMs ? 0.5 : 0.1);
  };

  /** An aborted job ends as the abort's reason says; one that ended just before the abort ends as it did. */
  const settle = ({ job, controller }: RunningJob, ending: Ending): void => {
    const reason = controller.signal.aborted ? (controller.signal.reason as AbortReason) : undefined;
    if (reason === 'lease lost') return;
    if ('returned' in ending && reason === 'cancelled') committer.add({ job, finished: cancelled(job) });
    else committer.add(ending);
  };

  /** Faults of Sheaf's own parts (a full disk, a database that is away) would only repeat at once. */
  const rest = (): void => {
    pauseMs = Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), MAX_PAUSE_MS);
    pausedUntil = Date.now() + pauseMs;
  };

  const heldJobs = (): ClaimedJob[] => [...ready, ...[...running.values()].map((entry) => entry.job)];

  const heartbeat = async (): Promise<void> => {
    const held = heldJobs();
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
      committer.add({ job, finished: cancelled(job) });
    }
    for (const id of wanted) running.get(id)?.controller.abort('cancelled' satisfies AbortReason);
  };

  const giveBackReady = (): void => {
    for (const job of ready.splice(0)) committer.add({ job, returned: true });
  };

  return {
    start() {
      pollTimer = setInterval(pump, POLL_MS);
      heartbeatTimer = setInterval(() => void heartbeat(), HEARTBEAT_SECONDS * 1_000);
      pump();
    },
    wake: pump,
    async checkCancels() {
      await checkCancels().catch((error: unknown) =>
        logger.warn({ err: error }, 'a cancel was not seen yet'),
      );
    },
    async stop(graceMs) {
      stopping = true;
      clearInterval(pollTimer);
      await claiming;
      giveBackReady();
      if (running.size > 0) {
        const ended = new Promise<void>((resolve) => (idle = resolve));
        const timer = setTimeout(() => {
          for (const entry of running.values()) entry.controller.abort('stopping' satisfies AbortReason);
        }, graceMs);
        await ended;
        clearTimeout(timer);
      }
      const giveUp = setTimeout(() => committer.abandon(), graceMs + FIRST_PAUSE_MS);
      await committer.drained();
      clearTimeout(giveUp);
      clearInterval(heartbeatTimer);
    },
  };
}
