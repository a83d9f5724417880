import type { JobStatus } from '../model/job-states.ts';
import type { Transaction } from '../store/database.ts';
import { insertJobEvents } from '../store/webhook-events.ts';
import type { Services } from './context.ts';

/**
 * Records what jobs have become for everybody who is to be told, in the transaction in which they became it: call it
 * after the rows say so. One statement, whatever the number of jobs; an event that is recorded already is not
 * recorded again, so that a job that is run anew has not begun twice.
 */
export async function recordJobEvents(
  tx: Transaction,
  _services: Services,
  jobs: readonly { readonly id: string; readonly status: JobStatus }[],
): Promise<void> {
  if (jobs.length > 0) await insertJobEvents(tx, jobs);
}
