import type { Ticket } from '../queue/port.ts';
import type { DeliveryOutcome } from '../model/observations.ts';
import { judgeAttempt } from '../model/webhook-retries.ts';
import type { Transaction } from '../store/database.ts';
import { inTransaction } from '../store/transaction.ts';
import {
  admitDue,
  buryDeliveries,
  buryOverdue,
  findStaleQueued,
  hasDueDeliveries,
  lockDeliveries,
  readDue,
  recordAttempts,
  type AttemptResult,
  type DueDelivery,
} from '../store/webhook-queue.ts';
import { countFailures } from '../store/webhook-endpoints.ts';
import type { Services } from './context.ts';
import { attemptDelivery, GIVEN_UP, type Attempt } from './webhook-attempt.ts';

/*
 * Delivering: what is recorded waits in its table; of each endpoint a few are picked for the queue at a time, and
 * whoever holds a ticket sends, then writes down what came of it and gives the ticket back in one transaction. Killed
 * anywhere, the delivery waits, or has a ticket whose lease runs out: it is sent at least once.
 */

const QUEUE = 'deliver-webhook';

/** Older than any lease; a ticket that is there after all stays as it is. */
const STALE_SECONDS = 60;
/** Deliveries that one sweep ends without an attempt; the next goes on. */
const MAX_BURIED = 1_000;

export const CONFIG_DELETED = 'The webhook configuration was deleted before the event was delivered.';

/** A delivery that this process is to send. */
export interface ClaimedDelivery extends DueDelivery {
  readonly ticket: Ticket;
  readonly url: string;
}

/** How sending ended: with an attempt, or because this process stops. */
export type Sent =
  | { readonly delivery: ClaimedDelivery; readonly attempt: Attempt }
  | { readonly delivery: ClaimedDelivery; readonly returned: true };

/** Gives tickets to deliveries whose time has come. @returns how many */
export async function admitDeliveries(services: Services): Promise<number> {
  if (!(await hasDueDeliveries(services.db))) return 0;
  return inTransaction(services.db, async (tx) => {
    const admitted = await admitDue(tx);
    // What was never tried goes before what has failed already.
    const tickets = admitted.map(({ id, tries }) => ({ id, priority: tries === 0 ? 1 : 0 }));
    await services.queue.enqueue(tx, QUEUE, tickets);
    return admitted.length;
  });
}

/** Takes up to `limit` deliveries that are to be sent now. */
export async function claimDeliveries(services: Services, limit: number): Promise<ClaimedDelivery[]> {
  const tickets = await inTransaction(services.db, (tx) => services.queue.claim(tx, QUEUE, limit));
  if (tickets.length === 0) return [];
  const rows = new Map(
    (
      await readDue(
        services.db,
        tickets.map((ticket) => ticket.id),
      )
    ).map((row) => [row.id, row]),
  );
  const claimed: ClaimedDelivery[] = [];
  const idle: Ticket[] = [];
  for (const ticket of tickets) {
    const row = rows.get(ticket.id);
    if (row?.url != null) claimed.push({ ...row, url: row.url, ticket });
    else idle.push(ticket);
  }
  if (idle.length > 0) await inTransaction(services.db, (tx) => settleIdle(tx, services, idle));
  return claimed;
}

/** Tickets of deliveries that have ended, or whose saved configuration is gone. */
async function settleIdle(tx: Transaction, services: Services, idle: readonly Ticket[]): Promise<void> {
  const ids = idle.map((ticket) => ticket.id);
  await lockDeliveries(tx, ids);
  const rows = await readDue(tx, ids);
  const orphans = rows.filter((row) => row.url === null).map((row) => row.id);
  await buryDeliveries(tx, orphans, CONFIG_DELETED);
  const stillDue = new Set(rows.filter((row) => row.url !== null).map((row) => row.id));
  const [open, over] = [
    idle.filter(({ id }) => stillDue.has(id)),
    idle.filter(({ id }) => !stillDue.has(id)),
  ];
  await services.queue.release(tx, QUEUE, open);
  await services.queue.settle(tx, QUEUE, over);
}

