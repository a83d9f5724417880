import { BATCH_TRANSITIONS, type BatchStatus } from '../../src/model/batch-states.ts';
import { uuidOf } from '../../src/model/ids.ts';
import type { Database } from '../../src/store/database.ts';
import type { Batch } from '../../src/store/schema.ts';

/** The events of contract 10.2; THROTTLED has none. */
const EVENTS: Readonly<Record<BatchStatus, string | undefined>> = {
  PENDING: 'batch.pending',
  THROTTLED: undefined,
  RUNNING: 'batch.running',
  COMPLETED: 'batch.success',
  FAILED: 'batch.error',
  CANCELLED: 'batch.cancelled',
};

/** The history is one that may happen, and each of its steps was told exactly once. */
export async function verifyEvents(
  db: Database,
  batch: Batch,
  counts: { transitions: number; deliveries: number },
): Promise<string[]> {
  const problems: string[] = [];
  const history = await db
    .selectFrom('batch_transitions')
    .selectAll()
    .where('batch_id', '=', batch.id)
    .orderBy('revision')
    .execute();
  const deliveries = await db
    .selectFrom('webhook_deliveries')
    .selectAll()
    .where('batch_id', '=', batch.id)
    .where('job_id', 'is', null)
    .execute();
  counts.transitions += history.length;
  counts.deliveries += deliveries.length;
  const statuses = history.map((transition) => transition.status);
  if (statuses[0] !== 'PENDING' || statuses.at(-1) !== batch.status)
    problems.push(`its history is ${statuses.join()}`);
  for (const [index, status] of statuses.slice(1).entries()) {
    const before = statuses[index] as BatchStatus;
    if (!BATCH_TRANSITIONS[before].includes(status)) problems.push(`went from ${before} to ${status}`);
  }
  const expected = history.flatMap(({ status, revision }) => {
    const type = EVENTS[status];
    return type ? [`evt-${uuidOf(batch.id)}-${revision} ${type} ${status}`] : [];
  });
  const told = deliveries.map(({ event_id, event_type, payload }) => {
    const { status } = payload['data'] as { status: string };
    return `${event_id} ${event_type} ${status}`;
  });
  if (expected.toSorted().join('\n') !== told.toSorted().join('\n')) {
    problems.push(`went through\n  ${expected.join('\n  ')}\nbut told\n  ${told.join('\n  ')}`);
  }
  return problems;
}
