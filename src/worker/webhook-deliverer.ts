import type { DeliveryOutcome, WorkObserver } from '../model/observations.ts';
import { HEARTBEAT_SECONDS } from '../queue/port.ts';
import type { Services } from '../services/context.ts';
import {
  admitDeliveries,
  claimDeliveries,
  commitSent,
  sendDelivery,
  type ClaimedDelivery,
  type Sent,
} from '../services/deliver-webhooks.ts';
import { isShortage } from '../model/shortage.ts';
import { isDatabaseOutage } from '../services/health.ts';
import { pause } from '../services/pause.ts';
import { ATTEMPT_TIMEOUT_MS } from '../services/webhook-attempt.ts';

/** Polling is the floor under the hints, and what finds retries whose time has come. */
const POLL_MS = 1_000;
/**
 * Deliveries under way at the same time. They only wait for others, so there may be many; of one endpoint the queue
 * holds a few.
 */
const CONCURRENCY = 64;
const FIRST_RETRY_MS = 100;
const MAX_RETRY_MS = 5_000;
/** How often a result is tried that the database refuses for a reason of its own. */
const MAX_REFUSALS = 3;
/** What a last commit may take when the worker stops. */
const LAST_COMMIT_MS = 5_000;

/** Sends events to webhooks. */
export interface WebhookDeliverer {
  start(): void;
  /** There may be something to deliver. */
  wake(): void;
  /** Claims nothing more, lets what is under way end within the grace time, and gives the rest back. */
  stop(graceMs: number): Promise<void>;
}

/** @param options.timeoutMs what one attempt may take; for tests, which have no half minute */
export function createWebhookDeliverer(
  services: Services,
  options: {
    readonly timeoutMs?: number;
    readonly concurrency?: number;
    readonly observer?: Pick<WorkObserver, 'deliveriesTried'> | undefined;
  } = {},
): WebhookDeliverer {
  const { logger } = services;
  const { timeoutMs = ATTEMPT_TIMEOUT_MS, concurrency = CONCURRENCY } = options;
  /** Held tickets: until their commit has gone through they are kept alive. */
  const held = new Set<ClaimedDelivery>();
  const sending = new Set<Promise<void>>();
  const stopping = new AbortController();
  const giveUp = new AbortController();
  let finished: Sent[] = [];
  let committing: Promise<void> | undefined;
  let working: Promise<void> | undefined;
  let woken = false;
  /** There may be tickets that this process has not made just now: left over, given back, or of a dead holder. */
  let ticketsLeft = true;
  let pollTimer: NodeJS.Timeout | undefined;
  let heartbeatTimer: NodeJS.Timeout | undefined;

  const wake = (): void => {
    woken = true;
    if (stopping.signal.aborted) return;
    working ??= work().finally(() => {
      working = undefined;
      // Somebody may have called between the last look and here.
      if (woken) wake();
    });
  };

  const work = async (): Promise<void> => {
    try {
      while (woken && !stopping.signal.aborted) {
        woken = false;
        const room = concurrency - held.size;
        if (room <= 0) return;
        const admitted = await admitDeliveries(services);
        // Hints come with every job that ends: one that brings nothing costs one small query.
        if (admitted === 0 && !ticketsLeft) return;
        const claimed = await claimDeliveries(services, room);
        for (const delivery of claimed) send(delivery);
        ticketsLeft = claimed.length === room;
        if (claimed.length > 0) woken = true;
      }
    } catch (error) {
      logger.warn({ err: error }, 'no webhook deliveries could be claimed; trying again');
      // Not at once: the poll comes soon enough.
      woken = false;
    }
  };

  const send = (delivery: ClaimedDelivery): void => {
    held.add(delivery);
    const sent = attempt(delivery);
    sending.add(sent);
    void sent.finally(() => sending.delete(sent));
  };

  const attempt = async (delivery: ClaimedDelivery): Promise<void> => {
    // Not in one expression: the list may have been taken away for a commit meanwhile.
    const result = await sendDelivery(services, delivery, { timeoutMs, signal: giveUp.signal }).catch(
      (error: unknown): Sent => {
        logger.error(
          { err: error, deliveryId: delivery.id },
          'a webhook delivery failed by a fault of our own',
        );
        return { delivery, attempt: faultOf(error) };
      },
    );
    finished.push(result);
    commit();
  };

  const commit = (): void => {
    committing ??= commitAll().finally(() => {
      committing = undefined;
      // Something may have ended between the last look and here.
      if (finished.length > 0) commit();
    });
  };

  /** What ends while a commit is under way goes into the next one. */
  const commitAll = async (): Promise<void> => {
    while (finished.length > 0) {
      const group = finished;
      finished = [];
      await commitUntilDone(group);
      for (const { delivery } of group) held.delete(delivery);
      wake();
    }
  };

  /**
   * A commit that fails is tried again: only this process knows what it has sent. What is given up on loses its lease
   * and is sent again, with the same event id.
   */
  const commitUntilDone = async (group: readonly Sent[]): Promise<void> => {
    let refusals = 0;
    for (let delay = FIRST_RETRY_MS; ; delay = Math.min(delay * 2, MAX_RETRY_MS)) {
      try {
        const went = await commitSent(services, group);
        for (const [outcome, count] of Object.entries(went) as [DeliveryOutcome, number][])
          if (count > 0) options.observer?.deliveriesTried(outcome, count);
        return;
      } catch (error) {
        logger.error({ err: error, deliveries: group.length }, 'webhook deliveries could not be recorded');
        if (giveUp.signal.aborted) return;
        if (!isDatabaseOutage(error) && !isShortage(error)) {
          // One that the database refuses must not hold up the others.
          if (group.length > 1) return commitOneByOne(group);
          refusals += 1;
          if (refusals >= MAX_REFUSALS) return;
        }
        await pause(delay, giveUp.signal);
      }
    }
  };

  const commitOneByOne = async (group: readonly Sent[]): Promise<void> => {
    for (const sent of group) await commitUntilDone([sent]);
  };

  const heartbeat = async (): Promise<void> => {
    try {
      await services.queue.heartbeat(
        'deliver-webhook',
        [...held].map((delivery) => delivery.ticket),
      );
    } catch (error) {
      logger.warn({ err: error }, 'a heartbeat of webhook deliveries failed; they may be sent again');
    }
  };

  return {
    start() {
      pollTimer = setInterval(() => {
        ticketsLeft = true;
        wake();
      }, POLL_MS);
      heartbeatTimer = setInterval(() => void heartbeat(), HEARTBEAT_SECONDS * 1_000);
      wake();
    },
    wake,
    async stop(graceMs) {
      stopping.abort();
      clearInterval(pollTimer);
      await working;
      const settled = (async () => {
        while (sending.size > 0 || committing) await Promise.all([...sending, committing]);
      })();
      await within(settled, graceMs);
      giveUp.abort();
      await within(settled, LAST_COMMIT_MS);
      clearInterval(heartbeatTimer);
    },
  };
}

/** Something that should not happen says so in the log of the delivery, and is tried again like any failure. */
function faultOf(error: unknown) {
  const message = `Sheaf itself failed: ${error instanceof Error ? error.message : String(error)}`;
  return { status: null, error: message, code: null, retryAfterSeconds: null, latencyMs: 0, response: null };
}

/** Waits for the promise, but not longer than this. */
async function within(promise: Promise<unknown>, ms: number): Promise<void> {
  const over = new AbortController();
  void promise.then(() => over.abort());
  await pause(ms, over.signal);
}
