import { idFromUuid, uuidOf } from '../model/ids.ts';
import type { JobKind } from '../model/job-states.ts';
import { admitJobs, lockFreeProjects, lockProjects } from '../queue/admission.ts';
import type { Ticket } from '../queue/port.ts';
import { NO_FILES, type BatchCounters } from '../store/batches.ts';
import { lockCachedResults } from '../store/cached-results.ts';
import type { Transaction } from '../store/database.ts';
import {
  findCancelRequests,
  findOpenJobs,
  finishJobs,
  lockAttempts,
  resultKeys,
  returnJobs,
  startJobs,
  type FinishedJob,
  type RunnableJob,
} from '../store/jobs.ts';
import { markGarbage } from '../store/retention.ts';
import { insertFinishedParses, setParseJobs, type FinishedParse } from '../store/single-jobs.ts';
import { inTransaction } from '../store/transaction.ts';
import { countEndedFiles, startNextThrottled } from './batch-progress.ts';
import type { Services } from './context.ts';
import { recordJobEvents } from './job-events.ts';

export type { FinishedJob } from '../store/jobs.ts';
export type { StoredResult } from '../store/schema.ts';
export type { FinishedParse } from '../store/single-jobs.ts';

/** A job that a worker holds. */
export interface ClaimedJob extends RunnableJob {
  readonly ticket: Ticket;
}

const PREFIX = { parse: 'parseJob', extract: 'extractJob' } as const;

/**
 * Claims up to `limit` admitted jobs for a worker and marks them RUNNING, in one transaction, in the order of their
 * turns. That none is claimed means that none waited when this began, or that somebody else is at work on those that do.
 */
export async function claimJobs(
  services: Services,
  workerId: string,
  kind: JobKind,
  limit: number,
): Promise<ClaimedJob[]> {
  for (;;) {
    const { claimed, settled } = await claimOnce(services, workerId, kind, limit);
    // Tickets of jobs that have ended may lie before those of jobs that wait; they are gone now.
    if (claimed.length > 0 || settled === 0) return claimed;
  }
}

/** Claims tickets and their jobs. What cannot be started is given back, or `settled` where its job has ended. */
async function claimOnce(
  services: Services,
  workerId: string,
  kind: JobKind,
  limit: number,
): Promise<{ claimed: ClaimedJob[]; settled: number }> {
  return inTransaction(services.db, async (tx) => {
    const tickets = await services.queue.claim(tx, kind, limit);
    if (tickets.length === 0) return { claimed: [], settled: 0 };
    const claims = tickets.map((ticket) => ({
      jobId: idFromUuid(PREFIX[kind], ticket.id),
      attempt: ticket.generation + 1,
    }));
    const idle = new Map(tickets.map((ticket) => [ticket.id, ticket]));
    const claimed: ClaimedJob[] = [];
    for (const job of await startJobs(tx, workerId, claims)) {
      const ticket = idle.get(uuidOf(job.id));
      if (!ticket) continue;
      claimed.push({ ...job, ticket });
      idle.delete(ticket.id);
    }
    await recordJobEvents(tx, services, begun(claimed));
    return { claimed, settled: await releaseIdleTickets(tx, services, kind, [...idle.values()]) };
  });
}

/** Jobs that somebody is to be told of, as far as they run; one that is only claimed to be ended does not. */
function begun(claimed: readonly ClaimedJob[]): { id: string; status: 'RUNNING' }[] {
  return claimed.filter((job) => job.heard && !job.cancelled).map(({ id }) => ({ id, status: 'RUNNING' }));
}

/**
 * Gives back or settles tickets of jobs that could not be started: a cancel is at work on the job right now, or it has
 * ended.
 * @returns how many were settled
 */
async function releaseIdleTickets(
  tx: Transaction,
  services: Services,
  kind: JobKind,
  tickets: readonly Ticket[],
): Promise<number> {
  if (tickets.length === 0) return 0;
  const idOf = (ticket: Ticket): string => idFromUuid(PREFIX[kind], ticket.id);
  const open = await findOpenJobs(tx, tickets.map(idOf));
  await services.queue.release(
    tx,
    kind,
    tickets.filter((ticket) => open.has(idOf(ticket))),
  );
  const settled = await services.queue.settle(
    tx,
    kind,
    tickets.filter((ticket) => !open.has(idOf(ticket))),
  );
  return settled.size;
}

