import { uuidOf } from '../model/ids.ts';
import { admitJobs, findProjectsToAdmit, lockProjects, renewTickets } from '../queue/admission.ts';
import { findUnmappedBatches } from '../store/batches.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { sweepDeliveries } from './deliver-webhooks.ts';

/**
 * The safety net. Every change admits and enqueues what follows from it, in its own transaction or the next, so a sweep finds
 * nothing; should that ever fail, work is late by one sweep rather than stuck.
 */
export async function sweep(services: Services): Promise<{ admittedJobs: number; openBatches: number }> {
  const openBatches = await enqueueUnmappedBatches(services);
  await inTransaction(services.db, (tx) => renewTickets(tx, services.queue));
  await sweepDeliveries(services);
  const limit = services.limits.maxRunningJobsPerProject;
  const projectIds = await inTransaction(services.db, (tx) => findProjectsToAdmit(tx, limit));
  let admittedJobs = 0;
  for (const projectId of projectIds) {
    admittedJobs += await inTransaction(services.db, async (tx) => {
      await lockProjects(tx, [projectId]);
      return admitJobs(tx, services.queue, [projectId], limit);
    });
  }
  return { admittedJobs, openBatches };
}

/** A ticket for each batch that has files to map, and for the oldest throttled one of each project. */
async function enqueueUnmappedBatches(services: Services): Promise<number> {
  const unmapped = await findUnmappedBatches(services.db);
  const throttledProjects = new Set<string>();
  const due = unmapped.filter((batch) => {
    if (batch.status !== 'THROTTLED') return true;
    if (throttledProjects.has(batch.project_id)) return false;
    throttledProjects.add(batch.project_id);
    return true;
  });
  if (due.length === 0) return 0;
  await inTransaction(services.db, (tx) =>
    services.queue.enqueue(
      tx,
      'start-batch',
      due.map((batch) => ({ id: uuidOf(batch.id) })),
    ),
  );
  return due.length;
}