/** Sends one delivery, once. */
export async function sendDelivery(
  services: Services,
  delivery: ClaimedDelivery,
  options: { readonly timeoutMs: number; readonly signal: AbortSignal },
): Promise<Sent> {
  const { url, headers, signing_secret: signingSecret, output_format: outputFormat } = delivery;
  const event = { id: delivery.event_id, type: delivery.event_type, payload: delivery.payload };
  const attempt = await attemptDelivery(
    services,
    { url, headers, signingSecret, outputFormat },
    event,
    options,
  );
  // It may have arrived all the same; whoever sends it again sends the same event.
  return attempt.code === GIVEN_UP ? { delivery, returned: true } : { delivery, attempt };
}

/**
 * Writes down how deliveries went and gives their tickets back, in one transaction. Only tickets that are still held
 * count: somebody else is sending the others, and says how that went.
 * @returns how many of those that counted went which way
 */
export async function commitSent(
  services: Services,
  sent: readonly Sent[],
): Promise<Record<DeliveryOutcome, number>> {
  return inTransaction(services.db, async (tx) => {
    await lockDeliveries(
      tx,
      sent.map(({ delivery }) => delivery.id),
    );
    const tried = sent.filter((entry) => 'attempt' in entry);
    const held = await services.queue.settle(
      tx,
      QUEUE,
      tried.map(({ delivery }) => delivery.ticket),
    );
    const results = tried
      .filter(({ delivery }) => held.has(delivery.id))
      .map(({ delivery, attempt }) => resultOf(services, delivery, attempt));
    if (results.length > 0) {
      await recordAttempts(tx, results);
      await countFailures(tx, results);
    }
    const returned = sent.filter((entry) => 'returned' in entry);
    await services.queue.release(
      tx,
      QUEUE,
      returned.map(({ delivery }) => delivery.ticket),
    );
    const withState = (state: AttemptResult['state']): number =>
      results.filter((result) => result.state === state).length;
    return {
      delivered: withState('delivered'),
      retried: withState('pending'),
      dead: withState('dead'),
      returned: returned.length,
    };
  });
}

function resultOf(services: Services, delivery: ClaimedDelivery, attempt: Attempt): AttemptResult {
  const verdict = judgeAttempt(
    attempt,
    { tries: delivery.tries + 1, ageSeconds: delivery.age_seconds + attempt.latencyMs / 1000 },
    { windowSeconds: services.limits.webhookRetryHours * 3600, random: Math.random() },
  );
  return {
    id: delivery.id,
    projectId: delivery.project_id,
    host: delivery.host,
    at: delivery.at,
    status: attempt.status,
    error: attempt.error,
    latencyMs: attempt.latencyMs,
    response: attempt.response,
    state: verdict.state,
    reason: verdict.state === 'dead' ? verdict.reason : null,
    afterSeconds: verdict.state === 'pending' ? verdict.afterSeconds : 0,
  };
}

/**
 * The safety net: tickets that are gone are made anew, and what an endpoint that fails has not been asked to take for
 * longer than the retry window is ended.
 */
export async function sweepDeliveries(services: Services): Promise<{ renewed: number; buried: number }> {
  const { db, queue, limits } = services;
  const renewed = await inTransaction(db, async (tx) => {
    const stale = await findStaleQueued(tx, STALE_SECONDS);
    await queue.enqueue(
      tx,
      QUEUE,
      stale.map((id) => ({ id })),
    );
    return stale.length;
  });
  const hours = limits.webhookRetryHours;
  const reason = `The endpoint failed for ${hours} hours, and took in fewer events than there were: this one had no turn.`;
  const buried = await inTransaction(db, (tx) =>
    buryOverdue(tx, { windowSeconds: hours * 3600, reason, limit: MAX_BURIED }),
  );
  return { renewed, buried };
}