/** How a claimed job ended, or that it is to be run again. */
export type Ending = {
  readonly job: ClaimedJob;
  /** A parse that an extract job has made on its way, however that ended: it becomes a job of its own. */
  readonly parse?: FinishedParse;
} & (
  | { readonly finished: FinishedJob }
  /** The worker stops before the job did, or Sheaf itself failed (`fault`): somebody takes it again. */
  | { readonly returned: true; readonly fault?: boolean }
);
type Finished = Extract<Ending, { finished: FinishedJob }>;
type Returned = Extract<Ending, { returned: true }>;

/**
 * Commits ends of jobs, as {@link commitEnds} does, and admits the next ones.
 * @returns the ids of jobs whose work did not count, so that what they wrote can be removed
 */
export async function commitEndings(
  services: Services,
  kind: JobKind,
  endings: readonly Ending[],
): Promise<Set<string>> {
  const { refused, room } = await commitEnds(services, kind, endings);
  await admitNext(services, room);
  return refused;
}

/** What a commit of ends has made room for. */
export interface Room {
  /** Projects with free slots. */
  readonly projects: ReadonlySet<string>;
  /** Projects of batches that ended: another batch may start. */
  readonly endedBatchOf: ReadonlySet<string>;
}

/**
 * Commits ends of jobs: results, statuses, batch counters and queue, in one transaction. Only tickets that are still
 * held count; the work of a worker that was given up on is refused.
 *
 * Ends need no project's lock, since they only take jobs off what its limit counts, and the batch's only for the last
 * of the statements: workers commit beside each other, whoever's jobs they have. The caller has to fill the slots that
 * have become free ({@link admitNext}); should it die before it does, a sweep will.
 */
export async function commitEnds(
  services: Services,
  kind: JobKind,
  endings: readonly Ending[],
): Promise<{ refused: Set<string>; room: Room }> {
  const { refused, endedBatchOf, isHeard } = await inTransaction(services.db, async (tx) => {
    await lockAttempts(
      tx,
      endings.map(({ job }) => job),
    );
    const sound = await withoutLostResults(tx, endings);
    const returned = sound.filter((ending): ending is Returned => 'returned' in ending);
    await commitReturned(tx, services, kind, returned);
    return commitFinished(tx, services, kind, sound);
  });
  services.hints.send(isHeard ? 'work' : 'progress');
  const projects = new Set(endings.map(({ job }) => job.project_id));
  return {
    refused: await withoutCommitted(services, refused),
    // What is refused may have been committed by an earlier try whose answer was lost, and have ended a batch.
    room: { projects, endedBatchOf: refused.length > 0 ? projects : endedBatchOf },
  };
}

/**
 * Fills the slots that have become free, and lets batches that wait for another's end start. Projects that somebody
 * else has locked come last, one by one, so that nobody waits for one project with the lock of another.
 */
export async function admitNext(services: Services, { projects, endedBatchOf }: Room): Promise<void> {
  const admit = async (tx: Transaction, projectIds: readonly string[]): Promise<number> => {
    for (const id of projectIds) if (endedBatchOf.has(id)) await startNextThrottled(tx, services, id);
    return admitJobs(tx, services.queue, projectIds, services.limits.maxRunningJobsPerProject);
  };
  const done = await inTransaction(services.db, async (tx) => {
    const free = await lockFreeProjects(tx, [...projects]);
    return { free, admitted: free.length > 0 ? await admit(tx, free) : 0 };
  });
  let { admitted } = done;
  for (const projectId of projects) {
    if (done.free.includes(projectId)) continue;
    admitted += await inTransaction(services.db, async (tx) => {
      await lockProjects(tx, [projectId]);
      return admit(tx, [projectId]);
    });
  }
  if (endedBatchOf.size > 0) services.hints.send('work');
  else if (admitted > 0) services.hints.send('progress');
}

/** A result that was to be used again may have been deleted meanwhile: its job is then run after all. */
async function withoutLostResults(tx: Transaction, endings: readonly Ending[]): Promise<Ending[]> {
  const uses = endings.flatMap((ending) => {
    if (!('finished' in ending)) return [];
    const { cachedFrom, result } = ending.finished;
    return cachedFrom !== undefined && result ? [{ jobId: cachedFrom, key: result.key }] : [];
  });
  const kept = await lockCachedResults(tx, uses);
  return endings.map((ending) => {
    const source = 'finished' in ending ? ending.finished.cachedFrom : undefined;
    if (source === undefined || kept.has(source)) return ending;
    const { job, parse } = ending;
    return { job, returned: true, ...(parse && { parse }) };
  });
}

