import { isTerminalBatchStatus } from '../model/batch-states.ts';
import { listBatchTransitions } from '../store/batch-events.ts';
import type { BatchTransition } from '../store/schema.ts';
import { getBatch, type BatchView } from './batches.ts';
import type { Services } from './context.ts';
import { pause } from './pause.ts';

/** What has changed since the last look: the batch as it is now, and every status it has had meanwhile. */
export interface BatchChange {
  readonly view: BatchView;
  readonly transitions: readonly BatchTransition[];
}

/** Changes are told at most this often. */
const MIN_INTERVAL_MS = 200;
/** A change that no hint told of is seen after this long. */
const POLL_MS = 1_000;

/**
 * Follows a batch until it has ended or nobody listens any more.
 * @param afterRevision what the listener knows already; -1 for nothing
 * @throws NOT_FOUND, before the first change
 */
export async function* followBatch(
  services: Services,
  projectId: string,
  id: string,
  afterRevision: number,
  signal: AbortSignal,
): AsyncGenerator<BatchChange> {
  let known = afterRevision;
  let knownRunning = -1;
  while (!signal.aborted) {
    const view = await getBatch(services, projectId, id, { withFiles: false });
    if (view.batch.revision > known || view.runningJobs !== knownRunning) {
      const transitions = await listBatchTransitions(services.db, id, known);
      known = Math.max(known, view.batch.revision);
      knownRunning = view.runningJobs;
      yield { view, transitions: transitions.filter((transition) => transition.revision <= known) };
    }
    if (isTerminalBatchStatus(view.batch.status)) return;
    await nextLook(services, signal);
  }
}

/** Waits for a hint or the poll, but never less than the smallest interval. */
async function nextLook(services: Services, signal: AbortSignal): Promise<void> {
  await pause(MIN_INTERVAL_MS, signal);
  const hinted = new AbortController();
  const unsubscribe = services.hints.subscribe(() => hinted.abort());
  await pause(POLL_MS - MIN_INTERVAL_MS, signal, hinted.signal);
  unsubscribe();
}
