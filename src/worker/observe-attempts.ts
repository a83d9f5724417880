import { withLogContext, type Logger } from '../logger.ts';
import type { JobKind } from '../model/job-states.ts';
import type { ObservedEnd, WorkObserver } from '../model/observations.ts';
import type { ClaimedJob, Ending } from '../services/run-jobs.ts';
import type { JobRunnerParts } from './job-runner.ts';

/** What one kind's attempts are made of, before somebody looks on. */
interface Attempts {
  readonly kind: JobKind;
  readonly run: JobRunnerParts['run'];
  /** @returns the ids of jobs whose work did not count */
  readonly commit: (endings: readonly Ending[]) => Promise<ReadonlySet<string>>;
  readonly logger: Logger;
}

/** How long an attempt took, and when it ended. */
type Span = Required<Pick<ObservedEnd, 'seconds' | 'endedAt'>>;

/**
 * Lets an observer look on: every attempt is timed and logs with its ids, and is told of once its end is committed, so
 * that nothing counts that was refused or is yet to be tried again.
 */
export function observeAttempts(
  { kind, run, commit, logger }: Attempts,
  observer: WorkObserver | undefined,
): Pick<JobRunnerParts, 'run' | 'commit'> {
  const spans = new WeakMap<ClaimedJob, Span>();
  return {
    async run(job, signal, aside) {
      const begun = performance.now();
      try {
        return await withLogContext(contextOf(job), () => run(job, signal, aside));
      } finally {
        spans.set(job, { seconds: (performance.now() - begun) / 1000, endedAt: Date.now() });
      }
    },
    async commit(endings) {
      const refused = await commit(endings);
      if (refused.size > 0) observer?.resultsRefused(kind, refused.size);
      for (const ending of endings) {
        if (refused.has(ending.job.id)) continue;
        const end = describe(ending, spans.get(ending.job));
        observer?.attemptEnded(end);
        tell(logger, end);
      }
    },
  };
}

/** The line by which a job can be followed: from its request over its batch */
function tell(logger: Logger, end: ObservedEnd): void {
  const { endedAt: _, seconds, batchId, errorCode, ...told } = end;
  const line = {
    ...told,
    ...(batchId !== null && { batchId }),
    ...(errorCode !== null && { errorCode }),
    ...(seconds !== undefined && { seconds: Math.round(seconds * 1000) / 1000 }),
  };
  logger.info(line, 'job ended');
}

function contextOf({ id, batch_id: batchId, project_id: projectId, attempt }: ClaimedJob) {
  return { jobId: id, ...(batchId !== null && { batchId }), projectId, attempt };
}

const OUTCOMES = { COMPLETED: 'completed', FAILED: 'failed', CANCELLED: 'cancelled' } as const;

function describe(ending: Ending, span: Span | undefined): ObservedEnd {
  const { job } = ending;
  const about = {
    kind: job.kind,
    seconds: span?.seconds,
    endedAt: span?.endedAt ?? Date.now(),
    jobId: job.id,
    batchId: job.batch_id,
    projectId: job.project_id,
    attempt: job.attempt,
  };
  if (!('finished' in ending)) {
    const outcome = ending.fault ? 'fault' : 'returned';
    return { ...about, outcome, errorCode: null, reused: false, pages: 0 };
  }
  const { status, errorCode, pages, cachedFrom } = ending.finished;
  return {
    ...about,
    outcome: OUTCOMES[status],
    errorCode,
    reused: cachedFrom !== undefined,
    pages: pages ?? 0,
  };
}