async function commitReturned(
  tx: Transaction,
  services: Services,
  kind: JobKind,
  endings: readonly Returned[],
): Promise<void> {
  const released = await services.queue.release(
    tx,
    kind,
    endings.map(({ job }) => job.ticket),
  );
  await keepParses(tx, endings, released);
  for (const fault of [false, true]) {
    const jobs = endings.filter(
      (ending) => (ending.fault ?? false) === fault && released.has(ending.job.ticket.id),
    );
    await returnJobs(
      tx,
      jobs.map(({ job }) => job.id),
      { because: fault ? 'fault' : 'stop' },
    );
  }
}

interface CommittedEnds {
  readonly refused: readonly FinishedJob[];
  /** Whether there are events of jobs to deliver. */
  readonly isHeard: boolean;
  /** Projects of batches that ended. */
  readonly endedBatchOf: ReadonlySet<string>;
}

async function commitFinished(
  tx: Transaction,
  services: Services,
  kind: JobKind,
  endings: readonly Ending[],
): Promise<CommittedEnds> {
  const candidates = endings.filter((ending): ending is Finished => 'finished' in ending);
  const held = await services.queue.settle(
    tx,
    kind,
    candidates.map(({ job }) => job.ticket),
  );
  await keepParses(tx, candidates, held);
  const counted = candidates.filter(({ job }) => held.has(job.ticket.id));
  const written = await finishJobs(
    tx,
    counted.map(({ finished }) => finished),
  );
  const heard = new Set(counted.flatMap(({ job }) => (job.heard ? [job.id] : [])));
  await recordJobEvents(
    tx,
    services,
    written.filter(({ id }) => heard.has(id)),
  );
  const ended = await countEndedFiles(tx, countByBatch(written));
  const ids = new Set(written.map((row) => row.id));
  return {
    refused: candidates.filter(({ job }) => !ids.has(job.id)).map(({ finished }) => finished),
    isHeard: heard.size > 0,
    endedBatchOf: new Set(ended.map((batch) => batch.project_id)),
  };
}

/**
 * Records the parses that extract jobs have made, which stand on them from now on. Those of tickets that are held no
 * more are left to the janitor, who looks whether an earlier commit has recorded them after all.
 */
async function keepParses(
  tx: Transaction,
  endings: readonly Ending[],
  held: ReadonlySet<string>,
): Promise<void> {
  const made = endings.flatMap(({ job, parse }) => (parse ? [{ job, parse }] : []));
  const kept = made.filter(({ job }) => held.has(job.ticket.id));
  await insertFinishedParses(
    tx,
    kept.map(({ parse }) => parse),
  );
  await setParseJobs(
    tx,
    kept.map(({ job, parse }) => ({ id: job.id, parseJobId: parse.id })),
  );
  const lost = made.filter(({ job }) => !held.has(job.ticket.id));
  await markGarbage(
    tx,
    lost.map(({ parse }) => parse.result.key),
  );
}

/** Leaves bytes that no row points to, as far as is known, to the janitor. */
export async function leaveToJanitor(services: Services, keys: readonly string[]): Promise<void> {
  await inTransaction(services.db, (tx) => markGarbage(tx, keys));
}

function countByBatch(rows: Awaited<ReturnType<typeof finishJobs>>): Map<string, BatchCounters> {
  const byBatch = new Map<string, BatchCounters>();
  for (const row of rows) {
    if (!row.batch_id) continue;
    const before = byBatch.get(row.batch_id) ?? NO_FILES;
    byBatch.set(row.batch_id, {
      completed: before.completed + Number(row.status === 'COMPLETED'),
      failed: before.failed + Number(row.status === 'FAILED'),
      cancelled: before.cancelled + Number(row.status === 'CANCELLED'),
      pages: before.pages + (row.pages ?? 0),
    });
  }
  return byBatch;
}

/**
 * A refused job may be one whose commit succeeded although its answer was lost with the connection: then the
 * result that the row points at is this very one. Of a job that was deleted since nobody can say; its bytes are left
 * to the janitor, who looks whether anybody else uses them.
 */
async function withoutCommitted(services: Services, refused: readonly FinishedJob[]): Promise<Set<string>> {
  if (refused.length === 0) return new Set();
  const current = await resultKeys(
    services.db,
    refused.map((job) => job.id),
  );
  const isCommitted = (job: FinishedJob): boolean =>
    !current.has(job.id) || (job.result !== null && current.get(job.id) === job.result.key);
  return new Set(refused.filter((job) => !isCommitted(job)).map((job) => job.id));
}

/** Which of these running jobs somebody wants stopped, or are no longer this worker's to run. */
export async function jobsToStop(services: Services, ids: readonly string[]): Promise<string[]> {
  return findCancelRequests(services.db, ids);
}
