import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { newUuid, uuidOf } from '../model/ids.ts';
import { JOB_KINDS } from '../model/job-states.ts';
import { findUnmappedBatches } from '../store/batches.ts';
import { returnJobs } from '../store/jobs.ts';
import { inTransaction } from '../store/transaction.ts';
import {
  forgetWorkers,
  listWorkersOfHost,
  lockJobsOfWorkers,
  registerWorker,
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
    pidStarted: processStart(process.pid) ?? 'unknown',
  };
  await registerWorker(services.db, worker);
}

export async function leaveWorker(services: Services, workerId: string): Promise<void> {
  await forgetWorkers(services.db, [workerId]);
}

/**
 * Gives back what dead workers of this machine held, without waiting for their leases to run out. A worker counts
 * as dead when its process is gone or is another one by now. Should that be wrong (two containers that share a
 * host name), the tickets' generations still keep any job from being done twice. Batches that were being mapped are taken
 * up again whoever was at it: mapping goes on where it was, however often it is started.
 * @returns how many jobs were given back
 */
export async function rescueJobsOfDeadWorkers(services: Services): Promise<number> {
  const known = await listWorkersOfHost(services.db, hostname());
  const dead = known
    .filter((worker) => processStart(worker.pid) !== worker.pidStarted)
    .map((worker) => worker.id);
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

/**
 * When a process was started, in the kernel's own unit; tells it from a later one with the same pid. Where there
 * is no /proc, a living process is taken to be the same one. Undefined for a process that does not exist.
 */
function processStart(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; the start time is the 20th field after it.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[19];
  } catch {
    if (process.platform === 'linux') return undefined;
  }
  try {
    process.kill(pid, 0);
    return 'unknown';
  } catch {
    return undefined;
  }
}
