import { hostname } from 'node:os';
import { newUuid, uuidOf } from '../model/ids.ts';
import { JOB_KINDS } from '../model/job-states.ts';
import { findUnmappedBatches } from '../store/batches.ts';
import { returnJobs } from '../store/jobs.ts';
import { PID_PLACE, processStart, START_UNKNOWN } from '../store/process-place.ts';
import { inTransaction } from '../store/transaction.ts';
import {
  forgetWorkers,
  listWorkersOfHost,
  lockJobsOfWorkers,
  registerWorker,
  type KnownWorker,
  type WorkerProcess,
} from '../store/workers.ts';
import type { Services } from './context.ts';

/** Enters this process among the workers. @returns its id, new for each start */
export async function enterWorker(services: Services): Promise<string> {
  const id = newUuid();
  await keepWorkerEntered(services, id);
  return id;
}

/** Says that the worker is still there. One that was forgotten while its machine slept is entered again. */
export async function keepWorkerEntered(services: Services, id: string): Promise<void> {
  const worker: WorkerProcess = {
    id,
    host: hostname(),
    pid: process.pid,
    pidPlace: PID_PLACE,
    pidStarted: processStart(process.pid) ?? START_UNKNOWN,
  };
  await registerWorker(services.db, worker);
}

export async function leaveWorker(services: Services, workerId: string): Promise<void> {
  await forgetWorkers(services.db, [workerId]);
}

/** A worker says every ten seconds that it is there; its machine may sleep for a while. */
const UNSEEN_MINUTES = 10;

/**
 * Gives back what dead workers of this machine held, without waiting for their leases to run out. A worker counts
 * as dead when its process is gone or is another one by now; one whose pid means nothing here (another container of
 * the same host name, or this one before it was started anew) when nobody has seen it for a while. Should that be
 * wrong, the tickets' generations still keep any job from being done twice. Batches that were being mapped are taken
 * up again whoever was at it: mapping goes on where it was, however often it is started.
 * @returns how many jobs were given back
 */
export async function rescueJobsOfDeadWorkers(services: Services): Promise<number> {
  const known = await listWorkersOfHost(services.db, hostname(), { unseenMinutes: UNSEEN_MINUTES });
  const dead = known.filter(isDead).map((worker) => worker.id);
  if (dead.length === 0) return 0;
  const rescued = await inTransaction(services.db, async (tx) => {
    const held = await lockJobsOfWorkers(tx, dead);
    for (const kind of JOB_KINDS) {
      const ids = held.filter((job) => job.kind === kind).map((job) => job.id);
      if (ids.length === 0) continue;
      await returnJobs(tx, ids, { because: 'lost' });
      await services.queue.revive(tx, kind, ids.map(uuidOf));
    }
    const unmapped = await findUnmappedBatches(tx);
    await services.queue.revive(
      tx,
      'start-batch',
      unmapped.map((batch) => uuidOf(batch.id)),
    );
    return held.length;
  });
  await forgetWorkers(services.db, dead);
  return rescued;
}

function isDead({ pid, pidPlace, pidStarted, isUnseen }: KnownWorker): boolean {
  return pidPlace === PID_PLACE ? processStart(pid) !== pidStarted : isUnseen;
}
